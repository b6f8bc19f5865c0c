import { describe, expect, it } from '@jest/globals'
import { type Approval, PLAN_EXPIRY, type Protection } from '@sluice/core'
import { type ApprovalRequest, decodeApprovals, evaluateApproval } from '../src/index.ts'
import { publishedExample } from './published.ts'

const PROTECTION: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [{ type: 'User', id: 'id of approver', name: 'approver' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}
const PLANNED = Date.parse('2026-01-01T12:00:00Z')
const HOUR = 3_600_000

function answer(login: string, members: Partial<Approval> = {}): Approval {
  return { userId: `id of ${login}`, login, state: 'approved', comment: '', seenAt: '2026-01-01T12:30:00Z', ...members }
}

function request(members: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    environment: 'production',
    approvals: [answer('approver')],
    snapshot: [],
    parties: [{ id: 'id of author', login: 'author', part: 'started this delivery' }],
    planned: PROTECTION,
    protection: PROTECTION,
    plannedAt: PLANNED,
    now: PLANNED + HOUR,
    ...members
  }
}

describe('decodeApprovals', () => {
  it("reads GitHub's published example", () => {
    const example = publishedExample('/repos/{owner}/{repo}/actions/runs/{run_id}/approvals')

    expect(decodeApprovals(example, 'staging', '2026-01-01T00:00:00Z')).toEqual([
      { userId: '1', login: 'octocat', state: 'approved', comment: 'Ship it!', seenAt: '2026-01-01T00:00:00Z' }
    ])
  })

  it('takes only answers for the environment, in any letters', () => {
    const entry = (name: string) => ({
      state: 'approved',
      comment: name,
      environments: [{ name }],
      user: { id: 1, login: 'approver' }
    })

    const approvals = decodeApprovals([entry('staging'), entry('Production'), entry('production-eu')], 'production', '')

    expect(approvals.map(({ comment }) => comment)).toEqual(['Production'])
  })

  it.each([
    ['an answer that is pending', [{ state: 'pending', environments: [{ name: 'production' }] }]],
    ['an answer without environments', [{ state: 'approved' }]],
    ['no list', { message: 'Not Found' }],
    ['nothing', undefined]
  ])('finds nobody in %s', (_, json) => {
    expect(decodeApprovals(json, 'production', '')).toEqual([])
  })

  it('reads an answer of a deleted account', () => {
    const json = [{ state: 'rejected', environments: [{ name: 'production' }], user: null, comment: null }]

    expect(decodeApprovals(json, 'production', 'then')).toEqual([
      { userId: '', login: 'ghost', state: 'rejected', comment: '', seenAt: 'then' }
    ])
  })

  it('reads an answer of an App, whatever it is called', () => {
    const user = { id: 198982749, login: 'Copilot', type: 'Bot' }

    expect(
      decodeApprovals([{ state: 'approved', environments: [{ name: 'production' }], user }], 'production', '')
    ).toEqual([{ userId: '198982749', login: 'Copilot', state: 'approved', comment: '', seenAt: '', bot: true }])
  })

  it('reads an id that is a text', () => {
    const json = [{ state: 'approved', environments: [{ name: 'production' }], user: { id: '9', login: 'approver' } }]

    expect(decodeApprovals(json, 'production', '')).toMatchObject([{ userId: '9' }])
  })
})

