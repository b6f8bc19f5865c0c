import { describe, expect, it } from '@jest/globals'
import { PLAN_EXPIRY, type Protection } from '@sluice/core'
import { deriveOutcome, type OutcomeRequest } from '../src/index.ts'
import {
  answer,
  applied,
  cancelled,
  changing,
  failure,
  PLANNED,
  ran,
  request,
  skipped,
  success,
  unchanging
} from './outcome-request.ts'

/** A gate that asks one person. */
const PROTECTED: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [{ type: 'User', id: '8', name: 'approver' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

describe('deriveOutcome', () => {
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
      'the acceptance job failed without a word of its checks',
      { checks: undefined, jobs: { plan: changing, deploy: applied, accept: failure } } as object,
      /^production is deployed, and its acceptance job failed, but no report of its checks came with that\.$/
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
      'nobody approved whose approval counts',
      {
        started: false,
        parties: [{ id: '8', login: 'approver', part: 'wrote or committed a part of it' }],
        planned: PROTECTED,
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /^The deployment to production was approved only by approver, who wrote or committed a part of it\. Nothing was touched\.$/
    ],
    [
      'failed',
      'a job failed before it began whose approval counts',
      { started: false, planned: PROTECTED, jobs: { plan: changing, deploy: { ...failure, outputs: ran } } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'GitHub refused to start the job',
      { started: false, approvals: [], jobs: { plan: changing, deploy: failure } },
      /failed before anything was touched/
    ],
    [
      'failed',
      'nothing changes, and something else is live',
      { live: false, jobs: { plan: unchanging, deploy: skipped, accept: success } },
      /^Nothing was deployed to production, and what the ledger holds as live there is not this release\.$/
    ],
    [
      'failed',
      'nothing changes, and what is live was withdrawn',
      { liveWithdrawn: 7, jobs: { plan: unchanging, deploy: skipped, accept: success } },
      /^Nothing changes in production, and what is live there was withdrawn \(record 7\)\. Deliver a change that repairs it\.$/
    ],
    [
      'failed',
      'it was withdrawn while it was deployed',
      { withdrawnSince: 8, jobs: { plan: changing, deploy: applied, accept: success } },
      /^production is deployed, but the release was withdrawn meanwhile \(record 8\)\.$/
    ],
    [
      'failed',
      'two approved whose approvals do not count',
      {
        started: false,
        approvals: [answer('approved'), { ...answer('approved'), userId: '9', login: 'author' }],
        parties: [
          { id: '8', login: 'approver', part: 'started the run' },
          { id: '9', login: 'author', part: 'wrote a part of it' }
        ],
        planned: {
          ...PROTECTED,
          reviewers: [...PROTECTED.reviewers, { type: 'User', id: '9', name: 'author' }]
        },
        jobs: { plan: changing, deploy: { ...failure, outputs: ran } }
      },
      /was approved only by approver, who started the run; author, who wrote a part of it\. Nothing was touched\.$/
    ],
    [
      'failed',
      'GitHub refused to start the job of a gate that is known',
      { started: false, approvals: [], planned: PROTECTED, jobs: { plan: changing, deploy: failure } },
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
})
