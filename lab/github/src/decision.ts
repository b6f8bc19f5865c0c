import { UserError } from '@sluice/core'
import type { OpenGate, Run } from './run.ts'
import type { User } from './user.ts'

/** What somebody answers at a gate; `bypassed` is an administrator who opens it without a review. */
export interface Decision {
  readonly state: 'approved' | 'rejected' | 'bypassed'
  readonly user: User
  readonly comment: string
}

/** GitHub's own rules of who may decide. @throws UserError when this user has no say. */
export function checkDecision(run: Run, gate: OpenGate, decision: Decision): void {
  const { name, settings } = gate.environment
  const { user, state } = decision
  if (state === 'bypassed') {
    if (!settings.adminBypass) throw new UserError(`Administrators may not bypass the gate of ${name}.`)
    return
  }
  // Whether somebody is a member of a team is not known here.
  const named = settings.reviewers.some(reviewer => reviewer.type === 'Team' || reviewer.id === user.id)
  if (!named) throw new UserError(`${user.login} is not a reviewer of ${name}.`)
  if (settings.preventSelfReview && run.triggeringActor.id === user.id) {
    throw new UserError(`${user.login} started run ${run.id} and may not review it: ${name} prevents self-review.`)
  }
}
