// The runner executes dist/<action>/index.js of the commit a caller pinned, so bundles are committed and must be reproducible.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { coverageFolders } from './coverage.mjs'
import { readFlags } from './flags.mjs'
import { run, runNode } from './program.mjs'
import { actionNames, filesBelow, folders, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/bundle.mjs [--check] [--only <action>]

Compiles all workspaces and bundles each action with everything it imports into dist/<action>/
(index.js, further chunks that load when they are needed, licenses.txt, package.json). Each bundle is then
started once on Node 24 without inputs: it must refuse to work with a message, not with a stack trace.

  --check          bundles into a temporary folder and fails if dist/ differs
  --only <action>  this action alone
  --help           shows this text
`

/**
 * Bundles the actions and compares or replaces dist/.
 * @param {{ root: string, check: boolean, only?: string }} options
 * @returns {Promise<string[]>} what is wrong, one line each.
 */
export async function bundle({ root, check, only }) {
  const names = actionNames(root).filter(name => only === undefined || name === only)
  if (names.length === 0)
    return [only === undefined ? 'actions/ has no action' : `actions/${only}/action.yml does not exist`]
  const compiled = await runNode(join(root, 'node_modules/typescript/bin/tsc'), ['-b', 'tsconfig.projects.json'], {
    cwd: root
  })
  if (compiled.code !== 0) return compiled.output.trim().split('\n')

  const fresh = mkdtempSync(join(tmpdir(), 'sluice-bundle-'))
  try {
    const problems = await inPairs(names, async name => {
      const maps = join(fresh, `${name}.maps`)
      const built = await build(root, name, join(fresh, name), maps)
      if (built.length > 0) return built
      const started = await start(root, name, join(fresh, name, 'index.js'))
      if (started.length > 0) return started
      const committed = join(root, 'dist', name)
      const found = check ? differences(name, join(fresh, name), committed) : []
      if (!check) replace(committed, join(fresh, name))
      // They lead from dist/ to the sources, for what tests cover; those of another bundle would lead astray.
      replace(join(coverageFolders(root).maps, name), found.length === 0 ? maps : undefined)
      return found
    })
    return [...problems, ...(only === undefined ? leftovers(root, names, check) : [])]
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Bundles an action into `out`, and puts the maps that lead back from there into `maps`. */
async function build(root, name, out, maps) {
  const entry = join(root, 'actions', name, 'lib/main.js')
  // No cache: what is built must depend on nothing but the sources and package-lock.json.
  const args = ['build', entry, '-o', out, '--license', 'licenses.txt', '--no-cache', '--quiet']
  const withMaps = [...args, '--source-map', '--no-source-map-register']
  const result = await runNode(join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'), withMaps, { cwd: root })
  if (result.code !== 0) return [`actions/${name} cannot be bundled: ${result.output.trim()}`]
  takeMaps(out, maps)
  return []
}

/** Moves the maps out of a bundle, and removes the comments that name them: without, it is the same as one built without maps. */
export function takeMaps(bundle, maps) {
  mkdirSync(maps, { recursive: true })
  for (const file of filesBelow(bundle).filter(name => name.endsWith('.js.map'))) {
    renameSync(join(bundle, file), join(maps, file))
    const script = join(bundle, file.slice(0, -'.map'.length))
    const comment = `\n//# sourceMappingURL=${file}`
    const text = readFileSync(script, 'utf8')
    if (text.endsWith(comment)) writeFileSync(script, text.slice(0, -comment.length))
  }
}

/** Puts a copy of a folder, if there is one, in the place of another. */
function replace(folder, by) {
  rmSync(folder, { recursive: true, force: true })
  if (by !== undefined) cpSync(by, folder, { recursive: true })
}

async function start(root, name, file) {
  const node24 = ['x64', 'arm64']
    .map(cpu => join(root, `node_modules/node-linux-${cpu}/bin/node`))
    .find(path => existsSync(path))
  const env = { PATH: process.env['PATH'] ?? '' }
  const { code, output } = await run(node24 ?? process.execPath, [file], { cwd: tmpdir(), env, deadline: 60_000 })
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

function leftovers(root, names, check) {
  const old = folders(join(root, 'dist')).filter(folder => !names.includes(folder))
  if (check) return old.map(folder => `dist/${folder} belongs to no action`)
  for (const folder of old) rmSync(join(root, 'dist', folder), { recursive: true })
  return []
}

/** Two at a time: a bundler takes one core and some hundred megabytes. */
async function inPairs(names, work) {
  const queue = [...names]
  const problems = []
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) problems.push(...(await work(name)))
  }
  await Promise.all([worker(), worker()])
  return problems.sort()
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
