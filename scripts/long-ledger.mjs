// Ledgers of any length: for measuring what grows with them.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/long-ledger.mjs --directory FOLDER [--records N] [--no-tokens]

Writes a ledger of N records or a few more into a new bare repository, with the delivery.yml that trusts its keys: delivery after delivery, each
of three units to three environments, by the functions that write ledgers on GitHub. Signatures and tokens are real, of keys that were made
for it, so \`sluice verify\` accepts it. About 3 ms of one core a record.

  --directory FOLDER  the repository; must not exist
  --records N         how many (default 1000)
  --no-tokens         without tokens of GitHub: faster
  --help              shows this text
`

/** Writes a long ledger, and says how far it is. @returns what `writeLongLedger` does. */
export async function makeLongLedger(options) {
  const { writeLongLedger } = await import(pathToFileURL(join(repositoryRoot, 'lab/memory/lib/index.js')).href)
  let told = Date.now()
  return writeLongLedger({
    ...options,
    onProgress(records) {
      if (Date.now() - told < 5_000) return
      told = Date.now()
      console.error(`${records} of ${options.records} records written …`)
    }
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, {
    directory: { type: 'string' },
    records: { type: 'string', default: '1000' },
    'no-tokens': { type: 'boolean', default: false }
  })
  if (flags !== undefined) {
    if (flags.directory === undefined) throw new Error('Give --directory: where the repository is to be made.')
    const directory = resolve(flags.directory)
    if (existsSync(directory)) throw new Error(`${directory} exists. Give the name of a new folder.`)
    if (!(await setUp({ root: repositoryRoot }))) throw new Error('Setting up failed.')
    const began = Date.now()
    const { records } = await makeLongLedger({
      directory,
      records: Number(flags.records),
      vouched: !flags['no-tokens']
    })
    console.log(`${records} records in ${directory}, written in ${((Date.now() - began) / 1000).toFixed(0)} s.`)
  }
}
