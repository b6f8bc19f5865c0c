// What the tests import from `@jest/globals`, without jest around it: jest's own `expect`, `each` and mocks, and a tree of suites
// that can be run again and again in one process. That is what makes a mutant cost milliseconds instead of seconds.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'package.json'))
const { bind } = require('jest-each')
const { ModuleMocker } = require('jest-mock')

export const { expect } = require('expect')
export const jest = new ModuleMocker(globalThis)
jest.restoreAllMocks = jest.restoreAllMocks.bind(jest)
jest.spyOn = jest.spyOn.bind(jest)

const newSuite = (name, parent) => ({
  name,
  parent,
  suites: [],
  tests: [],
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
  ready: false
})

let current

/** Collects the suites of a test file while `load` imports it. */
export async function collect(file, load) {
  const top = newSuite(file, undefined)
  current = top
  await load()
  current = undefined
  return top
}

export const describe = (name, body) => {
  const suite = newSuite(name, current)
  current.suites.push(suite)
  const outer = current
  current = suite
  body()
  current = outer
}
export const it = (name, body) => {
  current.tests.push({ name, body, suite: current })
}
describe.each = bind(describe, false)
it.each = bind(it, false)
export const test = it

const hook = kind => body => {
  current.hooks[kind].push(body)
}
export const beforeAll = hook('beforeAll')
export const beforeEach = hook('beforeEach')
export const afterEach = hook('afterEach')
export const afterAll = hook('afterAll')
