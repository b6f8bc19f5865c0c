import type { PlannedRecovery, PlannedStack } from '@sluice/core'
import { type FailedStack, failureOf, type StepOutcome } from './apply-outcome.ts'
import type { CloudFormation } from './connection.ts'
import { livingResources, named, undeletable } from './dead-stack.ts'
import type { Difference } from './difference.ts'
import { type LiveStack, readStack, readStatus } from './live-stack.ts'
import { followOperation } from './monitor.ts'
import { pollUntil } from './poll.ts'
import { type ApplyRequest, tokenOf } from './request.ts'
import { EventStream } from './stack-events.ts'
import { rollbackOf, stateOf } from './stack-status.ts'
import { asFit, readSettled } from './unfit-stack.ts'

/** A stack for a plan: as it is, and what makes it able to take a deployment; neither where there is none. */
interface Recoverable {
  readonly live?: LiveStack
  readonly before?: PlannedRecovery
}

/** The statuses of operations that do what a plan has before a deployment. */
const RECOVERING = ['DELETE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS']

/**
 * One stack that a plan can be made for, by name. Waits for an operation that is under way. What is to be replaced is as good as absent.
 * @throws UserError when no step of a plan makes it able to take a deployment: how it came to that, and what helps.
 */
export async function readRecoverable(cloudFormation: CloudFormation, name: string): Promise<Recoverable> {
  const seen = await readSettled(cloudFormation, name)
  const step = rollbackOf(seen?.status)
  if (seen !== undefined && step !== undefined) {
    const live = await readStack(cloudFormation, name)
    return { ...(live === undefined ? {} : { live }), before: { step, status: seen.status } }
  }
  if (seen === undefined || stateOf(seen.status) !== 'dead') {
    const live = await asFit(cloudFormation, seen)
    return live === undefined ? {} : { live }
  }
  const living = await livingResources(cloudFormation, seen.id)
  if (living.length > 0 || seen.settings.terminationProtection) throw await undeletable(cloudFormation, seen, living)
  return { before: { step: 'replace-dead', status: seen.status } }
}

/** Why a step is planned, as a clause. */
export function describeRecovery({ step, status }: PlannedRecovery): string {
  return step === 'replace-dead'
    ? `it is in ${status} with nothing left in it, and is replaced first`
    : `it is in ${status}, and is rolled back first`
}

/**
 * In what a stack differs from the one that its plan recovers; `undefined` when there is nothing to recover now, which the comparison
 * with the rest of the plan judges.
 * @param seen the stack as it is.
 */
export async function compareRecovery(
  cloudFormation: CloudFormation,
  { unit, stack, before }: PlannedStack,
  seen: LiveStack | undefined
): Promise<readonly Difference[] | undefined> {
  if (before === undefined || seen === undefined || !['dead', 'stuck'].includes(stateOf(seen.status))) return undefined
  const differ = (what: string, planned: string, found: string): Difference => ({ unit, stack, what, planned, found })
  if (seen.status !== before.status) return [differ('stack', before.status, seen.status)]
  if (before.step !== 'replace-dead') return []
  const living = await livingResources(cloudFormation, seen.id)
  return living.length === 0 ? [] : [differ('what is left in it', 'nothing', named(living))]
}

/**
 * Does what a plan has before the deployment of a stack, also where an earlier run had begun it.
 * @returns how the stack's turn ended, where that is its end.
 */
export async function settleBefore(
  context: ApplyRequest & { readonly cloudFormation: CloudFormation },
  planned: PlannedStack
): Promise<StepOutcome | undefined> {
  if (planned.before === undefined) return undefined
  const { unit, stack, before } = planned
  const { cloudFormation, deadline, onEvent, log } = context
  const seen = await readWaiting(cloudFormation, stack, deadline)
  const differences = await compareRecovery(cloudFormation, planned, seen)
  if (seen === undefined || differences === undefined) return undefined
  if (differences.length > 0) return { kind: 'obsolete', differences }
  log.info(`${stack}: ${before.step === 'replace-dead' ? 'deleting' : 'rolling back'} what is in ${seen.status}`)
  const events = await EventStream.fromNow(cloudFormation, seen.id)
  await begin(context, before, seen.id)
  const end = await followOperation(cloudFormation, { stackId: seen.id, events, deadline, onEvent })
  const wanted = before.step === 'replace-dead' ? 'DELETE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE'
  if (end.kind === 'complete' || end.status === wanted) return undefined
  return { kind: 'failed', failure: { unit, stack, ...explained(planned, failureOf(deadline, end)) } }
}

/** By its ARN, which no other stack of the name has. Without a role: CloudFormation takes that of the stack. */
async function begin(
  { cloudFormation, clientToken }: ApplyRequest & { readonly cloudFormation: CloudFormation },
  { step }: PlannedRecovery,
  StackName: string
): Promise<void> {
  const order = { StackName, ClientRequestToken: tokenOf(clientToken, StackName) }
  switch (step) {
    case 'replace-dead':
      await cloudFormation.deleteStack(order)
      return
    case 'continue-rollback':
      await cloudFormation.continueUpdateRollback(order)
      return
    case 'rollback':
      await cloudFormation.rollbackStack(order)
  }
}

/** With the next step, where a rollback failed again. */
function explained(
  { stack, region }: PlannedStack,
  failure: Omit<FailedStack, 'unit' | 'stack'>
): Omit<FailedStack, 'unit' | 'stack'> {
  if (failure.status !== 'UPDATE_ROLLBACK_FAILED') return failure
  const { cause } = failure
  const { logicalId = '<resource>' } = cause.resource ?? {}
  const next = `Repair what keeps it from being rolled back, then re-run all jobs; or leave it as it is with \`aws cloudformation continue-update-rollback --stack-name ${stack} --region ${region} --resources-to-skip ${logicalId}\``
  return { ...failure, cause: { ...cause, reason: `${cause.reason.trim().replace(/\.$/, '')}. ${next}` } }
}

/** The stack when nothing of what recovers it is under way: whoever has begun that, it does what was planned. */
async function readWaiting(
  cloudFormation: CloudFormation,
  stack: string,
  deadline: number
): Promise<LiveStack | undefined> {
  let last: LiveStack | undefined
  await pollUntil(cloudFormation.clock, deadline, async () => {
    last = await readStatus(cloudFormation, stack)
    return last !== undefined && RECOVERING.includes(last.status) ? undefined : true
  })
  return last
}
