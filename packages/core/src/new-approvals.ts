import type { Approval } from './gate-record.ts'

/**
 * The answers that were added since a snapshot. GitHub's approvals carry no id, no time and no order to rely on, so equal answers are
 * counted: two equal ones now and one then make one new one.
 */
export function approvalsSince(snapshot: readonly Approval[], approvals: readonly Approval[]): readonly Approval[] {
  const known = snapshot.map(answerOf)
  return approvals.filter(approval => {
    const at = known.indexOf(answerOf(approval))
    if (at >= 0) known.splice(at, 1)
    return at < 0
  })
}

/** What somebody answered; when it was seen does not count. */
function answerOf(approval: Approval): string {
  return JSON.stringify([approval.userId, approval.state, approval.comment])
}
