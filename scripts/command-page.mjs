// Writes what each command's --help prints into docs/cli.md; with --check only compares. Needs `tsc -b packages/cli`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../packages/cli/lib/index.js'
import { readFlags } from './flags.mjs'
import { repositoryRoot } from './workspaces.mjs'

const PAGE = 'docs/cli.md'

const HELP = `
Usage: node scripts/command-page.mjs [--check]

Writes the help texts in ${PAGE}: each block that begins with "Usage: sluice". The rest is written by hand, and stays.

  --check  compares instead of writing; exits with 1 if the page is not current
  --help   shows this text
`

/** The words after `sluice` say whose help it is; the program's own begins with "<command>". */
const BLOCK = /```text\nUsage: sluice (\S+)[^\n]*\n.*?```\n/gs

/** The whole page. @param {string} found the page as it is. */
async function commandPage(found) {
  const names = [...new Set([...found.matchAll(BLOCK)].map(([, name]) => name))]
  const texts = new Map(await Promise.all(names.map(async name => [name, await helpOf(name)])))
  return found.replace(BLOCK, (_, name) => `\`\`\`text\n${texts.get(name)}\`\`\`\n`)
}

/** @param {string} name of a command, or "<command>" for the program. */
async function helpOf(name) {
  let text = ''
  const stdout = {
    write: part => {
      text += part
    }
  }
  const io = { stdout, stderr: process.stderr, env: {}, cwd: repositoryRoot, now: Date.now }
  const code = await run(name.startsWith('<') ? ['--help'] : [name, '--help'], io)
  if (code !== 0) throw new Error(`sluice ${name} --help ended with ${code}`)
  return text
}

const flags = readFlags(HELP, { check: { type: 'boolean' } })
if (flags !== undefined) {
  const file = join(repositoryRoot, PAGE)
  const found = readFileSync(file, 'utf8')
  const wanted = await commandPage(found)
  if (flags.check !== true) writeFileSync(file, wanted)
  else if (found !== wanted) {
    console.error(`${PAGE} does not show what --help prints. Run: npm run schema`)
    process.exitCode = 1
  }
}
