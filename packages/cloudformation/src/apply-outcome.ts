import type { Difference } from './difference.ts'
import type { OperationEnd } from './monitor.ts'
import { describeCause, type RootCause } from './root-cause.ts'

/** A stack that is what the plan makes of it. */
export interface AppliedStack {
  readonly unit: string
  readonly stack: string
  /** `kept`: it was already so. */
  readonly result: 'created' | 'updated' | 'kept'
  readonly outputs: Readonly<Record<string, string>>
}

/** A stack whose operation did not succeed. */
export interface FailedStack {
  readonly unit: string
  readonly stack: string
  /** Its status afterwards, e.g. `UPDATE_ROLLBACK_COMPLETE`; absent when its operation was never begun. */
  readonly status?: string
  readonly cause: RootCause
  /** What a stack that is gone left behind. */
  readonly leftBehind?: readonly string[]
}

/** How one stack's turn ended. */
export type StepOutcome =
  | { readonly kind: 'applied'; readonly applied: AppliedStack }
  | { readonly kind: 'failed'; readonly failure: FailedStack }
  | { readonly kind: 'obsolete'; readonly differences: readonly Difference[] }

/** How applying a plan ended. In each case `stacks` are those that are as planned. */
export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly stacks: readonly AppliedStack[] }
  | { readonly kind: 'obsolete'; readonly stacks: readonly AppliedStack[]; readonly differences: readonly Difference[] }
  | { readonly kind: 'failed'; readonly stacks: readonly AppliedStack[]; readonly failures: readonly FailedStack[] }

/** A failure in one sentence, root cause first. Its text is AWS's: untrusted. */
export function describeFailure({ stack, status, cause, leftBehind = [] }: FailedStack): string {
  const found = `${describeCause(cause)} [stack ${stack}${status === undefined ? '' : `: ${status}`}]`
  if (status !== 'DELETE_COMPLETE') return found
  return leftBehind.length === 0
    ? `${found}. The stack is deleted and nothing of it is left: the next delivery creates it anew`
    : `${found}. The stack is deleted, and the next delivery creates it anew. What its template retains was left behind, and keeps its name until you delete it: ${leftBehind.join(', ')}`
}

/** Why an operation is no success, with what is known of its stack. */
export function failureOf(
  deadline: number,
  end: Exclude<OperationEnd, { readonly kind: 'complete' }>
): Omit<FailedStack, 'unit' | 'stack'> {
  if (end.kind === 'failed') {
    const { kind: _, ...failure } = end
    return failure
  }
  const at = new Date(deadline).toISOString()
  const reason = `Timed out at ${at}. CloudFormation is still working on the stack: re-run the job to resume monitoring`
  return { status: end.status, cause: { reason } }
}

/** The outcome of all from the outcomes of each: a failure weighs more than a moved base. */
export function combine(steps: readonly StepOutcome[]): ApplyOutcome {
  const stacks = steps.flatMap(step => (step.kind === 'applied' ? [step.applied] : []))
  const failures = steps.flatMap(step => (step.kind === 'failed' ? [step.failure] : []))
  const differences = steps.flatMap(step => (step.kind === 'obsolete' ? step.differences : []))
  if (failures.length > 0) return { kind: 'failed', stacks, failures }
  return differences.length > 0 ? { kind: 'obsolete', stacks, differences } : { kind: 'applied', stacks }
}
