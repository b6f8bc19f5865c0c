import { describe, expect, it } from '@jest/globals'
import { checkCoverage, countCoverage, coverageOf, coverageTable } from '../../scripts/coverage.mjs'
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
