import { describe, expect, it } from '@jest/globals'
import type { Protection } from '@sluice/core'
import { placeOf } from '../src/place.ts'
import { age, pendingLine, placeCells } from '../src/status-table.ts'
import { release } from './delivered.ts'
import { type Happened, NOW, staging } from './staging.ts'

/** A gate that asks no one. */
const PROTECTION: Protection = {
  id: 501,
  environment: 'staging',
  reviewers: [],
  preventSelfReview: false,
  adminBypass: false,
  branchPolicy: 'none',
  refs: []
}

const approval = { userId: '8', login: 'approver', state: 'approved', comment: '', seenAt: '' } as const

describe('placeOf', () => {
  it('knows nothing of an environment without records', () => {
    expect(placeOf('production', staging(['1', 'deployed']), NOW)).toEqual({
      environment: 'production',
      live: undefined,
      pending: []
    })
  })

  it('does not take an earlier acceptance for one of the present deployment', () => {
    const records = staging(['1', 'deployed'], ['1', 'accepted'], ['2', 'started'], ['2', 'deployed'])

    expect(placeOf('staging', records, NOW).live?.acceptance).toEqual({ state: 'open' })
  })

  it('says of what was withdrawn that it was, until it is accepted anew', () => {
    const withdrawn = staging(['1', 'deployed'], ['1', 'accepted'], ['2', 'withdrawn'])
    const anew = staging(['1', 'deployed'], ['1', 'accepted'], ['2', 'withdrawn'], ['3', 'accepted'])

    expect(placeOf('staging', withdrawn, NOW).live?.acceptance).toMatchObject({ state: 'refused', event: 'withdrawn' })
    expect(placeOf('staging', anew, NOW).live?.acceptance).toMatchObject({ state: 'accepted' })
    expect(placeOf('staging', withdrawn, NOW).pending).toEqual([])
  })

  it('takes what was accepted and needs no change for accepted, since then', () => {
    const unchanged = { release: release('b'), detail: { acceptedBy: 2, sameAs: release('a').digest } }
    const records = staging(['1', 'deployed'], ['1', 'accepted'], ['2', 'unchanged', unchanged])

    const { live } = placeOf('staging', records, NOW)

    expect(live?.record.release).toEqual(release('b'))
    expect(live?.acceptance).toEqual({ state: 'accepted', time: records[1]?.time })
  })

  it('does not take what needs no change for accepted when it was not', () => {
    const records = staging(['1', 'deployed'], ['2', 'unchanged'])

    expect(placeOf('staging', records, NOW).live?.acceptance).toEqual({ state: 'open' })
  })

  it('names only who approved after the plan was made', () => {
    const other = { ...approval, userId: '9', login: 'second-approver' }
    const records = staging(
      ['1', 'planned', { approvals: [approval] }],
      ['1', 'started', { approvals: [approval, other, { ...other, state: 'rejected' }] }],
      ['1', 'deployed']
    )

    expect(placeOf('staging', records, NOW).live?.approvals).toEqual([other])
  })

  it('shows a run that started and did not end, and one that waits, newest first', () => {
    const records = staging(['1', 'planned'], ['2', 'deployed'], ['3', 'started'])

    const { pending } = placeOf('staging', records, NOW)

    expect(pending.map(({ state, record }) => [state, record.run.id])).toEqual([
      ['started', '3'],
      ['waiting', '1']
    ])
  })

  it('leaves out runs that ended before the present release came', () => {
    const records = staging(['1', 'rejected'], ['2', 'started'], ['3', 'deployed'], ['4', 'accepted'])

    expect(placeOf('staging', records, NOW).pending).toEqual([])
  })
})

