import { messageOf, type PlannedStack } from '@sluice/core'
import { failureOf, type StepOutcome } from './apply-outcome.ts'
import { assess, type Readiness } from './apply-readiness.ts'
import { type CloudFormation, CloudFormationError } from './connection.ts'
import { discardStack } from './discard-stacks.ts'
import { followOperation, type OperationEnd } from './monitor.ts'
import { settleBefore } from './recovery.ts'
import { type ApplyRequest, tokenOf } from './request.ts'
import { EventStream } from './stack-events.ts'
import { settleProtection } from './termination-protection.ts'
import type { Outputs, WantedStack } from './wanted-stack.ts'

/** One stack of a plan, and what is wanted of it now. */
export interface Step {
  readonly unit: string
  readonly dependsOn: readonly string[]
  readonly planned: PlannedStack
  readonly target: WantedStack
}

type StepContext = ApplyRequest & { readonly cloudFormation: CloudFormation }

/** Refusals of one change set after another, until somebody has to look. */
const REFUSALS = 3

/**
 * Brings one stack to what the plan makes of it, whatever an earlier run left. Never throws: other stacks may have been changed
 * already, and what became of each must be known.
 */
export async function applyStep(context: StepContext, step: Step, outputs: Outputs): Promise<StepOutcome> {
  const { unit, planned } = step
  try {
    return await bring(context, step, outputs)
  } catch (error: unknown) {
    return { kind: 'failed', failure: { unit, stack: planned.stack, cause: { reason: messageOf(error) } } }
  }
}

async function bring(context: StepContext, { planned, target }: Step, outputs: Outputs): Promise<StepOutcome> {
  const { cloudFormation, changeSetName, log } = context
  const { unit, stack } = planned
  const changed = planned.base === undefined ? 'created' : 'updated'
  const stopped = await settleBefore(context, planned)
  if (stopped !== undefined) return stopped
  let result: 'created' | 'updated' | 'kept' = 'kept'
  for (let refusals = 0; ; ) {
    const readiness = await assess(context, planned, target, outputs)
    switch (readiness.kind) {
      case 'done':
        if (await settleProtection(context, planned, readiness.live)) result = changed
        log.info(`${stack}: ${result === 'kept' ? 'already as planned' : result}`)
        return { kind: 'applied', applied: { unit, stack, result, outputs: readiness.live?.outputs ?? {} } }
      case 'obsolete':
        await discardStack(cloudFormation, stack, changeSetName, log)
        return readiness
      case 'waiting': {
        const reason = `It needs outputs of ${target.request.dependsOn.join(', ')} that do not exist`
        return { kind: 'failed', failure: { unit, stack, cause: { reason } } }
      }
      case 'running':
      case 'ready': {
        const end = await execute(context, planned, readiness)
        // The stack moved after it was compared: it is compared again.
        if (end === 'refused' && ++refusals < REFUSALS) break
        if (end === 'refused')
          throw new Error(`AWS refused to execute the change set ${changeSetName} ${refusals} times`)
        if (end.kind !== 'complete')
          return { kind: 'failed', failure: { unit, stack, ...failureOf(context.deadline, end) } }
        result = changed
        if (readiness.kind === 'running') break // Anybody may have begun it: it is compared like everything else.
        await settleProtection(context, planned, end.live)
        log.info(`${stack}: ${result}`)
        return { kind: 'applied', applied: { unit, stack, result, outputs: end.live.outputs } }
      }
    }
  }
}

/** Starts what is ready, or joins what is running, and follows it to its end. */
async function execute(
  { cloudFormation, clientToken, deadline, onEvent, log }: StepContext,
  { stack, base }: PlannedStack,
  readiness: Extract<Readiness, { readonly kind: 'running' | 'ready' }>
): Promise<OperationEnd | 'refused'> {
  if (readiness.kind === 'running') {
    const { stackId } = readiness
    log.info(`${stack}: an earlier run started this operation; monitoring it`)
    const events = await EventStream.fromToken(cloudFormation, stackId, clientToken)
    return followOperation(cloudFormation, { stackId, events, deadline, onEvent })
  }
  const { id, stackId } = readiness.changeSet
  const events = await EventStream.fromNow(cloudFormation, stackId)
  try {
    await cloudFormation.executeChangeSet({
      StackName: stackId,
      ChangeSetName: id,
      // AWS refuses it where the change set says what becomes of a failed creation, and documents `true` as its default.
      ...(base === undefined ? {} : { DisableRollback: false }),
      ClientRequestToken: tokenOf(clientToken, id)
    })
  } catch (error: unknown) {
    if (!(error instanceof CloudFormationError)) throw error
    // A repeated call whose first answer was lost: the operation's events will show it.
    const begun = /EXECUTE_(IN_PROGRESS|COMPLETE)/.test(error.reason) || error.code.startsWith('TokenAlreadyExists')
    if (!begun && /^(InvalidChangeSetStatus|ChangeSetNotFound)/.test(error.code)) return 'refused'
    if (!begun) throw error
  }
  return followOperation(cloudFormation, { stackId, events, deadline, onEvent })
}
