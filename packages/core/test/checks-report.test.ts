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

  it.each([
    ['begins', ['hunter2abc', 'hunter2abc-TAIL']],
    ['ends', ['abc-hunter2', 'TAIL-abc-hunter2']]
  ])('hides the whole of a secret that another one %s', (_, secrets) => {
    const [kept] = checksReport(of, [check('login', `as ${secrets[1]} failed`)], secrets).checks

    expect(kept?.reason).toBe('as *** failed')
  })

  it.each(['\n', '\r\n'])('hides each line of a secret that has several, but no ordinary word (line end %j)', end => {
    const lines = ['-----BEGIN KEY-----', 'MIIEabcdef0123456789', 'end', '-----END KEY-----']
    const key = lines.join(end)
    const secrets = ['short', key]

    const [joined, whole] = checksReport(
      of,
      [check('a', `${lines.join(' / ')} in the end is short`), check('b', key)],
      secrets
    ).checks

    expect(joined?.reason).toBe('*** / *** / end / *** in the end is short')
    expect(whole?.reason).toBe('***')
  })

  it('is bounded, and says how many checks are not listed', () => {
    const many = Array.from({ length: 250 }, (_, n) => check(`${n}${'x'.repeat(10_000)}`, 'y'.repeat(10_000)))

    const report = checksReport(of, many, [])

    expect([report.checks.length, report.more]).toEqual([200, 50])
    expect(encodeChecks(report).length).toBeLessThan(200_000)
  })

  it('lists the checks that failed before others, where not all can be listed', () => {
    const many = Array.from({ length: 210 }, (_, n) => check(`GET /${n}`, n === 205 ? 'answered 500' : undefined))

    const report = checksReport(of, many, [])

    expect(report.checks.slice(0, 2).map(({ what }) => what)).toEqual(['GET /205', 'GET /0'])
    expect(checksReport(of, many.slice(100), []).checks.map(({ what }) => what)).toEqual(
      many.slice(100).map(({ what }) => what)
    )
  })

  it.each([
    ['plain letters', 'x'],
    ['letters of three bytes', '検'],
    ['letters that JSON escapes', '"']
  ])('is short enough to be handed to the job that records, whatever checks say: %s', (_, letter) => {
    const wordy = Array.from({ length: 200 }, () => check(letter.repeat(10_000), letter.repeat(10_000)))

    const outcome = JSON.stringify({ accept: { outputs: { results: encodeChecks(checksReport(of, wordy, [])) } } })

    // Linux takes 128 KiB in one variable; the other jobs have outputs, too.
    expect(Buffer.byteLength(`INPUT_OUTCOME=${outcome}`)).toBeLessThan(100 * 1024)
  })

  it('keeps the whole of long reasons where few checks have them', () => {
    const report = checksReport(of, [check('npm test', 'y'.repeat(10_000))], [])

    expect(report.checks[0]?.reason).toHaveLength(500)
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
