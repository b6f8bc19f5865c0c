import { register } from 'node:module'

register('./hooks.mjs', import.meta.url, { data: JSON.parse(process.env['SLUICE_MUTANTS'] ?? '{}') })