describe('evaluateApproval', () => {
  it('allows a plan that somebody else approved, and names the approval', () => {
    const own = answer('author')
    const approval = answer('approver')

    expect(evaluateApproval(request({ approvals: [own, approval] }))).toEqual({
      allowed: true,
      approval,
      fresh: [own, approval]
    })
  })

  it.each(['named', 'member', 'undecided'] as const)('allows a plan that a reviewer approved who is %s', reviewer => {
    expect(evaluateApproval(request({ approvals: [answer('approver', { reviewer })] })).allowed).toBe(true)
  })

  it('takes a second equal answer for a new one, whenever it was seen', () => {
    const before = answer('approver', { seenAt: '2026-01-01T11:00:00Z' })

    const verdict = evaluateApproval(
      request({ snapshot: [before], approvals: [answer('approver'), answer('approver')] })
    )

    expect(verdict).toMatchObject({ allowed: true, fresh: [{ login: 'approver' }] })
  })

  it('allows a plan up to its last moment', () => {
    expect(evaluateApproval(request({ now: PLANNED + PLAN_EXPIRY })).allowed).toBe(true)
  })

  it('allows a plan whose runner has a clock up to five minutes ahead', () => {
    expect(evaluateApproval(request({ now: PLANNED - 5 * 60_000 })).allowed).toBe(true)
    expect(evaluateApproval(request({ now: PLANNED - 5 * 60_000 - 1 })).allowed).toBe(false)
  })

  it('allows a new plan that was approved after an earlier one was rejected: only answers since this plan count', () => {
    const rejected = answer('approver', { state: 'rejected' })
    const approved = answer('approver')

    expect(evaluateApproval(request({ snapshot: [rejected], approvals: [rejected, approved] }))).toEqual({
      allowed: true,
      approval: approved,
      fresh: [approved]
    })
  })

  it.each<[string, Partial<ApprovalRequest>, string, RegExp, RegExp]>([
    [
      'without an approval',
      { approvals: [] },
      'bypassed',
      /^This plan for production has no approval\. The gate was bypassed or is not protected\.$/,
      /Have a reviewer of production approve/
    ],
    [
      'with only an approval that predates the plan',
      { approvals: [answer('approver', { seenAt: 'later' })], snapshot: [answer('approver')] },
      'bypassed',
      /no approval \(1 earlier review predates the plan and does not count\)\. The gate was bypassed/,
      /let someone who will not approve re-run all jobs/
    ],
    [
      'with two approvals that predate it',
      { approvals: [answer('approver'), answer('second')], snapshot: [answer('approver'), answer('second')] },
      'bypassed',
      /no approval \(2 earlier reviews predate the plan and do not count\)\. The gate was bypassed/,
      /let someone who will not approve re-run all jobs/
    ],
    [
      'approved by its author',
      { approvals: [answer('author')] },
      'failed',
      /approved only by author, who started this delivery/,
      /who has no part in this delivery/
    ],
    [
      'approved by its author alone, though somebody else had approved an earlier one',
      { snapshot: [answer('approver')], approvals: [answer('approver'), answer('author')] },
      'failed',
      /approved only by author, who started this delivery/,
      /who has no part in this delivery/
    ],
    [
      'approved by its author under another id',
      { approvals: [answer('Author', { userId: '0' })] },
      'failed',
      /approved only by Author, who started this delivery/,
      /who has no part in this delivery/
    ],
    [
      'approved by its author under another login',
      { approvals: [answer('renamed', { userId: 'id of author' })] },
      'failed',
      /approved only by renamed, who started this delivery/,
      /who has no part in this delivery/
    ],
    [
      'approved by who wrote a part of it',
      { approvals: [answer('bob')], parties: [{ login: 'Bob', part: 'wrote or committed a part of it' }] },
      'failed',
      /approved only by bob, who wrote or committed a part of it\.$/,
      /who has no part in this delivery/
    ],
    [
      'approved by a deleted account',
      { approvals: [answer('ghost', { userId: '' })] },
      'failed',
      /approved only by ghost, whose account was deleted\.$/,
      /Have a reviewer approve/
    ],
    [
      "approved in the name of GitHub's own account for deleted ones",
      { approvals: [answer('ghost', { userId: '10137' })] },
      'failed',
      /approved only by ghost, whose account was deleted\.$/,
      /Have a reviewer approve/
    ],
    [
      'approved by bots',
      { approvals: [answer('helper[bot]'), answer('Copilot', { bot: true })] },
      'failed',
      /approved only by helper\[bot\], which is no person; Copilot, which is no person\.$/,
      /Have a reviewer approve/
    ],
    [
      'approved by somebody who was made a reviewer for a minute',
      { approvals: [answer('mallory', { reviewer: 'no' })] },
      'failed',
      /approved only by mallory, who was not among the reviewers when the plan was made\.$/,
      /Have a reviewer approve/
    ],
    [
      'at a gate that has another reviewer by now',
      { protection: { ...PROTECTION, reviewers: [{ type: 'User', id: 'id of mallory', name: 'mallory' }] } },
      'failed',
      /not the one that the plan was made for: mallory became a reviewer; approver is a reviewer no longer\.$/,
      /audit log/
    ],
    [
      'rejected with a comment',
      { approvals: [answer('approver', { state: 'rejected', comment: ' not on a "Friday"\n' })] },
      'rejected',
      /production was rejected by approver: "not on a \\"Friday\\""\.$/,
      /Resolve it with the reviewer/
    ],
    [
      'rejected without a comment, though another approved',
      { approvals: [answer('second'), answer('approver', { state: 'rejected' })] },
      'rejected',
      /rejected by approver, without a comment\.$/,
      /new plan/
    ],
    [
      'rejected with a comment of spaces',
      { approvals: [answer('approver', { state: 'rejected', comment: ' \n' })] },
      'rejected',
      /rejected by approver, without a comment\.$/,
      /new plan/
    ],
    [
      'that is too old',
      { now: PLANNED + PLAN_EXPIRY + 1 },
      'expired',
      /The plan for production made at 2026-01-01T12:00:00.000Z has expired: plans are valid for 72 hours\./,
      /let someone who will not approve re-run all jobs/
    ],
    ['from the future', { now: PLANNED - HOUR }, 'expired', /has expired/, /new plan/]
  ])('refuses a plan %s', (_, members, outcome, reason, remedy) => {
    expect({ ...evaluateApproval(request(members)), mayChange: undefined }).toEqual({
      allowed: false,
      outcome,
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy)
    })
  })

  it.each<[string, Partial<ApprovalRequest>, true | undefined]>([
    ['nobody answered', { approvals: [] }, true],
    ['no answer counts', { parties: [{ login: 'approver', part: 'wrote it' }] }, true],
    ['somebody rejected it', { approvals: [answer('approver', { state: 'rejected' })] }, undefined],
    ['it has expired', { approvals: [], now: PLANNED + 80 * HOUR }, undefined],
    ['the gate changed', { protection: { ...PROTECTION, adminBypass: true } }, undefined]
  ])('says whether another look may find it approved where %s', (_, members, mayChange) => {
    const verdict = evaluateApproval(request(members))

    expect(verdict.allowed).toBe(false)
    expect('mayChange' in verdict ? verdict.mayChange : undefined).toBe(mayChange)
  })
})
