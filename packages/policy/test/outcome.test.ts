import { describe, expect, it } from '@jest/globals'
import { type Ending, encodePartial, PLAN_EXPIRY } from '@sluice/core'
import { deriveOutcome, isExplained, type OutcomeRequest } from '../src/index.ts'
import {
  answer,
  applied,
  cancelled,
  changing,
  failure,
  idle,
  PLANNED,
  ran,
  request,
  skipped,
  success,
  unchanging
} from './outcome-request.ts'

const HALF = { done: ['api'], stopped: ['worker'], notBegun: ['site'] }

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
  partial: { jobs: { plan: changing, deploy: { ...failure, outputs: { partial: encodePartial(HALF) } } } },
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

  it('says of a deployment that stopped between two units how far it came', () => {
    expect(deriveOutcome(request(WAYS.partial))).toEqual({
      event: 'partial',
      verdict: 'partial',
      detail: {
        reason:
          'The deployment to production stopped halfway: api is done, worker stopped on the way, site was not begun.',
        ...HALF
      }
    })
  })

  it.each(['', 'none', '{}', '[]', JSON.stringify({ ...HALF, done: ['../x'] }), JSON.stringify({ ...HALF, more: 1 })])(
    'takes a job that failed and says %j of how far it came for one that failed',
    partial => {
      const jobs = { plan: changing, deploy: { ...failure, outputs: { partial } } }

      expect(deriveOutcome(request({ jobs }))).toMatchObject({ event: 'failed' })
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

  it.each<[string, Partial<OutcomeRequest>, boolean]>([
    ['accepted', { jobs: { plan: changing, deploy: applied, accept: success } }, true],
    ['superseded', { jobs: { plan: changing, deploy: applied, accept: success }, overtakenBy: '7' }, true],
    ['not accepted, with a job that failed', { jobs: { plan: changing, deploy: applied, accept: failure } }, true],
    ['not accepted, with a job that was cancelled', { jobs: { plan: changing, deploy: cancelled } }, true],
    ['not accepted, with no job that says so', { jobs: { plan: changing, deploy: skipped } }, false]
  ])('is explained, or not, by a run that ended %s', (_, members, explained) => {
    const ended = request(members)

    expect(isExplained(deriveOutcome(ended), ended.jobs)).toBe(explained)
  })

  it('marks an acceptance of what had been there before', () => {
    const outcome = deriveOutcome(request({ jobs: { plan: unchanging, deploy: skipped, accept: success } }))
    const other = deriveOutcome(request({ jobs: { plan: changing, deploy: applied, accept: success } }))

    expect(outcome.detail).toMatchObject({ unchanged: true })
    expect(other.detail).not.toHaveProperty('unchanged')
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
