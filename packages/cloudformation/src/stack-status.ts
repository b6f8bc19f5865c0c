/** What a stack's status lets Sluice do (CloudFormation user guide, "Stack status codes"). */
export type StackState =
  /** There is no such stack. */
  | 'absent'
  /** A first change set is waiting; nothing runs yet. The next change set is again a creation. */
  | 'review'
  /** At rest, whatever happened before: it can be updated. */
  | 'settled'
  /** An operation is under way. */
  | 'busy'
  /** Its creation or deletion failed: it can only be deleted. */
  | 'dead'
  /** A rollback failed: somebody must help it. */
  | 'stuck'

const SETTLED = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE'
]
const DEAD = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED']

/** Sorts a status; an absent one means that CloudFormation knows no such stack. */
export function stateOf(status: string | undefined): StackState {
  if (status === undefined || status === 'DELETE_COMPLETE') return 'absent'
  if (status === 'REVIEW_IN_PROGRESS') return 'review'
  if (status.endsWith('_IN_PROGRESS')) return 'busy'
  if (SETTLED.includes(status)) return 'settled'
  return DEAD.includes(status) ? 'dead' : 'stuck'
}

/** How a stack that is stuck comes to where it was before its last update; absent where CloudFormation has no operation for it. */
export function rollbackOf(status: string | undefined): 'continue-rollback' | 'rollback' | undefined {
  if (status === 'UPDATE_ROLLBACK_FAILED') return 'continue-rollback'
  // Only updates that were told not to roll back end so.
  return status === 'UPDATE_FAILED' ? 'rollback' : undefined
}

/** Whether an operation that ended in this status did what it was asked to. */
export function isSuccess(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE'
}
