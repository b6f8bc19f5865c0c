// What must hold of the repository as a whole. Each check is one line of output, and names the command that repairs it.
import { pathToFileURL } from 'node:url'
import { arrowProblems } from './arrows.mjs'
import { bundle } from './bundle.mjs'
import { chooseTests } from './changed.mjs'
import { circleProblems } from './circles.mjs'
import { conformanceProblems } from './conformance.mjs'
import { readFlags } from './flags.mjs'
import { runTestFiles, runTests } from './jest.mjs'
import { lengthProblems } from './lengths.mjs'
import { pathProblems } from './paths.mjs'
import { permissionProblems } from './permissions.mjs'
import { runNode } from './program.mjs'
import { programProblems } from './programs.mjs'
import { staleProjects } from './projects.mjs'
import { promiseProblems } from './promises.mjs'
import { staleReadmes } from './readmes.mjs'
import { threatProblems } from './threats.mjs'
import { findOnlyDeclared } from './tools.mjs'
import { weightProblems } from './weight.mjs'
import { wordProblems } from './words.mjs'
import { lintWorkflows } from './workflow-lint.mjs'
import { workflowProblems } from './workflows.mjs'
import { repositoryRoot } from './workspaces.mjs'

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} repair what to do about it, usually a command
 * @property {boolean} [beside] takes long and one core: begins with the first check, on another core
 * @property {boolean} [installed] starts programs of tools/programs.json
 * @property {(root: string) => Promise<readonly string[]> | readonly string[]} run what is wrong, one line each
 */

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'lint',
    repair: 'npm run format',
    run: root => program(root, '@biomejs/biome/bin/biome', ['check', '--colors=off', '--max-diagnostics=100'])
  },
  {
    name: 'projects',
    repair: 'node scripts/projects.mjs',
    run: root => staleProjects(root).map(({ file }) => `${file} is not current`)
  },
  { name: 'types', repair: 'correct the types', run: types },
  { name: 'arrows', repair: 'import along the arrows of docs/architecture.md', run: arrowProblems },
  { name: 'circles', repair: 'put what two modules share into a third', run: circleProblems },
  {
    name: 'lengths',
    repair: 'split what is too long, or say why it is: node scripts/lengths.mjs --help',
    run: lengthProblems
  },
  { name: 'schema', repair: 'npm run schema', run: root => script(root, 'schema.mjs', ['--check']) },
  { name: 'reference', repair: 'npm run schema', run: root => script(root, 'reference.mjs', ['--check']) },
  { name: 'command-page', repair: 'npm run schema', run: root => script(root, 'command-page.mjs', ['--check']) },
  {
    name: 'ledger-pages',
    repair: 'node scripts/ledger-pages.mjs',
    run: root => script(root, 'ledger-pages.mjs', ['--check'])
  },
  {
    name: 'readmes',
    repair: 'npm run readmes',
    run: root => staleReadmes(root).map(({ file }) => `${file} is not current`)
  },
  {
    name: 'programs',
    repair: 'npm run programs, or name the program in tools/programs.json',
    run: programProblems
  },
  {
    name: 'conformance',
    repair: 'name a test that is there in docs/conformance.md, and what kind of proof it is',
    run: conformanceProblems
  },
  { name: 'promises', repair: 'name a test that is there in docs/promises.md', run: promiseProblems },
  {
    name: 'threats',
    repair: 'name a test that is there in docs/threat-model.md and docs/attacks.md',
    run: threatProblems
  },
  { name: 'paths', repair: 'name files where they are now; docs/where.md too', run: pathProblems },
  { name: 'words', repair: 'say it as docs/glossary.md does', run: wordProblems },
  { name: 'workflows', repair: 'make the steps and the action.yml agree', run: workflowProblems },
  { name: 'permissions', repair: 'node scripts/permissions.mjs', run: permissionProblems },
  {
    name: 'workflow-lint',
    repair: 'correct the workflow, or justify the gap in .github/actionlint.yaml or .github/zizmor.yml',
    installed: true,
    run: lintWorkflows
  },
  { name: 'bundles', repair: 'npm run bundle', beside: true, run: root => bundle({ root, check: true }) },
  { name: 'weight', repair: 'load less, or later (node scripts/weight.mjs shows what)', run: weightProblems },
  { name: 'tests', repair: 'correct what the tests found', run: tests }
]

/** What `--changed` checks: enough to go on working; continuous integration runs everything. */
const QUICK = ['lint', 'projects', 'types', 'arrows', 'circles', 'lengths']

