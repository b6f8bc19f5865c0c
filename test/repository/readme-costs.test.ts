import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')

/** REST, GraphQL, both, AWS and jobs of each delivery of the table that `npm run calls` writes. */
const DELIVERIES = block('calls')
  .split('\n')
  .filter(line => line.startsWith('| ') && /\d/.test(line))
  .map(line => line.split('|').slice(2, -1).map(Number))

function block(name: string): string {
  return README.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? ''
}

// What deliveries cost is counted by test/rehearsal/delivery.test.ts; here are the sentences that rest on it.
describe('what the README says of costs', () => {
  it('sums up in its table', () => {
    expect(DELIVERIES).toHaveLength(4)
    for (const [rest = 0, graphql = 0, both] of DELIVERIES) expect(rest + graphql).toBe(both)
  })

  it('has as many minutes as there are jobs', () => {
    const [, minutes = ''] = /The deliveries below are billed ([\d, and]+) minutes/.exec(README) ?? []

    expect(minutes.match(/\d+/g)?.map(Number)).toEqual(DELIVERIES.map(([, , , , jobs]) => jobs))
  })

  it('has reasons for as many calls as one changed unit takes, without a job that accepts and with one', () => {
    const reasons = README.split('| calls | what for | why they stay |')[1]?.split('\n\n')[0] ?? ''
    const counts = [...reasons.matchAll(/^\| (\d+) \| (with `accept\.run`)?/gm)]
    const sum = (of: typeof counts): number => of.reduce((total, [, count]) => total + Number(count), 0)
    const [, one, , without] = DELIVERIES.map(([, , both]) => both)

    expect([sum(counts.filter(([, , extra]) => extra === undefined)), sum(counts)]).toEqual([without, one])
  })

  it('says of the rehearsal what the first delivery costs, but for the races of its builds', () => {
    const found = /calls: (\d+) of GitHub \((\d+) REST, (\d+) GraphQL\), (\d+) of AWS; (\d+) jobs/.exec(README)
    const [, calls = 0, rest = 0, graphql = 0, , jobs] = found?.map(Number) ?? []
    const [first = []] = DELIVERIES

    expect(rest + graphql).toBe(calls)
    expect(jobs).toBe(first[4])
    expect(Math.abs(rest - (first[0] ?? 0))).toBeLessThanOrEqual(9)
    expect(Math.abs(graphql - (first[1] ?? 0))).toBeLessThanOrEqual(9)
  })
})
