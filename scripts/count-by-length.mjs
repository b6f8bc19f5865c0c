// Whether the calls of a delivery grow with the ledger: where the numbers about its length come from.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { makeLongLedger } from './long-ledger.mjs'
import { setUp } from './setup.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/count-by-length.mjs [--records N]... [--ledger FOLDER]...

Writes ledgers of these lengths (see scripts/long-ledger.mjs), and counts, as Markdown, what each costs the next delivery at the stand-in for
GitHub: to decide whether a release may enter production, and to add a record; and what git fetches for the decision in a job whose clone does not
have the ledger, which then takes no call.

  --records N      a length; may be given more than once (default 100 and 10000)
  --ledger FOLDER  a ledger that scripts/long-ledger.mjs wrote, besides; may be given more than once
  --help           shows this text
`

const flags = readFlags(HELP, {
  records: { type: 'string', multiple: true, default: ['100', '10000'] },
  ledger: { type: 'string', multiple: true, default: [] }
})
if (flags !== undefined) {
  if (!(await setUp({ root: repositoryRoot }))) throw new Error('Setting up failed.')
  const { callsOfNext } = await import(pathToFileURL(join(repositoryRoot, 'lab/memory/lib/index.js')).href)
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lengths-'))
  try {
    const places = flags.ledger.map(ledger => resolve(ledger))
    for (const records of flags.records.map(Number)) {
      const directory = join(folder, `${records}.git`)
      await makeLongLedger({ directory, records, vouched: false })
      places.push(directory)
    }
    console.log(
      '| records | calls to decide | calls to add a record | fetches to decide | KiB |\n| ---: | ---: | ---: | ---: | ---: |'
    )
    for (const place of places) {
      const { records, decision, append, fetched } = await callsOfNext(place)
      const size = Math.round(fetched.bytes / 1024)
      console.log(`| ${records} | ${decision} | ${append} | ${fetched.times} | ${size} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
