import { describe, expect, it } from '@jest/globals'
import { type Approval, type Ending, type JobOutcome, PLAN_EXPIRY } from '@sluice/core'
import { deriveOutcome, isExplained, type OutcomeRequest } from '../src/index.ts'

const PLANNED = Date.parse('2026-01-01T12:00:00Z')

function answer(state: 'approved' | 'rejected', comment = ''): Approval {
  return { userId: '8', login: 'approver', state, comment, seenAt: '' }
}

const ran = { outcome: 'unchanged' }

const success: JobOutcome = { result: 'success' }
const failure: JobOutcome = { result: 'failure' }
const cancelled: JobOutcome = { result: 'cancelled' }
const skipped: JobOutcome = { result: 'skipped' }
const changing: JobOutcome = { result: 'success', outputs: { 'has-changes': 'true' } }
const unchanging: JobOutcome = { result: 'success', outputs: { 'has-changes': 'false' } }
const applied: JobOutcome = { result: 'success', outputs: { outcome: 'applied' } }
const idle: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

function request(members: Partial<OutcomeRequest>): OutcomeRequest {
  return {
    environment: 'production',
    asked: true,
    jobs: {},
    approvals: [answer('approved')],
    snapshot: [],
    plannedAt: PLANNED,
    started: true,
    deployed: true,
    live: true,
    liveAccepted: true,
    checks: 2,
    now: PLANNED + 3_600_000,
    ...members
  }
}

/** How an environment's part of a run can come to each of its ends: an event that nothing leads to is none. */
const WAYS: Readonly<Record<Ending, Partial<OutcomeRequest>>> = {
  accepted: { jobs: { plan: changing, deploy: applied, accept: success } },
  unchanged: { jobs: { plan: unchanging, deploy: skipped, accept: skipped } },
  failed: { jobs: { plan: failure } },
  rejected: { started: false, approvals: [answer('rejected')], jobs: { plan: changing, deploy: failure } },
  expired: { started: false, approvals: [], now: PLANNED + PLAN_EXPIRY + 1, jobs: { plan: changing, deploy: failure } },
  cancelled: { jobs: { plan: cancelled } },
  superseded: { jobs: { plan: { ...failure, outputs: { verdict: 'superseded' } } } },
  obsolete: { jobs: { plan: changing, deploy: { ...failure, outputs: { outcome: 'obsolete' } } } },
  bypassed: { approvals: [], jobs: { plan: changing, deploy: applied, accept: success } }
}

