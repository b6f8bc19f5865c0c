// An action's README shows its inputs and outputs as action.yml has them: written by a program, so that they cannot differ.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { readFlags } from './flags.mjs'
import { actionNames, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: npm run readmes [-- --check]

Writes the tables of inputs and outputs into actions/*/README.md, between these markers:
  <!-- inputs --> … <!-- /inputs -->
  <!-- outputs --> … <!-- /outputs -->

  --check  writes nothing and fails if a README is not current
  --help   shows this text
`

/** @returns {{ file: string, text: string }[]} the READMEs that must change, with their new text. */
export function staleReadmes(root) {
  return actionNames(root).flatMap(name => {
    const file = `actions/${name}/README.md`
    const action = parse(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8'))
    const found = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
    const text = fill(
      fill(found, 'inputs', inputs(action.inputs ?? {}), file),
      'outputs',
      outputs(action.outputs ?? {}),
      file
    )
    return text === found ? [] : [{ file, text }]
  })
}

/** Replaces what is between two markers. */
export function fill(text, marker, table, file) {
  const [open, close] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start)
    throw new Error(`${file} has no block ${open} … ${close}. Add both markers, each on its own line.`)
  return `${text.slice(0, start)}${open}\n\n${table}\n\n${text.slice(end)}`
}

function inputs(all) {
  const rows = Object.entries(all).map(([name, { description, required, default: value }]) => [
    `\`${name}\``,
    description,
    required === true ? 'yes' : 'no',
    value === undefined || value === '' ? '' : `\`${value}\``
  ])
  return table(['input', 'what it is', 'required', 'default'], rows)
}

function outputs(all) {
  return table(
    ['output', 'what it is'],
    Object.entries(all).map(([name, { description }]) => [`\`${name}\``, description])
  )
}

/** A table in Markdown. */
export function table(head, rows) {
  if (rows.length === 0) return 'None.'
  const line = cells =>
    `| ${cells.map(cell => String(cell).trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' } })
  if (flags !== undefined) {
    for (const { file, text } of staleReadmes(repositoryRoot)) {
      if (flags.check === true) {
        console.error(`${file} is not current: npm run readmes`)
        process.exitCode = 1
      } else {
        writeFileSync(join(repositoryRoot, file), text)
        console.log(`wrote ${file}`)
      }
    }
  }
}
