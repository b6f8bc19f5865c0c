import {
  type Approval,
  CLOCK_SKEW,
  hasExpired,
  hours,
  judgeGate,
  type Party,
  PLAN_EXPIRY,
  type Protection,
  plural
} from '@sluice/core'
import { membersOf, objectsIn } from './json.ts'
import { refuseChangedGate } from './protection.ts'
import { refuse, type Verdict } from './verdict.ts'

/** Whoever re-runs a delivery has a part in it: a reviewer who did could not approve the plan that comes of it. */
const NEW_PLAN = 'let someone who will not approve re-run all jobs for a new plan.'

/**
 * Reads the answers at one environment's gate (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`).
 * GitHub gives neither time nor job nor attempt, so the time of reading is noted.
 * @param seenAt now, RFC 3339.
 */
export function decodeApprovals(answer: unknown, environment: string, seenAt: string): readonly Approval[] {
  const name = environment.toLowerCase()
  return objectsIn(answer)
    .filter(entry => objectsIn(entry['environments']).some(it => String(it['name']).toLowerCase() === name))
    .flatMap(entry => {
      const { state, comment } = entry
      const { id, login, type } = membersOf(entry['user'])
      if (state !== 'approved' && state !== 'rejected') return []
      return [
        {
          userId: typeof id === 'number' || typeof id === 'string' ? String(id) : '',
          // A deleted account approves as nobody; GitHub's own name for that is "ghost".
          login: typeof login === 'string' ? login : 'ghost',
          state,
          comment: typeof comment === 'string' ? comment : '',
          seenAt,
          ...(type === 'Bot' ? { bot: true } : {})
        }
      ]
    })
}

export interface ApprovalRequest {
  readonly environment: string
  /** As GitHub shows them now, for this run; each says how who gave it is a reviewer. */
  readonly approvals: readonly Approval[]
  /** As GitHub showed them when the plan was made. */
  readonly snapshot: readonly Approval[]
  /** Who has a part in this delivery: none of them is a second person. */
  readonly parties: readonly Party[]
  /** The gate as it was when the plan was made; absent where that was not recorded. */
  readonly planned: Protection | undefined
  /** The gate as it is now. */
  readonly protection: Protection
  /** When the plan was made, in milliseconds since the epoch. */
  readonly plannedAt: number
  readonly now: number
}

/**
 * Whether this plan was approved: by a new answer since it was made, of a reviewer who has no part in it, in time, at the gate that the
 * plan was made for, and rejected by nobody (promise 5). A rejection stands for as long as the plan: GitHub keeps the answers of earlier attempts, without saying so.
 */
export function evaluateApproval(
  request: ApprovalRequest
): Verdict<{ readonly approval: Approval; readonly fresh: readonly Approval[] }> {
  const { environment, approvals, snapshot, parties, planned, protection, plannedAt, now } = request
  const gate = judgeGate({ snapshot, answers: approvals, parties, planned, now: protection })
  if (!gate.open && gate.why === 'rejected') {
    const { login, comment } = gate.answer
    return refuse(
      'rejected',
      `The deployment to ${environment} was rejected by ${login}${quote(comment)}.`,
      `Resolve it with the reviewer, then ${NEW_PLAN}`
    )
  }
  // A plan from the future means that a clock is wrong: its age cannot be known, so it does not count as young.
  if (hasExpired(plannedAt, now) || !(now >= plannedAt - CLOCK_SKEW)) {
    return refuse(
      'expired',
      `The plan for ${environment} made at ${new Date(plannedAt).toISOString()} has expired: plans are valid for ${hours(PLAN_EXPIRY)}.`,
      `To go on, ${NEW_PLAN}`
    )
  }
  if (gate.open) return { allowed: true, approval: gate.approval, fresh: gate.fresh }
  switch (gate.why) {
    case 'unanswered':
      return {
        ...refuse(
          'bypassed',
          `This plan for ${environment} has no approval${predating(snapshot.length)}. The gate was bypassed or is not protected.`,
          `Have a reviewer of ${environment} approve the next plan: ${NEW_PLAN}`
        ),
        mayChange: true
      }
    case 'changed':
      return refuseChangedGate(environment, gate.changes)
    case 'objected':
      return {
        ...refuse(
          'failed',
          `The plan for ${environment} was approved only by ${gate.objections.join('; ')}.`,
          `Have a reviewer approve who has no part in this delivery: ${NEW_PLAN}`
        ),
        mayChange: true
      }
  }
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