describe('deriveOutcome', () => {
  it.each(Object.entries(WAYS))('has a way to end as %s', (event, members) => {
    expect(deriveOutcome(request(members)).event).toBe(event)
  })

  it.each<[string, Partial<OutcomeRequest>, RegExp]>([
    [
      'deployed and accepted',
      { jobs: { plan: changing, deploy: applied, accept: success } },
      /^production is deployed and passed 2 acceptance checks\.$/
    ],
    [
      'deployed without a gate and accepted',
      { asked: false, approvals: [], jobs: { plan: skipped, deploy: applied, accept: success } },
      /deployed and passed/
    ],
    [
      'unchanged, but accepted only now',
      { liveAccepted: false, jobs: { plan: unchanging, deploy: skipped, accept: success } },
      /unchanged and passed/
    ]
  ])('says accepted when the environment is %s', (_, members, reason) => {
    expect(deriveOutcome(request(members))).toMatchObject({
      event: 'accepted',
      verdict: 'accepted',
      detail: { reason: expect.stringMatching(reason) }
    })
  })

  it.each<[string, Partial<OutcomeRequest>]>([
    ['behind a gate', { approvals: [], jobs: { plan: unchanging, deploy: skipped, accept: skipped } }],
    ['without a gate', { asked: false, approvals: [], jobs: { plan: skipped, deploy: idle, accept: skipped } }]
  ])(
    'says unchanged, which counts as accepted, when nothing changes %s and what is live was accepted',
    (_, members) => {
      expect(deriveOutcome(request({ started: false, ...members }))).toMatchObject({
        event: 'unchanged',
        verdict: 'accepted'
      })
    }
  )

  it('counts a single check in the singular', () => {
    const outcome = deriveOutcome(request({ checks: 1, jobs: { plan: changing, deploy: applied, accept: success } }))

    expect(outcome.detail.reason).toBe('production is deployed and passed 1 acceptance check.')
  })

  it('does not claim checks that the product does not have', () => {
    const outcome = deriveOutcome(request({ checks: 0, jobs: { plan: changing, deploy: applied, accept: success } }))

    expect(outcome.event).toBe('accepted')
    expect(outcome.detail).toMatchObject({ reason: 'production is deployed and has no acceptance checks.', checks: 0 })
  })

  it('accepts nothing without a report of the checks, whatever else the caller passes on', () => {
    const accept = { result: 'success', outputs: { checks: '2' } } as const
    const { checks: _, ...unreported } = request({ jobs: { plan: changing, deploy: applied, accept } })

    const outcome = deriveOutcome(unreported)

    expect(outcome).toMatchObject({
      event: 'failed',
      detail: {
        reason: 'production is deployed, and its acceptance job succeeded, but no report of its checks came with that.'
      }
    })
    expect(isExplained(outcome, unreported.jobs)).toBe(false)
  })

  it('marks an acceptance of what had been there before', () => {
    const outcome = deriveOutcome(request({ jobs: { plan: unchanging, deploy: skipped, accept: success } }))
    const other = deriveOutcome(request({ jobs: { plan: changing, deploy: applied, accept: success } }))

    expect(outcome.detail).toMatchObject({ unchanged: true })
    expect(other.detail).not.toHaveProperty('unchanged')
  })

  it.each<[string, string, Partial<OutcomeRequest>, RegExp]>([
    [
      'failed',
      'the plan failed',
      { jobs: { plan: failure, deploy: skipped } },
      /^Planning the deployment to production failed\.$/
    ],
    [
      'failed',
      'the deployment failed',
      { jobs: { plan: changing, deploy: failure } },
      /^The deployment to production failed\.$/
    ],
    [
      'failed',
      'the job says it deployed, but no record does',
      { deployed: false, jobs: { plan: changing, deploy: applied, accept: success } },
      /^The deploy job succeeded, but the ledger holds no record of a deployment to production\.$/
    ],
    [
      'failed',
      'the acceptance failed',
      { jobs: { plan: changing, deploy: applied, accept: failure } },
      /deployed, but failed its acceptance/
    ],
    [
      'failed',
      'what was unchanged failed its acceptance',
      { jobs: { plan: unchanging, deploy: skipped, accept: failure } },
      /unchanged, but failed its acceptance/
    ],
    [
      'failed',
      'a deployment without a gate failed early',
      { asked: false, approvals: [], started: false, jobs: { plan: skipped, deploy: failure } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'an approved job said that it starts, and came no further',
      { jobs: { plan: changing, deploy: { ...failure, outputs: { ...ran, touched: 'false' } } } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'an approved job does not say that it came no further',
      { jobs: { plan: changing, deploy: { ...failure, outputs: { ...ran, touched: 'true' } } } },
      /^The deployment to production failed\.$/
    ],
    [
      'failed',
      'an approved job failed before it began',
      { started: false, jobs: { plan: changing, deploy: { ...failure, outputs: ran } } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'GitHub refused to start the job',
      { started: false, approvals: [], jobs: { plan: changing, deploy: failure } },
      /failed before anything was touched/
    ],
    [
      'obsolete',
      'the base moved',
      { jobs: { plan: changing, deploy: { ...failure, outputs: { outcome: 'obsolete' } } } },
      /no longer valid when it was applied/
    ],
    [
      'rejected',
      'a reviewer rejected',
      { started: false, approvals: [answer('rejected', 'not today')], jobs: { plan: changing, deploy: failure } },
      /rejected by approver/
    ],
    [
      'expired',
      'nobody decided in time',
      { started: false, approvals: [], now: PLANNED + PLAN_EXPIRY + 1, jobs: { plan: changing, deploy: failure } },
      /expired before it was approved/
    ],
    [
      'expired',
      'somebody approved too late',
      {
        started: false,
        now: PLANNED + PLAN_EXPIRY + 1,
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /expired/
    ],
    [
      'bypassed',
      'the job ran without an approval and stopped',
      { started: false, approvals: [], jobs: { plan: changing, deploy: { ...failure, outputs: ran } } },
      /passed without an approval of this plan; nothing was touched/
    ],
    [
      'bypassed',
      'the job ran without an approval, of which no plan is known',
      {
        started: false,
        approvals: [],
        plannedAt: undefined,
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /passed without an approval/
    ],
    [
      'bypassed',
      'the deployment went through without a new approval',
      { snapshot: [answer('approved')], jobs: { plan: changing, deploy: applied, accept: success } },
      /deployed to without an approval of this plan/
    ],
    [
      'cancelled',
      'somebody cancelled the plan',
      { jobs: { plan: cancelled, deploy: skipped } },
      /while planning the deployment to production/
    ],
    [
      'cancelled',
      'somebody cancelled at the gate',
      { started: false, jobs: { plan: changing, deploy: cancelled } },
      /before anything in production was touched/
    ],
    [
      'cancelled',
      'somebody cancelled the deployment',
      { jobs: { plan: changing, deploy: cancelled } },
      /while deploying to production/
    ],
    [
      'cancelled',
      'somebody cancelled the acceptance',
      { jobs: { plan: changing, deploy: applied, accept: cancelled } },
      /during the acceptance checks/
    ],
    [
      'cancelled',
      'the acceptance never ran',
      { jobs: { plan: changing, deploy: applied, accept: skipped } },
      /ended before the acceptance checks/
    ],
    [
      'cancelled',
      'nothing changed, but the acceptance that was needed never ran',
      { liveAccepted: false, jobs: { plan: unchanging, deploy: skipped, accept: skipped } },
      /unchanged; the run ended before/
    ],
    [
      'failed',
      'a plan job that says nothing was followed by an approved job that failed, when no plan is known',
      { started: false, plannedAt: undefined, jobs: { plan: { result: 'success' }, deploy: failure } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'a deployment without a gate failed early, long after its plan',
      {
        asked: false,
        started: false,
        approvals: [],
        now: PLANNED + PLAN_EXPIRY + 1,
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /failed before anything was touched/
    ],
    [
      'rejected',
      'one reviewer approved and another rejected',
      {
        started: false,
        approvals: [answer('approved'), answer('rejected')],
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /rejected by approver/
    ],
    [
      'bypassed',
      'the deployment went through though a reviewer rejected',
      { approvals: [answer('rejected')], jobs: { plan: changing, deploy: applied, accept: success } },
      /deployed to without an approval/
    ],
    [
      'cancelled',
      'the plan says nothing of changes, and nothing was deployed',
      { jobs: { plan: { result: 'success' }, deploy: skipped } },
      /run ended first/
    ],
    [
      'cancelled',
      'the acceptance is not known to the run',
      { jobs: { plan: changing, deploy: { result: 'success' } } },
      /deployed; the run ended before the acceptance checks/
    ],
    ['cancelled', 'the deployment never ran', { jobs: { plan: changing, deploy: skipped } }, /run ended first/],
    ['cancelled', 'no job ran at all', { jobs: {} }, /run ended first/],
    [
      'superseded',
      'its plan was refused as older',
      { jobs: { plan: { ...failure, outputs: { verdict: 'superseded' } }, deploy: skipped } },
      /^A newer release is already deployed to production\.$/
    ],
    [
      'superseded',
      'something newer came between plan and deployment',
      { jobs: { plan: changing, deploy: { ...failure, outputs: { ...ran, turn: 'superseded' } } } },
      /^A newer release is already deployed to production\.$/
    ],
    [
      'superseded',
      'something newer was live when it was checked',
      { overtakenBy: '1002', jobs: { plan: changing, deploy: applied, accept: success } },
      /Run 1002 has since deployed a newer release to production/
    ]
  ])('says %s when %s', (event, _, members, reason) => {
    expect(deriveOutcome(request(members))).toMatchObject({
      event,
      verdict: event,
      detail: { reason: expect.stringMatching(reason) }
    })
  })

  it('lets a plan hold up to its last moment, as approval does', () => {
    const late = {
      started: false,
      now: PLANNED + PLAN_EXPIRY,
      jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
    }

    expect(deriveOutcome(request(late)).event).toBe('failed')
    expect(deriveOutcome(request({ ...late, now: late.now + 1 })).event).toBe('expired')
  })

  it('names the newer run by which it was overtaken', () => {
    const overtaken = { overtakenBy: '1002', jobs: { plan: changing, deploy: applied, accept: success } }

    expect(deriveOutcome(request(overtaken)).detail).toMatchObject({ supersededBy: '1002' })
  })

  it('says why an unchanged environment counts as accepted', () => {
    const { detail } = deriveOutcome(request({ jobs: { plan: unchanging, deploy: skipped, accept: skipped } }))

    expect(detail).toEqual({ reason: expect.stringMatching(/^Nothing changes in production, .* accepted\.$/) })
  })

  it('counts the checks for the record', () => {
    const { detail } = deriveOutcome(request({ jobs: { plan: changing, deploy: applied, accept: success } }))

    expect(detail).toMatchObject({ checks: 2 })
  })

  it('names who rejected, with the comment', () => {
    const outcome = deriveOutcome(
      request({
        started: false,
        approvals: [answer('rejected', 'not today')],
        jobs: { plan: changing, deploy: failure }
      })
    )

    expect(outcome.detail).toMatchObject({ by: { id: '8', login: 'approver' }, comment: 'not today' })
  })

  it.each<[string, Partial<OutcomeRequest>]>([
    ['while planning', { jobs: { plan: cancelled } }],
    ['at the gate', { started: false, jobs: { plan: changing, deploy: cancelled } }],
    ['before its turn came', { jobs: { plan: changing, deploy: { ...cancelled, outputs: { touched: 'false' } } } }],
    ['before the deployment ran', { jobs: { plan: changing, deploy: skipped } }],
    ['while checking what nothing changed', { jobs: { plan: unchanging, deploy: skipped, accept: cancelled } }]
  ])('says of a run cancelled %s that nothing was touched', (_, members) => {
    expect(deriveOutcome(request(members))).toMatchObject({ event: 'cancelled', detail: { untouched: true } })
  })

  it.each<[string, Partial<OutcomeRequest>]>([
    ['in the middle of the deployment', { jobs: { plan: changing, deploy: cancelled } }],
    ['before what it deployed was checked', { jobs: { plan: changing, deploy: applied, accept: cancelled } }]
  ])('does not say so of one cancelled %s', (_, members) => {
    const { event, detail } = deriveOutcome(request(members))

    expect(event).toBe('cancelled')
    expect(detail).not.toHaveProperty('untouched')
  })
})
