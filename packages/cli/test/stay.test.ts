import { describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { staysIn } from '../src/stay.ts'
import { untilText } from '../src/unknown-text.ts'
import { verdictRows } from '../src/verdict-rows.ts'
import { release } from './delivered.ts'
import { type Happened, staging } from './staging.ts'

const b = { release: release('b') }
const DEPLOYED: readonly Happened[] = [
  ['1', 'started'],
  ['1', 'deployed'],
  ['1', 'accepted']
]
const stays = (...events: readonly Happened[]) => staysIn('staging', staging(...events), () => undefined)

describe('staysIn', () => {
  it('does not take a release for accepted whose run was run again and failed midway', () => {
    const [stay] = stays(...DEPLOYED, ['1', 'started'], ['1', 'failed'])

    expect(stay).toMatchObject({ acceptance: { state: 'refused', event: 'failed' }, unknownSince: { sequence: 4 } })
  })

  it('names the acceptance that stands, and not one that was taken back', () => {
    const [stay] = stays(...DEPLOYED, ['1', 'failed'], ['1', 'accepted'])

    expect(stay).toMatchObject({ acceptance: { state: 'accepted' }, accepted: { sequence: 5 } })
  })

  it('names the acceptance, and not a later run that found nothing to change', () => {
    const [stay] = stays(...DEPLOYED, ['2', 'unchanged', { detail: { acceptedBy: 3, sameAs: release('a').digest } }])

    expect(stay).toMatchObject({ acceptance: { state: 'accepted' }, accepted: { sequence: 3 } })
  })

  it('does not say that a release is still there after another deployment failed halfway', () => {
    const [stay] = stays(...DEPLOYED, ['2', 'started', b], ['2', 'failed', b])

    expect(stay).toMatchObject({ until: undefined, unknownSince: { sequence: 4, run: { id: '2' } } })
  })

  it('does not say so either of the time before something was deployed over that', () => {
    const [stay] = stays(...DEPLOYED, ['2', 'started', b], ['2', 'failed', b], ['3', 'started'], ['3', 'deployed'])

    expect(stay).toMatchObject({ until: expect.any(Number), unknownSince: { sequence: 4 } })
  })

  it('ends with the next deployment where that is all that began', () => {
    const [first, second] = stays(...DEPLOYED, ['2', 'started', b], ['2', 'deployed', b])

    expect([first?.until, first?.unknownSince]).toEqual([Date.parse(second?.deployed.time ?? ''), undefined])
  })

  it('goes on where what is there was checked anew', () => {
    const found = { detail: { unchanged: true, sameAs: release('a').digest } }
    const [stay] = stays(...DEPLOYED, ['2', 'started', b], ['2', 'failed', b], ['3', 'accepted', found])

    expect(stay).toMatchObject({ until: undefined, unknownSince: undefined })
  })

  it('tells of releases that were announced to change nothing while it was there', () => {
    const same = (letter: string, as = 'a'): Happened => [
      letter,
      'released',
      { release: release(letter), detail: { unchanged: [{ environment: 'staging', release: release(as).digest }] } }
    ]
    const [first, second] = stays(...DEPLOYED, same('b'), ['4', 'deployed', { release: release('c') }], same('d', 'c'))

    expect([first, second].map(it => it?.found.map(found => found.release))).toEqual([[release('b')], [release('d')]])
  })
})

describe('untilText', () => {
  const textsOf = (...events: readonly Happened[]): readonly string[] => stays(...events).map(untilText)
  const HALFWAY: readonly Happened[] = [...DEPLOYED, ['2', 'started', b], ['2', 'failed', b]]
  const why = (minutes: number): string =>
    `unknown since 2026-01-01T11:${minutes}:00.000Z: run 2 began to deploy ${releaseId(release('b').digest)}, and the ledger does not hold that as done [record 4]`

  it('says that a release is there, or when another came', () => {
    expect(textsOf(...DEPLOYED, ['2', 'started', b], ['2', 'deployed', b])).toEqual([
      'between 2026-01-01T11:58:00.000Z [record 4] and 2026-01-01T11:59:00.000Z',
      'now, by this ledger'
    ])
  })

  it('says since when it is not known what is there, and by which record', () => {
    expect(textsOf(...HALFWAY)).toEqual([why(58)])
    expect(textsOf(...HALFWAY, ['3', 'deployed'])[0]).toBe(`2026-01-01T11:59:00.000Z at the latest; ${why(57)}`)
  })
})

describe('verdictRows', () => {
  const c = { release: release('c') }
  const why = { detail: { reason: 'orders fail' } }
  const rowsOf = (...events: readonly Happened[]): readonly (readonly string[])[] =>
    stays(...events).map(stay =>
      verdictRows(stay, () => undefined).map(
        ([name, text]) => `${name} ${text.replace(/^2026-01-01T11:(\d\d)\S+/, '$1')}`
      )
    )

  it.each<[string, readonly Happened[], readonly (readonly string[])[]]>([
    ['no one has said', [['1', 'deployed']], [['accepted not yet']]],
    [
      'its checks failed',
      [
        ['1', 'deployed'],
        ['1', 'failed']
      ],
      [['accepted no', 'failed 59 [record 2]']]
    ],
    ['it was accepted twice', [...DEPLOYED, ['1', 'accepted']], [['accepted 58 [record 3]']]],
    ['its checks failed later', [...DEPLOYED, ['1', 'failed']], [['accepted 58 [record 3]', 'failed 59 [record 4]']]],
    [
      'it was withdrawn and accepted anew',
      [...DEPLOYED, ['2', 'withdrawn', why], ['1', 'accepted']],
      [['accepted 57 [record 3]', 'withdrawn 58 by author: "orders fail" [record 4]', 'accepted 59 [record 5]']]
    ],
    [
      'it was withdrawn with what is the same',
      [...DEPLOYED, ['2', 'withdrawn', { ...b, detail: { reason: 'it is slow', also: [release('a').digest] } }]],
      [['accepted 58 [record 3]', 'withdrawn 59 by author: "it is slow" [record 4]']]
    ],
    [
      'it was withdrawn when something else had taken its place',
      [...DEPLOYED, ['2', 'deployed', c], ['3', 'withdrawn', why]],
      [['accepted 57 [record 3]', 'withdrawn 59 by author: "orders fail" [record 5]'], ['accepted not yet']]
    ],
    [
      'it was withdrawn when it was there once more, after something else',
      [...DEPLOYED, ['2', 'deployed', c], ['3', 'deployed'], ['3', 'accepted'], ['4', 'withdrawn', why]],
      [
        ['accepted 55 [record 3]'],
        ['accepted not yet'],
        ['accepted 58 [record 6]', 'withdrawn 59 by author: "orders fail" [record 7]']
      ]
    ],
    [
      'it was withdrawn before it was deployed',
      [
        ['1', 'withdrawn', why],
        ['2', 'deployed']
      ],
      [['accepted no', 'withdrawn 58 by author: "orders fail" [record 1]']]
    ],
    [
      'it was accepted before it was deployed again, and is unchanged',
      [
        ...DEPLOYED,
        ['2', 'deployed'],
        [
          '3',
          'unchanged',
          { detail: { acceptedBy: 3, acceptedAt: '2026-01-01T11:57:00.000Z', sameAs: release('a').digest } }
        ]
      ],
      [['accepted 57 [record 3]'], ['accepted 57']]
    ]
  ])('tells when %s', (_, events, rows) => {
    expect(rowsOf(...events)).toEqual(rows)
  })
})
