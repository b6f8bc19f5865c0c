// What changed since `main`, and which tests can notice.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ImportGraph } from './import-graph.mjs'
import { run } from './program.mjs'
import { readTimes } from './test-times.mjs'
import { actionNames, filesBelow } from './workspaces.mjs'

/** Whatever these hold can change the outcome of any test. */
const EVERYTHING = ['package.json', 'package-lock.json', 'jest.config.js', 'tsconfig.base.json', 'scripts/jest.mjs']

/** Whole deliveries take minutes, and run what dist/ says: they are left to `npm test`. */
const LEFT_OUT = 'test/rehearsal/'

/** Seconds of work that fit into a minute on two cores, next to lint and types; those of one file without a measured time, of the bundles. */
const BUDGET = 80
const QUICK = 1.5
const BUNDLE = 10

/**
 * Paths that differ from where this branch left `main`: committed, or not yet, or not even known to git. On `main` itself it is
 * what `origin/main` does not have.
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function changedFiles(root) {
  const git = async (...args) => run('git', args, { cwd: root })
  const branch = (await git('rev-parse', '--abbrev-ref', 'HEAD')).output.trim()
  for (const main of branch === 'main' ? ['origin/main', 'main'] : ['main', 'origin/main']) {
    const base = await git('merge-base', 'HEAD', main)
    if (base.code !== 0) continue
    const changed = await git('diff', '--name-only', '--no-renames', '-z', base.output.trim())
    const untracked = await git('ls-files', '--others', '--exclude-standard', '-z')
    if (changed.code !== 0 || untracked.code !== 0) throw new Error(`${changed.output}${untracked.output}`.trim())
    return [...new Set(`${changed.output}${untracked.output}`.split('\0').filter(path => path !== ''))].sort()
  }
  throw new Error(
    'There is no main and no origin/main to compare with. Fetch it: git fetch origin main:refs/remotes/origin/main'
  )
}

/**
 * @typedef {object} Affected
 * @property {string} file a test file
 * @property {number} distance over how many imports it reaches a change
 * @property {readonly string[]} bundles actions whose bundle must be built again before
 */

/**
 * The test files that can notice a change, the nearest first. They reach it by imports; by the name of a file or folder that they
 * read, or that one of their helpers reads; or, for test/actions, through the bundle of an action that reaches it.
 * @param {string} root
 * @param {readonly string[]} changed
 * @returns {Affected[]}
 */
export function affectedTests(root, changed) {
  const graph = new ImportGraph(root)
  const everything = changed.some(path => EVERYTHING.includes(path))
  const nearest = reached => Math.min(...changed.map(path => reached.get(path) ?? Number.POSITIVE_INFINITY))
  const others = changed.filter(path => !/^(packages|actions|lab)\/[^/]+\/src\//.test(path))
  const actions = actionNames(root).map(name => ({
    name,
    distance: changed.some(path => path === `actions/${name}/action.yml`)
      ? 0
      : nearest(graph.reach(`actions/${name}/src/main.ts`))
  }))
  return testFiles(root)
    .map(file => {
      const reached = graph.reach(file)
      const bundles = file.startsWith('test/actions/') ? ofTest(file, actions) : []
      const distance = Math.min(
        nearest(reached),
        mentions(root, [...reached.keys()], others) ? 1 : Number.POSITIVE_INFINITY,
        ...bundles.map(action => action.distance + 1)
      )
      const stale = bundles.filter(action => action.distance < Number.POSITIVE_INFINITY).map(({ name }) => name)
      return { file, distance: everything ? Math.min(distance, 1) : distance, bundles: stale }
    })
    .filter(({ distance }) => distance < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.distance - b.distance)
}

function testFiles(root) {
  return ['packages', 'actions', 'lab', 'test'].flatMap(folder =>
    filesBelow(join(root, folder)).flatMap(file => (file.endsWith('.test.ts') ? [`${folder}/${file}`] : []))
  )
}

/** The actions that a test in test/actions is about: the one that it is named after, otherwise all. */
function ofTest(file, actions) {
  const named = actions.filter(({ name }) => basename(file).startsWith(name))
  return named.length > 0 ? named : actions
}

/** Whether a test or a helper of tests names the folder that a changed file is in; or the file, if that folder's name says nothing. */
function mentions(root, files, changed) {
  const names = changed.map(path => (COMMON.has(basename(dirname(path))) ? basename(path) : basename(dirname(path))))
  if (names.length === 0) return false
  const pattern = new RegExp(`[/'"\`](?:${names.map(name => name.replaceAll(/\W/g, '\\$&')).join('|')})[/'"\`]`)
  return files.some(file => !file.includes('/src/') && pattern.test(readFileSync(join(root, file), 'utf8')))
}

/** Names of folders that are all over the place. */
const COMMON = new Set(['.', 'docs', 'src', 'test', 'scripts', 'builder'])

/**
 * Chooses what fits into about a minute: the nearest first, what changed itself in any case.
 * @param {readonly Affected[]} affected
 * @param {Readonly<Record<string, number>>} times measured seconds by test file
 * @returns {{ chosen: Affected[], left: Affected[] }}
 */
export function withinAMinute(affected, times) {
  const chosen = []
  const left = []
  let built = false
  let spent = 0
  for (const test of affected) {
    const cost = (times[test.file] ?? QUICK) + (test.bundles.length > 0 && !built ? BUNDLE : 0)
    if (test.file.startsWith(LEFT_OUT) || (test.distance > 0 && spent + cost > BUDGET)) {
      left.push(test)
      continue
    }
    spent += cost
    built ||= test.bundles.length > 0
    chosen.push(test)
  }
  return { chosen, left }
}

/** What `npm run check -- --changed` runs besides its checks. */
export async function chooseTests(root) {
  return withinAMinute(affectedTests(root, await changedFiles(root)), readTimes(root))
}
