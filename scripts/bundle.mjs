// The runner executes dist/<action>/index.js of the commit a caller pinned, so bundles are committed and must be reproducible.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { node24 } from './node24.mjs'
import { run, runNode } from './program.mjs'
import { actionNames, filesBelow, folders, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/bundle.mjs [--check] [--only <action>]

Compiles all workspaces and bundles the actions with everything they import: into dist/shared/ what they run (index.js,
chunks that load when they are needed, licenses.txt), into dist/<action>/ an entry that names the action. Each action
is then started once on Node 24 without inputs: it must refuse to work with a message, not with a stack trace.

  --check          bundles into a temporary folder and fails if dist/ differs
  --only <action>  starts this action alone
  --help           shows this text
`

/** The folder in dist/ that holds what all actions run. */
export const SHARED = 'shared'

/**
 * Bundles the actions and compares or replaces dist/.
 * @param {{ root: string, check: boolean, only?: string }} options
 * @returns {Promise<string[]>} what is wrong, one line each.
 */
export async function bundle({ root, check, only }) {
  const names = actionNames(root)
  const started = names.filter(name => only === undefined || name === only)
  if (started.length === 0)
    return [only === undefined ? 'actions/ has no action' : `actions/${only}/action.yml does not exist`]
  const compiled = await runNode(join(root, 'node_modules/typescript/bin/tsc'), ['-b', 'tsconfig.projects.json'], {
    cwd: root
  })
  if (compiled.code !== 0) return compiled.output.trim().split('\n')

  const fresh = mkdtempSync(join(tmpdir(), 'sluice-bundle-'))
  try {
    const dist = join(fresh, 'dist')
    const built = await build(root, join(dist, SHARED))
    if (built.length > 0) return built
    for (const name of names) writeEntry(join(dist, name), name)
    const refused = await Promise.all(started.map(name => start(root, name, join(dist, name, 'index.js'))))
    if (refused.flat().length > 0) return refused.flat()
    const found = check
      ? [SHARED, ...names].flatMap(name => differences(name, join(dist, name), join(root, 'dist', name)))
      : []
    if (!check) replace(join(root, 'dist'), dist)
    return [...found, ...leftovers(root, [SHARED, ...names])]
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Bundles all actions into `out`. */
async function build(root, out) {
  // No cache: what is built must depend on nothing but the sources and package-lock.json.
  const args = [
    'build',
    join(root, 'scripts/start.js'),
    '-o',
    out,
    '--license',
    'licenses.txt',
    '--no-cache',
    '--quiet'
  ]
  const result = await runNode(join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'), args, { cwd: root })
  return result.code === 0 ? [] : [`The actions cannot be bundled: ${result.output.trim()}`]
}

/** What the runner starts: `runs.main` of an action.yml cannot pass an argument. */
function writeEntry(folder, name) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'index.js'),
    `// Written by scripts/bundle.mjs. What this action runs is in ../${SHARED}, with what it shares with the others.
import { start } from '../${SHARED}/index.js'

await start('${name}')
`
  )
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n')
}

/** Puts a copy of a folder in the place of another. */
function replace(folder, by) {
  rmSync(folder, { recursive: true, force: true })
  cpSync(by, folder, { recursive: true })
}

async function start(root, name, file) {
  const env = { PATH: process.env['PATH'] ?? '' }
  const { code, output } = await run(node24(root), [file], { cwd: tmpdir(), env, deadline: 60_000 })
  if (code === 1 && output.includes('::error::')) return []
  return [
    `dist/${name} started without inputs should refuse with an ::error::, but ended with code ${code}: ${output.trim()}`
  ]
}

/** How a committed bundle differs from a fresh one, file by file. */
export function differences(name, fresh, committed) {
  const [wanted, found] = [filesBelow(fresh), filesBelow(committed)]
  const extra = found.filter(file => !wanted.includes(file)).map(file => `dist/${name}/${file} is not built any more`)
  const stale = wanted.flatMap(file => {
    if (!found.includes(file)) return [`dist/${name}/${file} is missing`]
    return readFileSync(join(fresh, file)).equals(readFileSync(join(committed, file)))
      ? []
      : [`dist/${name}/${file} is not current`]
  })
  return [...stale, ...extra]
}

/** The folders in dist/ that nothing is built for any more. */
function leftovers(root, names) {
  const old = folders(join(root, 'dist')).filter(folder => !names.includes(folder))
  return old.map(folder => `dist/${folder} belongs to no action`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { check: { type: 'boolean' }, only: { type: 'string' } })
  if (flags !== undefined) {
    const only = flags.only === undefined ? {} : { only: flags.only }
    const problems = await bundle({ root: repositoryRoot, check: flags.check === true, ...only })
    for (const problem of problems) console.error(problem)
    if (problems.length > 0) process.exitCode = 1
    else console.log(flags.check === true ? 'dist/ is current.' : 'dist/ is written.')
  }
}
