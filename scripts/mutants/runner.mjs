// The test runner that StrykerJS calls: runs the tests of one package in this process, and each mutant against those that reach it.
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isInSample } from './sample.mjs'

/** What Stryker's instrumented code and its runner share. */
globalThis.__stryker__ ??= {}
const stryker = globalThis.__stryker__

/** Milliseconds that a test may take without a mutant, to be tried with each. */
const SLOW = 10_000

class SentenceRunner {
  static inject = ['options']
  #options
  #files
  #broken
  #lastKiller
  /** How long each test, and the tests of each file, took without a mutant. */
  #cost = new Map()

  constructor(options) {
    this.#options = options.sluice
    process.env.PATH = this.#options.searchPath
    // What a mutant leaves unhandled is noticed in node as in jest.
    for (const event of ['unhandledRejection', 'uncaughtException']) {
      process.on(event, error => {
        this.#broken ??= error
      })
    }
  }

  /** What runs while modules load is tried on modules that are loaded for it alone, in this process. */
  capabilities() {
    return { reloadEnvironment: true }
  }

  async dryRun() {
    stryker.mutantCoverage = { static: {}, perTest: {} }
    const tests = await this.#run({ bail: false })
    for (const { id, fileName, timeSpentMs } of tests) {
      this.#cost.set(id, timeSpentMs)
      this.#cost.set(fileName, (this.#cost.get(fileName) ?? 0) + timeSpentMs)
    }
    return { status: 'complete', tests, mutantCoverage: stryker.mutantCoverage }
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    const { fileName, ...mutant } = activeMutant
    if (!isInSample({ ...mutant, file: relative(process.cwd(), fileName) }, this.#options))
      return { status: 'error', errorMessage: 'not in the sample' }
    stryker.hitLimit = hitLimit
    stryker.hitCount = hitLimit === undefined ? undefined : 0
    const activate = () => {
      stryker.activeMutant = activeMutant.id
    }
    const running =
      mutantActivation === 'static'
        ? this.#runFresh(activeMutant.id, activate)
        : this.#run({ bail: true, only: testFilter && new Set(testFilter), activate })
    const tests = await running.catch(error => [
      // A module that cannot be loaded is noticed by every test of it.
      { id: 'loading', status: 1, failureMessage: String(error) }
    ])
    stryker.activeMutant = undefined
    if (stryker.hitCount > hitLimit) return { status: 'timeout', reason: 'it never ends' }
    const failed = tests.filter(({ status }) => status === 1)
    const nrOfTests = tests.length
    return failed.length === 0
      ? { status: 'survived', nrOfTests }
      : { status: 'killed', killedBy: failed.map(({ id }) => id), failureMessage: failed[0].failureMessage, nrOfTests }
  }

  async dispose() {
    for (const file of this.#files ?? []) await ended(file)
  }

  /** Loads the files once; suites get ready once, and stay so, since starting servers costs more than all else. */
  async #run({ bail, only, activate }) {
    this.#files ??= await loadAll(this.#options.tests)
    const results = []
    const inOrder = bail ? this.#cheapestFirst(this.#files, ({ path }) => path) : this.#files
    const chosen = inOrder.filter(({ tests }) => only === undefined || tests.some(({ id }) => only.has(id)))
    for (const file of chosen) {
      for (const test of file.tests) if (only === undefined || only.has(test.id)) await getReady(file, test.suite)
    }
    activate?.()
    for (const file of chosen) {
      useEnvironment(file.environment)
      for (const test of file.tests) {
        if (only !== undefined && !only.has(test.id)) continue
        if (bail && this.#isSlow(test)) continue
        const result = await this.#runOne(file, test)
        results.push(result)
        if (bail && result.status === 1) return results
      }
    }
    return results
  }

  /**
   * Runs the files one by one until a test fails, on modules that nothing else uses: the mutant is active while they load. The
   * file that noticed the mutant before comes first, since mutants of one module mostly fall to the same tests.
   */
  async #runFresh(id, activate) {
    const first = this.#options.tests.filter(path => path === this.#lastKiller)
    const others = this.#cheapestFirst(this.#options.tests, path => path).filter(path => path !== this.#lastKiller)
    const results = []
    activate()
    for (const path of [...first, ...others]) {
      this.#lastKiller = path
      const before = { ...process.env }
      const file = await load(path, `?mutant=${id}`)
      try {
        for (const test of file.tests) {
          if (this.#isSlow(test)) continue
          await getReady(file, test.suite)
          useEnvironment(file.environment)
          const result = await this.#runOne(file, test)
          results.push(result)
          if (result.status === 1) return results
        }
      } finally {
        await ended(file)
        useEnvironment(before)
      }
    }
    return results
  }

  /** What tries thousands of damages would take hours over all mutants: one that only such a test notices counts as left. */
  #isSlow({ id }) {
    return (this.#cost.get(id) ?? 0) > SLOW
  }

  /** Most mutants fall to tests that need milliseconds: those that start servers and programs come last. */
  #cheapestFirst(items, pathOf) {
    const cost = item => this.#cost.get(pathOf(item)) ?? 0
    return items.toSorted((a, b) => cost(a) - cost(b))
  }

  async #runOne(file, { id, body, suite }) {
    const started = performance.now()
    const before = { ...process.env }
    this.#broken = undefined
    stryker.currentTestId = id
    let failure
    try {
      for (const it of lineOf(suite)) for (const hook of it.hooks.beforeEach) await hook()
      await body()
    } catch (error) {
      failure = error ?? new Error('nothing was thrown')
    }
    try {
      for (const it of lineOf(suite).reverse()) for (const hook of it.hooks.afterEach) await hook()
    } catch (error) {
      failure ??= error
    }
    stryker.currentTestId = undefined
    process.exitCode = undefined
    useEnvironment(before)
    failure ??= this.#broken
    const timeSpentMs = Math.round(performance.now() - started)
    const told = { id, name: id, fileName: file.path, timeSpentMs }
    return failure === undefined
      ? { ...told, status: 0 }
      : { ...told, status: 1, failureMessage: String(failure?.stack ?? failure) }
  }
}

async function loadAll(paths) {
  const files = []
  for (const path of paths) files.push(await load(path))
  return files
}

/** @param {string} generation what the address of a module ends with: each generation of modules is loaded anew. */
async function load(path, generation = '') {
  const { collect } = await import('./globals.mjs')
  const top = await collect(path, () => import(`${pathToFileURL(path).href}${generation}`))
  return { path, top, tests: testsOf(top, path), environment: { ...process.env } }
}

function testsOf(suite, prefix, taken = new Map()) {
  const own = suite.tests.map(test => {
    const name = `${prefix} › ${test.name}`
    const count = (taken.get(name) ?? 0) + 1
    taken.set(name, count)
    return { ...test, id: count === 1 ? name : `${name} (${count})` }
  })
  return [...own, ...suite.suites.flatMap(inner => testsOf(inner, `${prefix} › ${inner.name}`, taken))]
}

/** The suites around a test, outermost first. */
function lineOf(suite) {
  return suite === undefined ? [] : [...lineOf(suite.parent), suite]
}

async function getReady(file, suite) {
  for (const it of lineOf(suite)) {
    if (it.ready) continue
    it.ready = true
    useEnvironment(file.environment)
    for (const hook of it.hooks.beforeAll) await hook()
    file.environment = { ...process.env }
  }
}

async function ended(file) {
  const end = async suite => {
    for (const inner of suite.suites) await end(inner)
    if (suite.ready)
      for (const hook of suite.hooks.afterAll)
        await Promise.resolve()
          .then(hook)
          .catch(() => undefined)
  }
  useEnvironment(file.environment)
  await end(file.top)
}

/** Test files set variables for themselves; each finds its own again. */
function useEnvironment(wanted) {
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name]
  Object.assign(process.env, wanted)
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'sentences', injectableClass: SentenceRunner }]