const HELP = `
Usage: npm run check [-- --only <name>,… | --except <name>,… | --changed]

Checks the repository: ${checks.map(check => check.name).join(', ')}.
Prints one line a check; exits with 1 and the commands that repair it if any fails.

  --only <names>    these checks alone
  --except <names>  all others
  --changed         ${QUICK.join(', ')}, and the tests that can notice what changed since main, as far as they fit
                    into about a minute; builds the bundles that those tests run, and names the tests left out
  --help            shows this text
`

/**
 * Runs checks one after the other, except those that run beside the others, and tells the outcome of each.
 * @param {readonly Check[]} list
 * @param {string} root
 * @returns {Promise<readonly Check[]>} those that failed.
 */
export async function runChecks(list, root) {
  const failed = []
  const width = Math.max(...list.map(check => check.name.length))
  const begun = new Map(list.filter(check => check.beside).map(check => [check, attempt(check, root)]))
  for (const check of list) {
    const { problems, milliseconds } = await (begun.get(check) ?? attempt(check, root))
    const time = `${(milliseconds / 1000).toFixed(1)} s`.padStart(8)
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${check.name.padEnd(width)} ${time}`)
    if (problems.length === 0) continue
    failed.push(check)
    for (const problem of problems) console.log(`        ${problem}`)
  }
  if (failed.length > 0) console.log('\nTo repair:')
  for (const check of failed) console.log(`  ${check.name.padEnd(width)}  ${check.repair}`)
  return failed
}

async function attempt(check, root) {
  const started = Date.now()
  const problems = await findProblems(check, root)
  return { problems, milliseconds: Date.now() - started }
}

async function findProblems(check, root) {
  try {
    return await check.run(root)
  } catch (error) {
    // A plain Error is a finding in words; anything else is a defect of the check.
    return [error.constructor === Error ? error.message : String(error.stack ?? error)]
  }
}

async function types(root) {
  const tsc = 'typescript/bin/tsc'
  const built = await program(root, tsc, ['-b', 'tsconfig.projects.json'])
  return built.length > 0 ? built : program(root, tsc, ['-p', 'tsconfig.json', '--noEmit'])
}

async function tests(root) {
  const { passed, failed, uncovered } = await runTests(root)
  return [...(failed === 0 ? [] : [`${passed} passed, ${failed} failed`]), ...uncovered]
}

/** The tests that what changed since `main` can have broken. @returns {Promise<readonly Check[]>} as checks, one after the other. */
async function changedChecks(root) {
  const { chosen, left } = await chooseTests(root)
  if (left.length > 0)
    console.log(`Left to npm test, which takes longer:\n${left.map(({ file }) => `  ${file}`).join('\n')}\n`)
  return [
    ...checks.filter(({ name }) => QUICK.includes(name)),
    ...(chosen.some(({ bundles }) => bundles.length > 0)
      ? [{ name: 'bundle', repair: 'npm run bundle', run: () => bundle({ root, check: false }) }]
      : []),
    {
      name: `${chosen.length} test files`,
      repair: 'correct what the tests found',
      async run() {
        if (chosen.length === 0) return []
        const { passed, failed } = await runTestFiles(
          root,
          chosen.map(({ file }) => file)
        )
        return failed === 0 ? [] : [`${passed} passed, ${failed} failed`]
      }
    }
  ]
}

async function program(root, file, args) {
  return lines(await runNode(`${root}/node_modules/${file}`, args, { cwd: root }))
}

async function script(root, file, args) {
  return lines(await runNode(`${root}/scripts/${file}`, args, { cwd: root }))
}

function lines({ code, output }) {
  if (code === 0) return []
  const printed = output.trim().split('\n')
  return printed.length === 1 && printed[0] === '' ? [`ended with code ${code}`] : printed
}

function chosen(flags) {
  const names = text => text?.split(',').map(name => name.trim())
  const [only, except] = [names(flags.only), names(flags.except)]
  const unknown = [...(only ?? []), ...(except ?? [])].filter(name => !checks.some(check => check.name === name))
  if (unknown.length > 0)
    throw new Error(`There is no check ${unknown.join(', ')}. Checks: ${checks.map(check => check.name).join(', ')}.`)
  return checks.filter(check => (only?.includes(check.name) ?? true) && except?.includes(check.name) !== true)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = readFlags(HELP, {
    only: { type: 'string' },
    except: { type: 'string' },
    changed: { type: 'boolean', default: false }
  })
  try {
    if (flags !== undefined) {
      await findOnlyDeclared(repositoryRoot, 'setup')
      const list = flags.changed ? await changedChecks(repositoryRoot) : chosen(flags)
      if ((await runChecks(list, repositoryRoot)).length > 0) process.exitCode = 1
    }
  } catch (error) {
    console.error(error.message)
    process.exitCode = 2
  }
}
