import {
  type Approval,
  approvalsSince,
  describePartial,
  hasExpired,
  type JobOutcome,
  plural,
  readPartial
} from '@sluice/core'
import { objectionsTo } from './objections.ts'
import { type Outcome, type OutcomeRequest, outcome } from './outcome-request.ts'

/**
 * Tells from the results of its jobs, the approvals and the ledger what became of an environment, also when jobs never ran (promise 6).
 *
 * ```
 * plan ──failure──► failed        deploy ──failure──► rejected · expired · bypassed · obsolete · failed
 *   │ no changes ──► unchanged       │ success
 *   └─ changes ──► deploy            └──► accept ──► accepted · failed
 * ```
 */
export function deriveOutcome(request: OutcomeRequest): Outcome {
  const { environment, jobs } = request
  const plan = jobs['plan']
  const deploy = jobs['deploy']
  if (isSuperseded(plan) || isSuperseded(deploy))
    return outcome('superseded', { reason: `A newer release is already deployed to ${environment}.` })
  if (plan?.result === 'failure')
    return outcome('failed', { reason: `Planning the deployment to ${environment} failed.`, untouched: true })
  if (plan?.result === 'cancelled')
    return outcome('cancelled', {
      reason: `The run was cancelled while planning the deployment to ${environment}.`,
      untouched: true
    })
  switch (deploy?.result) {
    case 'success':
      if (isUnapproved(request))
        return outcome('bypassed', { reason: `${environment} was deployed to without an approval of this plan.` })
      return settle(request, deploy.outputs?.['outcome'] === 'unchanged')
    case 'failure':
      return request.started ? deploymentFailed(request, deploy) : gateStayedShut(request, deploy)
    case 'cancelled':
      return mayHaveTouched(request, deploy)
        ? outcome('cancelled', { reason: `The run was cancelled while deploying to ${environment}.` })
        : outcome('cancelled', {
            reason: `The run was cancelled before anything in ${environment} was touched.`,
            untouched: true
          })
    default:
      if (plan?.result === 'success' && plan.outputs?.['has-changes'] === 'false') return settle(request, true)
      return outcome('cancelled', {
        reason: `Nothing was deployed to ${environment}: the run ended first.`,
        untouched: true
      })
  }
}

/**
 * Whether somebody who looks at the run sees why nothing was promoted: a job that failed or was cancelled, or a newer release that is live.
 * Otherwise the run would be green, and look like a delivery.
 */
export function isExplained({ event, verdict }: Outcome, jobs: Readonly<Record<string, JobOutcome>>): boolean {
  if (verdict === 'accepted' || event === 'superseded') return true
  return Object.values(jobs).some(({ result }) => result === 'failure' || result === 'cancelled')
}

/** After a deployment, or when there was nothing to deploy: acceptance decides. */
function settle(request: OutcomeRequest, unchanged: boolean): Outcome {
  const { environment, liveWithdrawn, withdrawnSince, overtakenBy } = request
  if (overtakenBy !== undefined) {
    return outcome('superseded', {
      reason: `Run ${overtakenBy} has since deployed a newer release to ${environment}.`,
      supersededBy: overtakenBy
    })
  }
  // A job can only say that it deployed; the ledger holds what it did.
  if (!unchanged && !request.deployed)
    return outcome('failed', {
      reason: `The deploy job succeeded, but the ledger holds no record of a deployment to ${environment}.`
    })
  if (unchanged && !request.live)
    return outcome('failed', {
      reason: `Nothing was deployed to ${environment}, and what the ledger holds as live there is not this release.`,
      untouched: true
    })
  if (unchanged && liveWithdrawn !== undefined)
    return outcome('failed', {
      reason: `Nothing changes in ${environment}, and what is live there was withdrawn (record ${liveWithdrawn}). Deliver a change that repairs it.`
    })
  const so = unchanged ? `Nothing changes in ${environment}` : `${environment} is deployed`
  if (withdrawnSince !== undefined)
    return outcome('failed', {
      reason: `${so}, but the release was withdrawn meanwhile (record ${withdrawnSince}).`
    })
  return judgeAcceptance(request, unchanged)
}

