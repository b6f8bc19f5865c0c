import { describe, expect, it } from '@jest/globals'
import { placeOf } from '../src/place.ts'
import { age, pendingLine, placeCells } from '../src/status-table.ts'
import { release } from './delivered.ts'
import { NOW, staging } from './staging.ts'

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

describe('placeCells', () => {
  it.each([
    ['continuous', 'no one (continuous)'],
    ['dispatch', 'no one (started by author, no second person)'],
    ['approval', 'no one'],
    [undefined, 'no one']
  ] as const)('says who approved at a gate that is %s when nobody did', (gate, text) => {
    const place = placeOf('staging', staging(['1', 'deployed']), NOW)

    expect(placeCells(place, gate, NOW).slice(3)).toEqual(['1 min ago', 'not yet', text])
  })

  it('names everybody who approved, once', () => {
    const again = { ...approval, comment: 'again' }
    const approvals = [approval, again, { ...approval, userId: '9', login: 'second-approver' }]
    const place = placeOf('staging', staging(['1', 'started', { approvals }], ['1', 'deployed']), NOW)

    expect(placeCells(place, 'approval', NOW)[5]).toBe('approver, second-approver')
  })

  it('says that nothing was ever deployed', () => {
    const place = placeOf('production', [], NOW)

    expect(placeCells(place, 'approval', NOW)).toEqual(['production', '-', '-', 'never', '-', '-'])
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
