// Written by scripts/bundle.mjs. What this action runs is in ../shared, with what it shares with the others.
import { start } from '../shared/index.js'

await start('stage')
