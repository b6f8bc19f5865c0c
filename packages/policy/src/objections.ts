import { type Approval, approvalsSince, judgeAnswers, type Party, type Protection } from '@sluice/core'

/** What was answered at a gate that stayed shut. */
interface ShutGate {
  readonly approvals: readonly Approval[]
  /** The approvals of before the plan. */
  readonly snapshot: readonly Approval[]
  readonly parties: readonly Party[]
  /** The gate as it was when the plan was made. */
  readonly planned: Protection | undefined
}

/** Why each answer of those who approved counts for nothing, as `<login>, <why>`: nobody finds that out later, when the job's log is gone. */
export function objectionsTo({ approvals, snapshot, parties, planned }: ShutGate): readonly string[] {
  if (planned === undefined) return []
  const judged = judgeAnswers(approvalsSince(snapshot, approvals), parties, planned)
  return !judged.open && judged.why === 'objected' ? judged.objections : []
}
