import { createRequire } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { checkCoverage, countCoverage, coverageOf, coverageTable } from '../../scripts/coverage.mjs'
import transform from '../../scripts/jest-transform.mjs'

/** How Jest finds out what there is to run in a file that no test has loaded. */
const { readInitialCoverage } = createRequire(import.meta.url)('istanbul-lib-instrument') as {
  readInitialCoverage(code: string): { readonly coverageData: { readonly statementMap: object } } | null
}

import { withTree } from './tree.ts'

describe('the coverage of a room', () => {
  /** A file whose statements begin on these lines and were run as often. */
  const file = (path: string, runs: Readonly<Record<number, number>>) => ({
    path,
    statementMap: Object.fromEntries(Object.keys(runs).map((line, n) => [n, { start: { line: Number(line) } }])),
    s: Object.fromEntries(Object.values(runs).map((count, n) => [n, count]))
  })
  const ledger = (runs: Readonly<Record<number, number>>) =>
    coverageOf({
      rooms: ['packages/ledger', 'packages/cli'],
      files: [file('packages/ledger/src/append.ts', runs)]
    })

  it('is the share of its lines that ran', () => {
    expect(ledger({ 1: 3, 2: 1, 7: 0 })).toEqual([
      {
        path: 'packages/ledger',
        lines: 3,
        covered: 2,
        percent: 66.66,
        least: 100,
        missing: [{ path: 'packages/ledger/src/append.ts', lines: [7] }]
      },
      { path: 'packages/cli', lines: 0, covered: 0, percent: 100, least: 95, missing: [] }
    ])
  })

  it('is never rounded up to a threshold', () => {
    const lines = Object.fromEntries(Array.from({ length: 30_000 }, (_, line) => [line + 1, line === 5 ? 0 : 1]))

    expect(ledger(lines)[0]?.percent).toBe(99.99)
    expect(coverageTable(ledger(lines))).toEqual([
      'Lines that tests have run:',
      'FAILED  packages/ledger   99.99 %  29999 of 30000, at least 100 %',
      'ok      packages/cli     100.00 %  0 of 0, at least 95 %'
    ])
  })

  it('is not what an earlier run left', async () => {
    const found = await withTree({ 'coverage/coverage-final.json': {} }, root => {
      countCoverage(root)
      return checkCoverage(root)
    })

    expect(found).toEqual(['The test runner left no report of what it covered.'])
  })
})

describe('a source, as the test runner loads it', () => {
  const FILE = '/repository/packages/ledger/src/say.ts'
  const SOURCE = `
/** Words, by what they are for. */
type Kind = 'first' | 'second'

const words: Record<string, string> = {
  first: 'one'
}

class Said {
  readonly times = 1
  again = (): number => this.times
}

function say(kind: Kind, otherwise = () =>
  'none'
): string {
  if (kind === 'first') return words[kind] ?? ''
  for (const word of [otherwise()])
    if (word !== '') return (
      kind === 'second' && word ||
      'never'
    )
  return 'nothing'
}
`
  const options = { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }
  const given = { supportsStaticESM: true, configString: '', config: { rootDir: '/repository' } }
  const load = (instrument: boolean, then: string) => {
    const { code } = transform.createTransformer(options).process(SOURCE, FILE, { ...given, instrument })
    const context = createContext({})
    const result = runInContext(`${code}\n${then}`, context)
    return { code, result, counted: context['__coverage__']?.[FILE] }
  }
  const linesOf = (counted: { statementMap: object; s: Readonly<Record<string, number>> }) =>
    Object.entries(counted.statementMap).map(([id, { start }]) => [start.line, counted.s[id] ?? -1])

  it('marks the lines of the statements that are run, where coverage is counted', () => {
    const { result, counted } = load(true, "say('second') + new Said().again()")

    expect(result).toBe('none1')
    expect(linesOf(counted)).toEqual([
      [5, 1],
      [10, 1],
      [11, 1],
      [15, 1],
      [17, 1],
      [18, 1],
      [19, 1],
      [23, 0]
    ])
  })

  it('says which lines it has, also where no test loads it', () => {
    const { code, counted } = load(true, '')

    expect(readInitialCoverage(code)?.coverageData.statementMap).toEqual(counted.statementMap)
    expect(linesOf(counted).filter(([, runs]) => runs === 0)).toHaveLength(7)
  })

  it('is only freed of its types where nothing is counted', () => {
    const { code, result, counted } = load(false, "say('first')")

    expect([result, counted]).toEqual(['one', undefined])
    expect(code).not.toContain('cov_')
  })
})
