import { describe, expect, it } from '@jest/globals'
import { type Approval, type AskedGate, judgeGate, type Party, type Protection, partiesOf } from '../src/index.ts'

const yes: Approval = { userId: '2', login: 'Approver', state: 'approved', comment: '', seenAt: '' }
const gate: Protection = {
  id: 1,
  environment: 'production',
  reviewers: [{ type: 'User', id: '2', name: 'approver' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}
const party = (id: string, login: string): Party => ({ id, login, part: 'wrote it' })
const asked = (changes: Partial<AskedGate> = {}): AskedGate => ({
  snapshot: [],
  answers: [yes],
  parties: [party('3', 'author')],
  planned: gate,
  now: gate,
  ...changes
})

describe('a gate', () => {
  it('is open by the approval of a reviewer who has no part in the delivery', () => {
    expect(judgeGate(asked())).toEqual({ open: true, approval: yes, proof: 'named', fresh: [yes] })
  })

  it('stays open when somebody with a part in it approved, too', () => {
    const own = { ...yes, userId: '3', login: 'author' }

    expect(judgeGate(asked({ answers: [own, yes] }))).toMatchObject({ open: true, approval: yes })
  })

  it('is not open by the login that an author had before, or took since, whatever number it has now', () => {
    const accounts = [
      { id: '3', login: 'author' },
      { id: '3', login: 'approver' }
    ]
    const starter = { id: '4', login: 'starter' }
    const parties = partiesOf({ actor: starter, triggeringActor: starter, authors: { accounts, unknown: [] } })

    expect(judgeGate(asked({ parties }))).toMatchObject({ open: false, why: 'objected' })
  })

  it.each<[string, Partial<Protection>, string]>([
    [
      'a reviewer without a name',
      { reviewers: [...gate.reviewers, { type: 'User', id: '9', name: '' }] },
      'user 9 became a reviewer'
    ],
    [
      'one ref, where there were two that read alike',
      { refs: ['refs/heads/main,refs/heads/next'] },
      'its deployment branches changed'
    ]
  ])('is not open where it has %s since the plan', (_, changed, change) => {
    const planned = { ...gate, refs: ['refs/heads/main', 'refs/heads/next'] }
    const now = { ...planned, ...changed }

    expect(judgeGate(asked({ planned, now }))).toEqual({ open: false, why: 'changed', changes: [change] })
  })

  it.each([
    ['the same id, under another name', party('2', 'renamed')],
    ['the same name in other letters, without an id', party('', 'aPPROVER')]
  ])('is not open by somebody who has a part in it, with %s', (_, author) => {
    expect(judgeGate(asked({ parties: [author] }))).toEqual({
      open: false,
      why: 'objected',
      objections: ['Approver, who wrote it']
    })
  })

  it('is not open by who was not asked, whatever the answer says of itself', () => {
    const answers = (['named', 'member', 'undecided'] as const).map(reviewer => ({ ...yes, userId: '9', reviewer }))

    expect(judgeGate(asked({ answers }))).toEqual({
      open: false,
      why: 'objected',
      objections: ['Approver, who was not among the reviewers when the plan was made']
    })
  })

  it('says how it is known that a member of a team was asked', () => {
    const now = { ...gate, reviewers: [{ type: 'Team', id: '2', name: 'keepers' }] } as const
    const proofs = (['member', 'undecided', 'no'] as const).map(reviewer => {
      const judged = judgeGate(asked({ planned: now, now, answers: [{ ...yes, reviewer }] }))
      return judged.open ? judged.proof : judged.why
    })

    expect(proofs).toEqual(['confirmed', 'undecided', 'objected'])
  })

  it('is not open where the plan does not say how it was', () => {
    expect(judgeGate(asked({ planned: undefined }))).toEqual({
      open: false,
      why: 'changed',
      changes: ['how it was protected then was not recorded']
    })
  })
})
