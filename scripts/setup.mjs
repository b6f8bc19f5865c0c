// Makes a fresh clone ready to run: `npm run rehearse` and `npm test` start here, before anything is installed.
// Only Node's own modules may be imported by this file and by what it imports.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFlags } from './flags.mjs'
import { run, runNode } from './program.mjs'
import { PROGRAMS, readJson, repositoryRoot } from './workspaces.mjs'

const HELP = `
Usage: node scripts/setup.mjs [--all]

Makes this clone ready to run:
  1. installs the npm packages if node_modules is not what package-lock.json says (npm ci);
  2. compiles the rehearsal and the command sluice, if a source is newer than its output.

  --all   compiles every workspace, not only what these two need
  --help  shows this text
`

/** What can be started in a clone. */
const STARTED = ['lab/rehearsal', 'packages/cli']

/**
 * @param {{ root: string, all?: boolean }} options
 * @returns {Promise<boolean>} false when something is missing; what and why has been printed.
 */
export async function setUp({ root, all = false }) {
  return (
    checkNode(root) &&
    (await installPackages(root)) &&
    (await compile(root, all ? ['tsconfig.projects.json'] : STARTED))
  )
}

function checkNode(root) {
  // Before it, `import.meta.dirname` and `require(esm)` do not exist.
  const { oldest } = readJson(join(root, PROGRAMS)).present.find(({ programs }) => programs.includes('node'))
  const [wantedMajor, wantedMinor] = oldest.split('.').map(Number)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return true
  console.error(`Node ${process.versions.node} is too old: install Node ${oldest} or newer.`)
  return false
}

async function installPackages(root) {
  if (packagesAreCurrent(root)) return true
  const started = Date.now()
  console.log('Installing npm packages (npm ci) …')
  // No package may run a script of its own here: none needs to.
  const result = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root })
  if (result.code !== 0) {
    console.error(
      `${result.output.trim()}\nnpm ci failed with exit code ${result.code}: repair what it says above and start again.`
    )
    return false
  }
  console.log(`Installed npm packages in ${seconds(started)}.`)
  return true
}

/** npm writes node_modules/.package-lock.json last, so an interrupted installation is not taken for a whole one. */
export function packagesAreCurrent(root) {
  const file = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(file)) return false
  const wanted = readJson(join(root, 'package-lock.json')).packages
  const present = readJson(file).packages
  const same = ([path, entry]) => {
    const other = present[path]
    // Packages for other processors and systems are optional, and npm leaves them out.
    if (other === undefined) return path === '' || entry.optional === true
    return entry.version === other.version && entry.integrity === other.integrity && entry.link === other.link
  }
  return Object.entries(wanted).every(same) && Object.keys(present).every(path => path in wanted)
}

async function compile(root, projects) {
  const started = Date.now()
  const result = await runNode(join(root, 'node_modules/typescript/bin/tsc'), ['-b', ...projects], { cwd: root })
  if (result.code !== 0) {
    console.error(`${result.output.trim()}\nThe sources of ${projects.join(' and ')} do not compile.`)
    return false
  }
  if (Date.now() - started > 1000) console.log(`Compiled the sources in ${seconds(started)}.`)
  return true
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, { all: { type: 'boolean' } })
  if (flags !== undefined && !(await setUp({ root: repositoryRoot, all: flags.all === true }))) process.exitCode = 1
}
