import {
  type Approval,
  approvalOfAnother,
  approvalsSince,
  CLOCK_SKEW,
  hasExpired,
  PLAN_EXPIRY,
  plural
} from '@sluice/core'
import { listOf, membersOf } from './json.ts'
import { refuse, type Verdict } from './verdict.ts'

/** In milliseconds. */
const HOUR = 3_600_000

/**
 * Reads the answers at one environment's gate (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`).
 * GitHub gives neither time nor job nor attempt, so the time of reading is noted.
 * @param seenAt now, RFC 3339.
 */
export function decodeApprovals(answer: unknown, environment: string, seenAt: string): readonly Approval[] {
  const name = environment.toLowerCase()
  return listOf(answer)
    .filter(entry => listOf(entry['environments']).some(it => String(it['name']).toLowerCase() === name))
    .flatMap(entry => {
      const { state, comment } = entry
      const { id, login } = membersOf(entry['user'])
      if (state !== 'approved' && state !== 'rejected') return []
      return [
        {
          userId: typeof id === 'number' || typeof id === 'string' ? String(id) : '',
          // A deleted account approves as nobody; GitHub's own name for that is "ghost".
          login: typeof login === 'string' ? login : 'ghost',
          state,
          comment: typeof comment === 'string' ? comment : '',
          seenAt
        }
      ]
    })
}

export interface ApprovalRequest {
  readonly environment: string
  /** As GitHub shows them now, for this run. */
  readonly approvals: readonly Approval[]
  /** As GitHub showed them when the plan was made. */
  readonly snapshot: readonly Approval[]
  /** Who started this delivery: not a second person. */
  readonly author: { readonly id: string; readonly login: string }
  /** When the plan was made, in milliseconds since the epoch. */
  readonly plannedAt: number
  readonly now: number
}

/**
 * Whether this plan was approved: by a new answer since it was made, of somebody who is not the author, in time, and rejected by
 * nobody (promise 5). A rejection stands for as long as the plan: GitHub keeps the answers of earlier attempts, without saying so.
 */
export function evaluateApproval(
  request: ApprovalRequest
): Verdict<{ readonly approval: Approval; readonly fresh: readonly Approval[] }> {
  const { environment, approvals, snapshot, author, plannedAt, now } = request
  const fresh = approvalsSince(snapshot, approvals)
  const rejected = fresh.find(approval => approval.state === 'rejected')
  if (rejected !== undefined) {
    return refuse(
      'rejected',
      `The deployment to ${environment} was rejected by ${rejected.login}${quote(rejected.comment)}.`,
      'Resolve it with the reviewer, then re-run all jobs for a new plan.'
    )
  }
  // A plan from the future means that a clock is wrong: its age cannot be known, so it does not count as young.
  if (hasExpired(plannedAt, now) || !(now >= plannedAt - CLOCK_SKEW)) {
    return refuse(
      'expired',
      `The plan for ${environment} made at ${new Date(plannedAt).toISOString()} has expired: plans are valid for ${hours(PLAN_EXPIRY)}.`,
      'Re-run all jobs for a new plan.'
    )
  }
  if (fresh.length === 0) {
    return refuse(
      'bypassed',
      `This plan for ${environment} has no approval${predating(snapshot.length)}. The gate was bypassed or is not protected.`,
      `Re-run all jobs and have a reviewer of ${environment} approve.`
    )
  }
  const approval = approvalOfAnother(fresh, author)
  if (approval === undefined) {
    return refuse(
      'failed',
      `The plan for ${environment} was approved only by ${author.login}, who started this delivery.`,
      `Re-run all jobs and have someone else approve; turn on "Prevent self-review" for ${environment} so that GitHub enforces it.`
    )
  }
  return { allowed: true, approval, fresh }
}

function quote(comment: string): string {
  return comment.trim() === '' ? ', without a comment' : `: ${JSON.stringify(comment.trim())}`
}

/** Reviews that GitHub still lists, from before anyone saw this plan. */
function predating(reviews: number): string {
  if (reviews === 0) return ''
  const which = plural(reviews, 'earlier review')
  return ` (${which} ${reviews === 1 ? 'predates the plan and does' : 'predate the plan and do'} not count)`
}

function hours(milliseconds: number): string {
  return `${Math.round((10 * milliseconds) / HOUR) / 10} hours`
}
