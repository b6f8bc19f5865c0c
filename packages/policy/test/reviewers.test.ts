import { describe, expect, it } from '@jest/globals'
import type { Approval, Protection, Reviewer } from '@sluice/core'
import { evaluateReviewers, reviewerStanding, teamsToAsk } from '../src/index.ts'

const ANN: Reviewer = { type: 'User', id: '1', name: 'ann' }
const BOB: Reviewer = { type: 'User', id: '2', name: 'bob' }
const TEAM: Reviewer = { type: 'Team', id: '1', name: 'release-managers' }

function answerOf(userId: string): Approval {
  return { userId, login: 'whoever', state: 'approved', comment: '', seenAt: '' }
}

describe('how somebody is a reviewer', () => {
  it('is told by number: a team with the same one is somebody else', () => {
    expect(reviewerStanding(answerOf('1'), [ANN, TEAM], [])).toBe('named')
    expect(reviewerStanding(answerOf('1'), [TEAM], ['no'])).toBe('no')
    expect(reviewerStanding(answerOf('2'), [ANN], [])).toBe('no')
  })

  it.each([
    [['no', 'member'], 'member'],
    [['undecided', 'member'], 'member'],
    [['no', 'undecided'], 'undecided'],
    [['no', 'no'], 'no']
  ] as const)('is told by teams (%j: %s)', (memberships, standing) => {
    expect(reviewerStanding(answerOf('2'), [ANN, TEAM], memberships)).toBe(standing)
  })

  it('is asked of teams only for who is not named', () => {
    expect(teamsToAsk(answerOf('1'), [ANN, TEAM])).toEqual([])
    expect(teamsToAsk(answerOf('2'), [ANN, TEAM])).toEqual([TEAM])
  })
})

describe('evaluateReviewers', () => {
  const protection = (...reviewers: Reviewer[]): Protection => ({
    id: 501,
    environment: 'production',
    reviewers,
    preventSelfReview: true,
    adminBypass: false,
    branchPolicy: 'custom',
    refs: ['refs/heads/main']
  })
  const parties = [
    { id: '1', login: 'ann', part: 'started this delivery' },
    { login: 'BOB', part: 'wrote or committed a part of it' }
  ]

  it('names who is left', () => {
    expect(evaluateReviewers('production', protection(ANN, TEAM), parties)).toEqual({
      allowed: true,
      reviewers: [TEAM]
    })
  })

  it('refuses to ask when every reviewer has a part in it, and says which', () => {
    expect(evaluateReviewers('production', protection(ANN, BOB), parties)).toEqual({
      allowed: false,
      outcome: 'failed',
      reason:
        'No one may approve the plan for production. Its reviewers are: ann, who started this delivery; bob, who wrote or committed a part of it.',
      remedy: expect.stringContaining('Add a reviewer who has no part in this delivery')
    })
  })
})
