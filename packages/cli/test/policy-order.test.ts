import { describe, expect, it } from '@jest/globals'
import { type LedgerEvent, type LedgerRecord, sha256 } from '@sluice/core'
import { PolicyOrder } from '../src/policy-order.ts'
import { draft } from './delivered.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const DAY = 24

/** What a record is, besides an intent of a job on GitHub's own machines. */
interface Kind {
  readonly text?: string
  readonly runner?: string
  readonly event?: LedgerEvent
}

/** The faults of records under the policies of these commits, each so many hours after noon. The branch had them in the order of letters, and each text for as long as `last` says. */
function faults(
  records: readonly (readonly [commit: string, hour: number, kind?: Kind])[],
  last: Readonly<Record<string, number>> = {}
): readonly (string | undefined)[] {
  const order = new PolicyOrder()
  const placeOf = (commit: string): number | undefined => (commit < 'd' ? commit.charCodeAt(0) : undefined)
  return records.map(([letter, hour, { text = letter, runner = 'github-hosted', event = 'started' } = {}], n) => {
    const made = { ...draft('started', '1001'), event }
    const { environment: _, ...bare } = made
    const record = {
      ...(event === 'adopted' ? bare : { ...made, environment: 'production' }),
      run: { ...made.run, runner },
      policy: { path: 'delivery.yml', commit: letter.repeat(40), digest: sha256(text) },
      sequence: n + 1,
      time: new Date(NOON + hour * 3_600_000).toISOString()
    } as unknown as LedgerRecord
    const place = placeOf(letter)
    return order.judgeNext(record, { placeOf: () => place, lastPlaceOf: () => last[letter] ?? place })
  })
}

const none = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined)

/** Why policy a is too old, by record 2, which names policy b. */
const replaced = (what: string, why: string): string =>
  `${what} under the policy of commit ${'a'.repeat(40)}, though record 2 names a newer one, of commit ${'b'.repeat(40)}, and ${why}`

const EVENTS = ['built', 'released', 'deployed', 'accepted', 'failed', 'withdrawn', 'repaired', 'adopted'] as const

describe('the policies of records, along the default branch,', () => {
  it('may stay, and go forward', () => {
    expect(faults([...Array(4).keys()].map(n => ['aabc'[n] ?? '', n * 100]))).toEqual(none(4))
  })

  it('may be those of two jobs that began in the same hours', () => {
    expect(
      faults([
        ['a', 0],
        ['b', 1],
        ['a', 7]
      ])
    ).toEqual(none(3))
    expect(
      faults([
        ['a', 0],
        ['b', 1],
        ['a', 100, { runner: 'self-hosted' }]
      ])
    ).toEqual(none(3))
  })

  it('do not go back to a text that was replaced longer ago than a job runs', () => {
    const fault = replaced('started for production', 'no job runs that long')

    expect(
      faults([
        ['a', 0],
        ['b', 1],
        ['a', 8]
      ])
    ).toEqual([...none(2), fault])
    expect(
      faults([
        ['a', 0],
        ['b', 1],
        ['a', 122, { runner: 'self-hosted' }]
      ])
    ).toEqual([...none(2), fault])
    // That another one came a moment ago makes it no younger.
    expect(
      faults([
        ['a', 0],
        ['b', 1],
        ['c', 8],
        ['a', 8]
      ])
    ).toEqual([...none(3), fault])
  })

  it.each(EVENTS)('go back in no %s to a text that was replaced longer ago than a run lives', event => {
    const what = event === 'adopted' ? event : `${event} for production`

    expect(
      faults([
        ['a', 0],
        ['b', 1, { event: 'built' }],
        ['a', 1 + 35 * DAY + 1, { event }]
      ])
    ).toEqual([...none(2), replaced(what, 'no run lives that long')])
  })

  it.each(EVENTS)(
    'may be outdated in %s of a run that waited while others went on: at a gate, or for a soak to end',
    event => {
      const overtaken = ['b', 'c', 'b'].map((letter, n) => [letter, 1 + n * DAY * 10, { event: 'built' }] as const)

      expect(faults([['a', 0], ...overtaken, ['a', 35 * DAY, { event }], ['c', 36 * DAY]])).toEqual(none(6))
    }
  )

  it('go back in an intent no further by what no gate was asked for', () => {
    const built = { event: 'built' } as const

    expect(
      faults([
        ['a', 0],
        ['b', 1, built],
        ['a', 100]
      ])
    ).toEqual(none(3))
    expect(
      faults([
        ['a', 0],
        ['b', 1, built],
        ['a', 36 * DAY]
      ])
    ).toEqual([...none(2), replaced('started for production', 'no run lives that long')])
  })

  it('may have an older commit where the text is that of the newest', () => {
    const same = { text: 'same' }

    expect(
      faults([
        ['a', 0, same],
        ['b', 1],
        ['c', 2, same],
        ['a', 100, same]
      ])
    ).toEqual(none(4))
    expect(
      faults([
        ['a', 0, same],
        ['b', 1, same],
        ['a', 100, same]
      ])
    ).toEqual(none(3))
  })

  it('may have an older commit where the branch took its text back since, though no record shows it', () => {
    expect(
      faults(
        [
          ['a', 0],
          ['b', 1],
          ['a', 100]
        ],
        { a: 'c'.charCodeAt(0) }
      )
    ).toEqual(none(3))
  })

  it('may be called otherwise since the history was rewritten, as long as the text was not replaced', () => {
    const old = (last: number) =>
      faults(
        [
          ['a', 0],
          ['b', 1],
          ['f', 100]
        ],
        { f: last }
      )

    expect(old('b'.charCodeAt(0))).toEqual(none(3))
    expect(old('a'.charCodeAt(0))[2]).toMatch(/^started for production under the policy of commit f+, though record 2 /)
    // That one shows nothing of others: which place it had when it was written, nobody knows.
    expect(
      faults(
        [
          ['f', 0],
          ['a', 100]
        ],
        { f: 'b'.charCodeAt(0) }
      )
    ).toEqual(none(2))
  })

  it('tell nothing where their commits are not known, or they name none', () => {
    expect(
      faults([
        ['c', 0],
        ['f', 100]
      ])
    ).toEqual(none(2))
  })
})
