// Writes what docs/ledger.md and docs/threat-model.md show of programs: the forms of records, test vectors, and the table of attacks.
// Needs `tsc -b packages/core`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { attackTable } from './attack-table.mjs'
import { readFlags } from './flags.mjs'
import { formsText } from './ledger-forms.mjs'
import { vectorTable } from './ledger-vectors.mjs'
import { fill } from './readmes.mjs'
import { repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/ledger-pages.mjs [--check]

Writes the generated blocks of docs/ledger.md (forms, vectors) and docs/threat-model.md (attacks).

  --check  writes nothing and fails if a page is not current
  --help   shows this text
`

/** The generated blocks, by page and marker. */
const BLOCKS = {
  'docs/ledger.md': {
    forms: () => `\`\`\`json\n${formsText()}\n\`\`\``,
    vectors: vectorTable
  },
  'docs/threat-model.md': { attacks: attackTable }
}

/** @returns {{ file: string, text: string }[]} the pages that must change, with their new text. */
export function stalePages(root) {
  return Object.entries(BLOCKS).flatMap(([file, blocks]) => {
    const found = readFileSync(join(root, file), 'utf8')
    let text = found
    for (const [marker, content] of Object.entries(blocks)) text = fill(text, marker, content(root), file)
    return text === found ? [] : [{ file, text }]
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' } })
  for (const { file, text } of flags === undefined ? [] : stalePages(repositoryRoot)) {
    if (flags.check === true) {
      console.error(`${file} is not current: node scripts/ledger-pages.mjs`)
      process.exitCode = 1
    } else {
      writeFileSync(join(repositoryRoot, file), text)
      console.log(`wrote ${file}`)
    }
  }
}
