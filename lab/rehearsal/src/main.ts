#!/usr/bin/env node
import { rehearse } from './rehearse.ts'

process.exitCode = await rehearse(process.argv.slice(2))
