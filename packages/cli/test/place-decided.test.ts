import { describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { evaluateAcceptance } from '@sluice/policy'
import { placeOf } from '../src/place.ts'
import { sinceJson } from '../src/status-json.ts'
import { pendingLine, placeCells, unknownLines, withdrawnLines } from '../src/status-table.ts'
import { release } from './delivered.ts'
import { type Happened, NOW, staging } from './staging.ts'

const approval = { userId: '8', login: 'approver', state: 'approved', comment: '', seenAt: '' } as const

describe('placeOf, as promotions are decided,', () => {
  const acceptanceOf = (records: ReturnType<typeof staging>) => placeOf('staging', records, NOW).live?.acceptance
  const refusalOf = (records: ReturnType<typeof staging>): string | undefined => {
    const place = { environment: 'production', previous: 'staging', kind: 'release', soak: 0, now: NOW } as const
    const verdict = evaluateAcceptance({ ...place, release: release('a'), records: records.toReversed() })
    return verdict.allowed ? undefined : verdict.reason
  }
  const accepted = [
    ['1', 'started'],
    ['1', 'deployed'],
    ['1', 'accepted']
  ] as const

  it.each([
    ['its checks fail when another run finds nothing to change', [['2', 'failed']]],
    ['its checks fail when its own run is run again', [['1', 'failed']]],
    [
      'its own run is run again and fails midway',
      [
        ['1', 'started'],
        ['1', 'failed']
      ]
    ],
    [
      'a run dies that deployed it anew',
      [['2', 'failed', { release: release('b'), detail: { also: [release('a').digest] } }]]
    ]
  ] as const)('does not take a release for accepted any more after %s', (_, more) => {
    const records = staging(...accepted, ...more)

    expect(refusalOf(records)).toContain('the last that the ledger holds of it in staging is `failed`')
    expect(acceptanceOf(records)).toMatchObject({ state: 'refused', event: 'failed', time: records.at(-1)?.time })
  })

  it('takes it for accepted anew since its checks passed once more', () => {
    const records = staging(...accepted, ['1', 'failed'], ['1', 'accepted'])

    expect(refusalOf(records)).toBeUndefined()
    expect(acceptanceOf(records)).toEqual({ state: 'accepted', time: records.at(-1)?.time })
  })

  it('takes it for accepted after a run of it ended before anything was touched', () => {
    const records = staging(...accepted, ['2', 'failed', { detail: { untouched: true } }])

    expect(refusalOf(records)).toBeUndefined()
    expect(acceptanceOf(records)).toEqual({ state: 'accepted', time: records[2]?.time })
  })

  it('calls what was withdrawn under another name withdrawn', () => {
    const found = { release: release('b'), detail: { acceptedBy: 3, sameAs: release('a').digest } }
    const records = staging(...accepted, ['2', 'unchanged', found], ['3', 'withdrawn'])

    expect(placeOf('staging', records, NOW).live?.record.release).toEqual(release('b'))
    expect(acceptanceOf(records)).toMatchObject({ state: 'refused', event: 'withdrawn' })
  })
})

describe('placeOf, of what was found to change nothing,', () => {
  const deployed = [
    ['1', 'started'],
    ['1', 'deployed'],
    ['1', 'accepted']
  ] as const
  const everywhere = {
    release: release('b'),
    detail: { unchanged: [{ environment: 'staging', release: release('a').digest }] }
  }

  it('shows a release that was announced to change nothing in any environment, accepted as what is there', () => {
    const records = staging(...deployed, ['2', 'released', everywhere])
    const place = placeOf('staging', records, NOW)

    expect(placeCells(place, NOW).slice(2)).toEqual([
      'bbbbbbbbbbbb',
      '1 min ago (unchanged)',
      'yes',
      'nothing to approve'
    ])
  })

  it('calls it withdrawn when what it was compared with is', () => {
    const records = staging(...deployed, ['2', 'released', everywhere], ['3', 'withdrawn'])

    expect(placeOf('staging', records, NOW).live).toMatchObject({
      record: { event: 'released' },
      acceptance: { state: 'refused', event: 'withdrawn' }
    })
  })

  it('does not show it once something else was deployed', () => {
    const records = staging(...deployed, ['2', 'released', everywhere], ['3', 'deployed', { release: release('c') }])

    expect(placeOf('staging', records, NOW).live?.record.release).toEqual(release('c'))
  })

  it('shows one that was accepted as it was found there', () => {
    const found = { release: release('b'), detail: { unchanged: true, sameAs: release('a').digest } }
    const records = staging(['1', 'started'], ['1', 'deployed'], ['1', 'failed'], ['2', 'accepted', found])

    expect(placeOf('staging', records, NOW).live).toMatchObject({
      record: { release: release('b') },
      acceptance: { state: 'accepted', time: records.at(-1)?.time }
    })
  })

  it('shows the deployment, with who approved it, where the same release was found there', () => {
    const found = { detail: { unchanged: true, sameAs: release('a').digest } }
    const records = staging(['1', 'deployed', { approvals: [approval] }], ['2', 'accepted', found])

    expect(placeOf('staging', records, NOW).live).toMatchObject({
      record: { event: 'deployed' },
      acceptance: { state: 'accepted' },
      approvals: [approval]
    })
  })
})

describe('placeOf, of runs that others told of,', () => {
  const pendingOf = (records: ReturnType<typeof staging>): readonly string[] =>
    placeOf('staging', records, NOW).pending.map(one =>
      pendingLine('staging', one, NOW).replace(/^staging: r-[0-9a-f]{12} /, '')
    )
  const ended = (run: string): NonNullable<Happened[2]> => ({ detail: { ended: [{ run, attempt: 1 }] } })
  const b = { release: release('b') }

  it.each(['superseded', 'cancelled'] as const)('does not let one wait that another tells to be %s', event => {
    const records = staging(
      ['1', 'planned'],
      ['2', 'deployed', b],
      ['2', event, { ...b, ...ended('1') }],
      ['3', 'planned']
    )

    expect(pendingOf(records)).toEqual([
      'planned 1 min ago, waiting for approval (run 3)',
      `${event} 2 min ago (run 1)`
    ])
  })

  it('does not wait for the outcome of one that was found dead', () => {
    const records = staging(['1', 'deployed'], ['2', 'started', b], ['3', 'failed', { ...b, ...ended('2') }])

    expect(pendingOf(records)).toEqual(['failed 1 min ago (run 3)', 'failed 1 min ago (run 2)'])
  })

  it('waits for one that began though it was told to be superseded', () => {
    const records = staging(['1', 'planned'], ['2', 'superseded', ended('1')], ['1', 'started'])

    expect(pendingOf(records)[0]).toBe('started 1 min ago, no outcome recorded yet (run 1)')
  })

  it('waits for the run of what is live when it is run again', () => {
    const records = staging(['1', 'started'], ['1', 'deployed'], ['1', 'accepted'])
    const [again] = staging(['1', 'started'])
    if (again === undefined) throw new Error('There is no record.')
    const rerun = { ...again, sequence: 4, run: { ...again.run, attempt: 2 } }

    expect(pendingOf([...records, rerun])).toEqual(['started 1 min ago, no outcome recorded yet (run 1)'])
  })

  it('does not wait for an attempt of which a later one has ended', () => {
    const [first, second] = staging(['1', 'planned'], ['1', 'rejected'])
    if (first === undefined || second === undefined) throw new Error('There are no records.')
    const rerun = { ...second, run: { ...second.run, attempt: 2 } }

    expect(pendingOf([first, rerun])).toEqual(['rejected 1 min ago (run 1)'])
  })

  it('forgets what they told before the present release came', () => {
    const records = staging(['1', 'planned'], ['2', 'superseded', ended('1')], ['3', 'deployed'])

    expect(pendingOf(records)).toEqual([])
  })
})

describe('sinceJson', () => {
  it('tells since which record it is not known what is there, and says nothing where it is', () => {
    const [, record] = staging(['1', 'deployed'], ['2', 'started', { release: release('b') }], ['2', 'failed'])

    expect(sinceJson(record)).toEqual({
      record: 2,
      time: record?.time,
      event: 'started',
      run: '2',
      release: release('b')
    })
    expect(sinceJson(undefined)).toBeUndefined()
  })
})

describe('withdrawnLines', () => {
  const linesOf = (...events: readonly Happened[]): readonly string[] =>
    withdrawnLines(placeOf('staging', staging(...events), NOW), NOW)

  it('say who withdrew what an environment has, why, and where it is recorded', () => {
    const why = { detail: { reason: 'orders fail' } }

    expect(linesOf(['1', 'deployed'], ['1', 'accepted'], ['2', 'withdrawn', why])).toEqual([
      'staging: withdrawn 1 min ago by author: orders fail [record 3]'
    ])
    expect(linesOf(['1', 'deployed'], ['2', 'withdrawn', { detail: {} }])).toEqual([
      'staging: withdrawn 1 min ago by author [record 2]'
    ])
  })

  it('say nothing of what was accepted, failed, or was never there', () => {
    expect([
      ...linesOf(['1', 'deployed'], ['1', 'accepted']),
      ...linesOf(['1', 'deployed'], ['1', 'failed']),
      ...withdrawnLines(placeOf('staging', [], NOW), NOW)
    ]).toEqual([])
  })
})

describe('unknownLines', () => {
  const linesOf = (records: ReturnType<typeof staging>): readonly string[] =>
    unknownLines(placeOf('staging', records, NOW))
  const deployed = [
    ['1', 'started'],
    ['1', 'deployed'],
    ['1', 'accepted']
  ] as const
  const b = { release: release('b') }

  it('says that something else may be there since a deployment failed halfway', () => {
    expect(linesOf(staging(...deployed, ['2', 'started', b], ['2', 'failed', b]))).toEqual([
      `staging: what is there is unknown since record 4: run 2 began to deploy ${releaseId(release('b').digest)}, and the ledger does not hold that as done`
    ])
  })

  it('says so of what was let in past the gate, and of what a repair left out', () => {
    expect(linesOf(staging(...deployed, ['2', 'bypassed', b]))).toEqual([
      'staging: what is there is unknown since record 4: run 2 passed the gate without an approval'
    ])
    expect(linesOf(staging(...deployed, ['2', 'repaired', { detail: { reason: 'it was forged' } }]))).toHaveLength(1)
  })

  it.each([
    [
      'a deployment that is recorded',
      [
        ['2', 'started', b],
        ['2', 'deployed', b]
      ]
    ],
    ['one that goes on', [['2', 'started', b]]],
    ['an approval that was missing for what it did deploy', [['1', 'bypassed']]],
    [
      'one that failed, once what is there was checked anew',
      [
        ['2', 'started', b],
        ['2', 'failed', b],
        ['3', 'accepted', { detail: { unchanged: true, sameAs: release('a').digest } }]
      ]
    ]
  ] as const)('says nothing of %s', (_, more) => {
    expect(linesOf(staging(...deployed, ...more))).toEqual([])
  })
})