describe('a plan that waits', () => {
  const before = { environment: 'integration' }
  const reason = { detail: { reason: 'It loses orders', at: 'live' as const } }
  const accepted = [
    ['1', 'deployed', before],
    ['1', 'accepted', before],
    ['1', 'planned']
  ] as const
  const lines = (...events: readonly Happened[]): readonly string[] => {
    const { pending } = placeOf('staging', staging(...events), NOW, 'integration')
    return pending.map(one => pendingLine('staging', one, NOW))
  }

  it.each<[string, Happened, string]>([
    [
      'here',
      ['2', 'withdrawn', reason],
      'may not enter staging: it was withdrawn there (record 4: "It loses orders").'
    ],
    [
      'in the environment before',
      ['2', 'withdrawn', { ...before, ...reason }],
      'may not enter staging: the last that the ledger holds of it in integration is `withdrawn` (record 4: "It loses orders").'
    ],
    [
      'in the environment before by what failed there',
      ['2', 'failed', before],
      'may not enter staging: the last that the ledger holds of it in integration is `failed` (record 4).'
    ]
  ])('is shown to deploy nothing where its release was withdrawn %s since', (_, since, why) => {
    expect(lines(...accepted, since)).toEqual([
      expect.stringMatching(
        /^staging: r-\w+ planned 2 min ago, waiting for approval \(run 1\); an approval would deploy nothing: /
      )
    ])
    expect(lines(...accepted, since)[0]).toContain(why)
  })

  it.each<[string, readonly Happened[]]>([
    ['nothing came since', accepted],
    ['another release was withdrawn', [...accepted, ['2', 'withdrawn', { ...reason, release: release('b') }]]],
    [
      'its release was accepted anew',
      [...accepted, ['2', 'failed', before], ['3', 'deployed', before], ['3', 'accepted', before]]
    ],
    ['the environment before is one that it did not go through', [['1', 'planned']]]
  ])('is shown as it is where %s', (_, events) => {
    expect(lines(...events)).toEqual([expect.stringMatching(/waiting for approval \(run 1\)$/)])
  })
})

describe('a deployment that stopped halfway', () => {
  it('is shown with what is deployed of it, and what is not', () => {
    const detail = { done: ['api'], stopped: [], notBegun: ['site'] }
    const records = staging(
      ['1', 'deployed'],
      ['2', 'started', { release: release('b') }],
      ['2', 'partial', { release: release('b'), detail }]
    )
    const { pending } = placeOf('staging', records, NOW)

    expect(pending.map(one => pendingLine('staging', one, NOW))).toEqual([
      expect.stringMatching(/^staging: r-\w+ stopped halfway 1 min ago: api is done, site was not begun \(run 2\)$/)
    ])
  })
})

describe('placeCells', () => {
  const reviewers = [{ type: 'User', id: '8', name: 'approver' }] as const

  it.each<[string, Partial<Protection> | undefined, string]>([
    ['asked reviewers', { reviewers }, 'no one (one of approver was asked)'],
    ['asked no second person', { secondPerson: 'none' }, 'no one (no second person is asked (secondPerson: none))'],
    ['asked no one', {}, 'no one (no one is asked)'],
    ['no record tells of', undefined, 'no one (no one is asked)']
  ])('says who approved at a gate that then %s, when nobody did', (_, gate, text) => {
    const protection = gate && { ...PROTECTION, ...gate }
    const started = protection === undefined ? {} : { protection }
    const place = placeOf('staging', staging(['1', 'started', started], ['1', 'deployed']), NOW)

    expect(placeCells(place, NOW).slice(3)).toEqual(['1 min ago', 'not yet', text])
  })

  it('names everybody who approved, once', () => {
    const again = { ...approval, comment: 'again' }
    const approvals = [approval, again, { ...approval, userId: '9', login: 'second-approver' }]
    const place = placeOf('staging', staging(['1', 'started', { approvals }], ['1', 'deployed']), NOW)

    expect(placeCells(place, NOW)[5]).toBe('approver, second-approver')
  })

  it('says that nothing was ever deployed', () => {
    const place = placeOf('production', [], NOW)

    expect(placeCells(place, NOW)).toEqual(['production', '-', '-', 'never', '-', '-'])
  })
})

describe('pendingLine', () => {
  it('says that a run has not ended', () => {
    const [one] = placeOf('staging', staging(['3', 'started', { release: release('b') }]), NOW).pending

    expect(one === undefined ? '' : pendingLine('staging', one, NOW)).toMatch(
      /^staging: r-[0-9a-f]{12} started 1 min ago, no outcome recorded yet \(run 3\)$/
    )
  })

  it('shows a run that failed before it had a release', () => {
    const [failed] = staging(['3', 'failed'])
    if (failed === undefined) throw new Error('There is no record.')
    const { release: _, ...record } = failed

    expect(pendingLine('staging', { state: 'failed', record }, NOW)).toBe('staging: a release failed 1 min ago (run 3)')
  })
})

describe('age', () => {
  it.each([
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [48 * 3_600_000, '2 d ago']
  ])('calls %d ms %s', (passed, text) => {
    expect(age(new Date(NOW - passed).toISOString(), NOW)).toBe(text)
  })
})
