import { describe, expect, it } from '@jest/globals'
import type { Approval } from '@sluice/core'
import { placeOf } from '../src/place.ts'
import { pendingLine, placeCells, unknownLines } from '../src/status-table.ts'
import { staysIn } from '../src/stay.ts'
import { unfinishedBetween, unfinishedIn, unfinishedJson, unfinishedRows } from '../src/unfinished.ts'
import { verdictRows } from '../src/verdict-rows.ts'
import { draft, release } from './delivered.ts'
import { type Happened, NOW, staging } from './staging.ts'

/** The second attempt of run 2. */
const SECOND = { run: { ...draft('started', '2').run, attempt: 2 } }
const HALF = { done: ['api'], stopped: ['worker'], notBegun: [] }
const found = (...events: readonly Happened[]): ReturnType<typeof unfinishedIn> =>
  unfinishedIn('staging', staging(...events), () => undefined)

describe('a deployment that no record says was done', () => {
  it.each<[string, readonly Happened[], string]>([
    [
      'stopped halfway',
      [
        ['1', 'started'],
        ['1', 'partial', { detail: { ...HALF, reason: 'One stack failed.' } }]
      ],
      'by half: api is done, worker stopped on the way'
    ],
    [
      'failed',
      [
        ['1', 'started'],
        ['1', 'failed', { detail: { reason: 'x' } }]
      ],
      'not by this ledger: all of it may be there, or a part, or nothing'
    ],
    ['never said how it ended', [['1', 'started']], 'not by this ledger: all of it may be there, or a part, or nothing']
  ])('is told where it %s, with what is known of it', (_, events, done) => {
    const [one, ...others] = found(...events)

    expect(others).toEqual([])
    expect(one === undefined ? [] : unfinishedRows(one)).toEqual(
      expect.arrayContaining([
        ['release', release('a').digest],
        ['began', expect.stringMatching(/ by run 1 \(attempt 1\), started by author \[record 1\]$/)],
        ['done', done],
        ['until', 'nothing has settled it since']
      ])
    )
  })

  it.each<[string, readonly Happened[]]>([
    [
      'was done',
      [
        ['1', 'started'],
        ['1', 'deployed']
      ]
    ],
    [
      'touched nothing',
      [
        ['1', 'started'],
        ['1', 'failed', { detail: { untouched: true } }]
      ]
    ],
    [
      'was obsolete',
      [
        ['1', 'started'],
        ['1', 'obsolete']
      ]
    ]
  ])('is not one that %s', (_, events) => {
    expect(found(...events)).toEqual([])
  })

  it.each([
    [{ kind: 'rollback', reason: 'orders fail' }, [['as', 'a rollback: "orders fail"']]],
    [{ kind: 'hotfix' }, [['as', 'a hotfix']]],
    [{ kind: 'release' }, []]
  ] as const)('says that it was begun as %j', (promotion, rows) => {
    const [one] = found(['1', 'started', { detail: { promotion } }])

    expect(one && unfinishedRows(one).filter(([name]) => name === 'as')).toEqual(rows)
    expect(one && unfinishedJson(one)).toMatchObject({ promotion })
  })

  it('may be there until something else was deployed, and in no time before or after', () => {
    const records = staging(
      ['1', 'started'],
      ['1', 'partial', { detail: HALF }],
      ['2', 'deployed', { release: release('b') }]
    )
    const all = unfinishedIn('staging', records, () => undefined)
    const [began = 0, , deployed = 0] = records.map(({ time }) => Date.parse(time))

    expect(unfinishedBetween(all, began - 10, began)).toEqual([])
    expect(unfinishedBetween(all, began, began + 1)).toEqual(all)
    expect(unfinishedBetween(all, deployed, NOW)).toEqual([])
    expect(all.map(unfinishedJson)).toMatchObject([{ partial: HALF, until: new Date(deployed).toISOString() }])
  })

  it('is told although its job first told of another run, and with who approved it and who stopped it since', () => {
    const approvals: readonly Approval[] = [
      { userId: '8', login: 'approver', state: 'approved', comment: 'ok', seenAt: '2026-01-02T12:00:00Z' }
    ]
    const [one] = found(
      ['1', 'started', { approvals }],
      ['1', 'cancelled', { release: release('b'), detail: { ended: [{ run: '500', attempt: 1 }], untouched: true } }],
      ['1', 'partial', { detail: { ...HALF, reason: 'One stack failed.' } }],
      ['2', 'withdrawn', { detail: { reason: 'orders fail' } }]
    )

    expect(one === undefined ? [] : unfinishedRows(one)).toEqual(
      expect.arrayContaining([
        ['approved by', 'approver (8): "ok" [record 1]'],
        ['done', 'by half: api is done, worker stopped on the way'],
        ['withdrawn', expect.stringMatching(/ by author: "orders fail" \[record 4\]$/)]
      ])
    )
    expect(one === undefined ? {} : unfinishedJson(one)).toMatchObject({ approvals, withdrawn: [{ record: 4 }] })
  })

  it('is told with what the run said that found it dead', () => {
    const [one] = found(
      ['1', 'started'],
      [
        '2',
        'cancelled',
        { release: release('b'), detail: { reason: 'Run 1 ended while deploying.', ended: [{ run: '1', attempt: 1 }] } }
      ]
    )

    expect(one?.ended?.sequence).toBe(2)
  })

  it('is settled by an acceptance of what the environment was found to have', () => {
    const [one] = found(
      ['1', 'started'],
      ['1', 'failed', { detail: { reason: 'x' } }],
      ['2', 'accepted', { release: release('b'), detail: { unchanged: true, sameAs: release('c').digest, checks: 1 } }]
    )

    expect(one?.until).toBeGreaterThan(0)
  })

  it.each<[string, readonly Happened[]]>([
    ['failed', [['2', 'failed', { ...SECOND, release: release('b'), detail: { reason: 'It failed.' } }]]],
    ['was obsolete', [['2', 'obsolete', { ...SECOND, release: release('b') }]]]
  ])('stays told by status where its re-run %s', (_, [ended]) => {
    const b = { release: release('b') }
    const records = staging(
      ['1', 'started'],
      ['1', 'deployed'],
      ['2', 'started', b],
      ['2', 'partial', { ...b, detail: HALF }],
      ['2', 'started', { ...b, ...SECOND }],
      ...(ended === undefined ? [] : [ended])
    )

    expect(placeOf('staging', records, NOW).pending.map(it => pendingLine('staging', it, NOW))).toEqual([
      expect.stringMatching(/ stopped halfway .*: api is done, worker stopped on the way \(run 2\)$/)
    ])
  })

  it.each(['partial', 'failed'] as const)('is told by status with who withdrew its release since: %s', event => {
    const records = staging(
      ['1', 'started'],
      ['1', event, { detail: { ...(event === 'partial' ? HALF : {}), reason: 'x' } }],
      ['2', 'withdrawn', { detail: { reason: 'orders fail' } }]
    )

    expect(placeOf('staging', records, NOW).pending.map(it => pendingLine('staging', it, NOW))).toContainEqual(
      expect.stringMatching(/ \(run 1\); withdrawn since by author \[record 3\]$/)
    )
  })

  it('leaves unknown what an environment has that never had anything else', () => {
    const place = placeOf('staging', staging(['1', 'started'], ['1', 'partial', { detail: HALF }]), NOW)

    expect(placeCells(place, NOW)).toEqual(['staging', '-', '-', 'unknown', '-', '-'])
    expect(unknownLines(place)).toEqual([
      expect.stringMatching(/^staging: what is there is unknown since record 1: run 1 began to deploy r-/)
    ])
  })
})

describe('a release whose checks failed, and that was accepted under another name', () => {
  const records = staging(
    ['1', 'started'],
    ['1', 'deployed'],
    ['1', 'failed', { detail: { reason: 'Its checks failed.' } }],
    ['2', 'accepted', { release: release('b'), detail: { unchanged: true, sameAs: release('a').digest, checks: 2 } }]
  )
  const [stay] = staysIn('staging', records, () => undefined)

  it('counts as accepted for history as for status, which says by what', () => {
    expect(placeOf('staging', records, NOW).live?.acceptance).toEqual(stay?.acceptance)
    expect(stay?.acceptance.state).toBe('accepted')
    expect(stay?.accepted?.sequence).toBe(4)
    expect(stay === undefined ? [] : verdictRows(stay, () => undefined)).toEqual([
      ['failed', expect.stringContaining('[record 3]')],
      ['accepted', expect.stringMatching(/, as r-[0-9a-f]{12} \[record 4\]$/)]
    ])
  })
})
