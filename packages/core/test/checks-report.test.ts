import { describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, readChecks, sha256 } from '../src/index.ts'

const of = { environment: 'staging', release: sha256('release') }
const check = (what: string, reason?: string) => ({
  what,
  passed: reason === undefined,
  seconds: 1.234,
  ...(reason === undefined ? {} : { reason })
})

describe('what checks asked and what came back', () => {
  it('is kept as one text, and read back', () => {
    const report = checksReport(of, [check('GET /'), check('npm test', 'exit code 1')], [])

    expect(readChecks(encodeChecks(report))).toEqual({
      version: 1,
      ...of,
      checks: [
        { what: 'GET /', passed: true, seconds: 1.2 },
        { what: 'npm test', passed: false, seconds: 1.2, reason: 'exit code 1' }
      ]
    })
  })

  it('is kept without the secrets of the job, and without what a terminal obeys', () => {
    const hostile = check('echo \u001b[2J', 'token-12345678 said:\n\u202e\ud800 token-12345678')

    const [kept] = checksReport(of, [hostile], ['token-12345678']).checks

    expect(kept).toMatchObject({ what: 'echo \\u{1b}[2J', reason: '*** said:\\u{a}\\u{202e}\ufffd ***' })
  })

  it('is bounded, and says how many checks are not listed', () => {
    const many = Array.from({ length: 250 }, (_, n) => check(`${n}${'x'.repeat(10_000)}`, 'y'.repeat(10_000)))

    const report = checksReport(of, many, [])

    expect([report.checks.length, report.more]).toEqual([200, 50])
    expect(encodeChecks(report).length).toBeLessThan(200_000)
  })

  it.each([
    ['no JSON', '{'],
    ['no report', '{"version":2}'],
    ['another text of a report', ` ${encodeChecks(checksReport(of, [], []))}`],
    ['a text without end', `"${'x'.repeat(1_000_001)}"`]
  ])('is not read from %s', (_, text) => {
    expect(readChecks(text)).toBeUndefined()
  })
})