/** What the acceptance checks of what is live say. */
function judgeAcceptance(request: OutcomeRequest, unchanged: boolean): Outcome {
  const { environment, checks, jobs, liveAccepted } = request
  const how = unchanged ? 'unchanged' : 'deployed'
  const [told, unreported] = [
    `${environment} is ${how}, and its acceptance job`,
    ', but no report of its checks came with that.'
  ]
  switch (jobs['accept']?.result) {
    case 'success':
      // What nobody can look at later is not accepted.
      if (checks === undefined) return outcome('failed', { reason: `${told} succeeded${unreported}` })
      return outcome('accepted', {
        // A product without checks accepts everything: the record should not sound like more.
        reason: `${environment} is ${how} and ${checks === 0 ? 'has no acceptance checks' : `passed ${plural(checks, 'acceptance check')}`}.`,
        checks,
        ...(unchanged ? { unchanged } : {})
      })
    case 'failure':
      // A machine that was lost, or a sandbox that could not be made, says nothing of the release.
      if (checks === undefined) return outcome('failed', { reason: `${told} failed${unreported}` })
      return outcome('failed', { reason: `${environment} is ${how}, but failed its acceptance checks.` })
    case 'cancelled':
      return unchecked(`${environment} is ${how}; the run was cancelled during the acceptance checks.`, unchanged)
    default:
      return unchanged && liveAccepted
        ? {
            ...outcome('unchanged', {
              reason: `Nothing changes in ${environment}, and what is live there was already accepted.`
            }),
            verdict: 'accepted'
          }
        : unchecked(`${environment} is ${how}; the run ended before the acceptance checks.`, unchanged)
  }
}

/** What was deployed is not known to work; what was left alone is what it was before. */
function unchecked(reason: string, unchanged: boolean): Outcome {
  return outcome('cancelled', { reason, ...(unchanged ? { untouched: true } : {}) })
}

/** The job failed after its intent was recorded: something may have been touched. */
function deploymentFailed(request: OutcomeRequest, deploy: JobOutcome): Outcome {
  const { environment } = request
  if (deploy.outputs?.['outcome'] === 'obsolete')
    return outcome('obsolete', { reason: `The plan for ${environment} was no longer valid when it was applied.` })
  const partial = readPartial(deploy.outputs?.['partial'])
  if (partial !== undefined)
    return outcome('partial', {
      reason: `The deployment to ${environment} stopped halfway: ${describePartial(partial)}.`,
      ...partial
    })
  return mayHaveTouched(request, deploy)
    ? outcome('failed', { reason: `The deployment to ${environment} failed.` })
    : failedBefore(environment)
}

/** Whether a deploy job may have touched the environment: it said that it starts, and does not say that it came no further. */
function mayHaveTouched({ started }: OutcomeRequest, deploy: JobOutcome): boolean {
  return started && deploy.outputs?.['touched'] !== 'false'
}

/** The job failed before its intent was recorded: nothing was touched. */
function gateStayedShut(request: OutcomeRequest, deploy: JobOutcome): Outcome {
  const { environment, asked, plannedAt, now } = request
  if (!asked) return failedBefore(environment)
  const rejected = freshApprovals(request).find(({ state }) => state === 'rejected')
  if (rejected !== undefined) {
    const { login, userId, comment } = rejected
    return outcome('rejected', {
      reason: `The deployment to ${environment} was rejected by ${login}.`,
      by: { id: userId, login },
      comment
    })
  }
  if (plannedAt !== undefined && hasExpired(plannedAt, now)) {
    return outcome('expired', { reason: `The plan for ${environment} expired before it was approved.` })
  }
  // A job that never ran has no outputs: GitHub itself refused it. One that ran without an approval was let in by somebody.
  if (isUnapproved(request) && deploy.outputs?.['outcome'] !== undefined) {
    return outcome('bypassed', {
      reason: `The gate of ${environment} was passed without an approval of this plan; nothing was touched.`
    })
  }
  return failedBefore(environment, objectionsTo(request))
}

function failedBefore(environment: string, objections: readonly string[] = []): Outcome {
  const reason =
    objections.length === 0
      ? `The deployment to ${environment} failed before anything was touched.`
      : `The deployment to ${environment} was approved only by ${objections.join('; ')}. Nothing was touched.`
  return outcome('failed', { reason, untouched: true })
}

/** The release was refused as older: when it wanted to be planned, or when its turn came. */
function isSuperseded(job: JobOutcome | undefined): boolean {
  return job?.result === 'failure' && [job.outputs?.['verdict'], job.outputs?.['turn']].includes('superseded')
}

function isUnapproved(request: OutcomeRequest): boolean {
  return request.asked && !freshApprovals(request).some(({ state }) => state === 'approved')
}

function freshApprovals({ snapshot, approvals }: OutcomeRequest): readonly Approval[] {
  return approvalsSince(snapshot, approvals)
}
