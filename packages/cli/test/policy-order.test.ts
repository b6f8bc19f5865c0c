import { describe, expect, it } from '@jest/globals'
import { type RecordOf, sha256 } from '@sluice/core'
import { PolicyOrder } from '../src/policy-order.ts'
import { draft } from './delivered.ts'

type Gated = RecordOf<'planned' | 'started'>

const PLACES = new Map(['a', 'b', 'c'].map((letter, place) => [letter.repeat(40), place]))
const NOON = Date.parse('2026-03-01T12:00:00Z')

/** The faults of records under the policies of these commits, each so many hours after noon. */
function faults(
  ...records: readonly (readonly [commit: string, hour: number, text?: string, runner?: string])[]
): readonly (string | undefined)[] {
  const order = new PolicyOrder()
  return records.map(([letter, hour, text = letter, runner = 'github-hosted'], n) => {
    const made = draft('started', '1001')
    const record = {
      ...made,
      environment: 'production',
      run: { ...made.run, runner },
      policy: { path: 'delivery.yml', commit: letter.repeat(40), digest: sha256(text) },
      sequence: n + 1,
      time: new Date(NOON + hour * 3_600_000).toISOString()
    }
    return order.judgeNext(record as unknown as Gated, ({ commit }) => PLACES.get(commit))
  })
}

const none = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined)

describe('the policies of records, along the default branch,', () => {
  it('may stay, and go forward', () => {
    expect(faults(['a', 0], ['a', 100], ['b', 101], ['c', 200])).toEqual(none(4))
  })

  it('may be those of two jobs that began in the same hours', () => {
    expect(faults(['a', 0], ['b', 1], ['a', 7])).toEqual(none(3))
    expect(faults(['a', 0], ['b', 1], ['a', 100, 'a', 'self-hosted'])).toEqual(none(3))
  })

  it('do not go back to a text that was replaced longer ago than a job runs', () => {
    const fault = `started for production under the policy of commit ${'a'.repeat(40)}, though record 2 names a newer one, of commit ${'b'.repeat(40)}, and no job runs that long`

    expect(faults(['a', 0], ['b', 1], ['a', 8])).toEqual([...none(2), fault])
    expect(faults(['a', 0], ['b', 1], ['a', 122, 'a', 'self-hosted'])).toEqual([...none(2), fault])
    // That another one came a moment ago makes it no younger.
    expect(faults(['a', 0], ['b', 1], ['c', 8], ['a', 8])).toEqual([...none(3), fault])
  })

  it('may have an older commit where the text is that of the newest', () => {
    expect(faults(['a', 0, 'same'], ['b', 1], ['c', 2, 'same'], ['a', 100, 'same'])).toEqual(none(4))
    expect(faults(['a', 0, 'same'], ['b', 1, 'same'], ['a', 100, 'same'])).toEqual(none(3))
  })

  it('tell nothing where their commits are not known, or they name none', () => {
    expect(faults(['c', 0], ['f', 100])).toEqual(none(2))
  })
})
