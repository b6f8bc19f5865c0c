import { hexOf, type PlannedStack, sha256, UserError } from '@sluice/core'
import type { RootCause } from './cause.ts'
import { type CloudFormation, CloudFormationError, withCloudFormation } from './connection.ts'
import { compareStacks, type Difference } from './difference.ts'
import { discardStack } from './discard.ts'
import { EventStream, type StackEvent } from './events.ts'
import { type LiveStack, readStack } from './live.ts'
import { followOperation, type OperationEnd } from './monitor.ts'
import { inDependencyOrder } from './order.ts'
import { assess, type Readiness, type ReadinessContext } from './readiness.ts'
import type { StacksRequest } from './request.ts'
import { type Outputs, outputsOf, readTargets, type Target } from './target.ts'

/** A plan to be applied, and what is wanted now: the two must say the same. */
export interface ApplyRequest extends StacksRequest {
  readonly plan: readonly PlannedStack[]
  /** The plan digest's hex digits: every client token begins with it, so that AWS's trail joins the ledger. */
  readonly clientToken: string
  /** Told in order, each once. Texts are untrusted. */
  readonly onEvent: (event: StackEvent) => void
  /** Milliseconds since the epoch. */
  readonly deadline: number
}

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
  /** Its status afterwards, e.g. `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string
  readonly cause: RootCause
}

/** How applying a plan ended. In each case `stacks` are those that are as planned. */
export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly stacks: readonly AppliedStack[] }
  | { readonly kind: 'obsolete'; readonly stacks: readonly AppliedStack[]; readonly differences: readonly Difference[] }
  | { readonly kind: 'failed'; readonly stacks: readonly AppliedStack[]; readonly failures: readonly FailedStack[] }

/** A failure in one sentence, root cause first. */
export function describeFailure({ stack, status, cause }: FailedStack): string {
  const { resource, reason } = cause
  const what = resource === undefined ? '' : `${resource.logicalId} (${resource.type}) ${resource.status}: `
  return `${what}${reason} [stack ${stack}: ${status}]`
}

/**
 * Does what the plan says, in dependency order, and nothing else. Everything is compared with the plan before the first stack is
 * touched, and each stack again right before its own turn. Running it again after it was killed joins what is under way
 * and keeps what is done.
 * @throws UserError when a stack cannot take a deployment, Failure when AWS cannot be reached.
 */
export async function applyStacks(request: ApplyRequest): Promise<ApplyOutcome> {
  const targets = readTargets(request.stacks)
  return withCloudFormation(request.session, request.clock, cloudFormation =>
    applyTargets(cloudFormation, request, targets)
  )
}

interface Step {
  readonly unit: string
  readonly dependsOn: readonly string[]
  readonly planned: PlannedStack
  readonly target: Target
}

async function applyTargets(
  cloudFormation: CloudFormation,
  request: ApplyRequest,
  targets: readonly Target[]
): Promise<ApplyOutcome> {
  const foreign = compareUnits(request)
  if (foreign.length > 0) return { kind: 'obsolete', stacks: [], differences: foreign }
  const steps = targets.flatMap(target => {
    const planned = request.plan.find(({ unit }) => unit === target.request.unit)
    const { unit, dependsOn } = target.request
    return planned === undefined ? [] : [{ unit, dependsOn, planned, target }]
  })
  const context: ReadinessContext = { cloudFormation, ...request }
  const outputs = new Map(await readOutputs(cloudFormation, request))

  const early = await Promise.all(
    steps.map(async step => ({ step, readiness: await assess(context, step.planned, step.target, outputs) }))
  )
  // What an earlier run has begun may change outputs: those who read them are compared when it is over.
  const unsettled = new Set(early.filter(({ readiness }) => readiness.kind === 'running').map(({ step }) => step.unit))
  const differences = early.flatMap(({ step, readiness }) =>
    readiness.kind === 'obsolete' && !step.dependsOn.some(unit => unsettled.has(unit)) ? readiness.differences : []
  )
  if (differences.length > 0) {
    await Promise.all(steps.map(({ planned }) => discardStack(cloudFormation, planned.stack, request.changeSetName)))
    return { kind: 'obsolete', stacks: [], differences }
  }

  const applied: AppliedStack[] = []
  const failures: FailedStack[] = []
  const late: Difference[] = []
  await inDependencyOrder(steps, async step => {
    const result = await applyStep(context, request, step, outputs)
    if (result.kind === 'applied') {
      outputs.set(step.unit, result.applied.outputs)
      applied.push(result.applied)
    } else if (result.kind === 'failed') failures.push(result.failure)
    else late.push(...result.differences)
    return result.kind === 'applied'
  })
  const stacks = steps.flatMap(({ unit }) => applied.filter(it => it.unit === unit))
  if (failures.length > 0) return { kind: 'failed', stacks, failures }
  return late.length > 0 ? { kind: 'obsolete', stacks, differences: late } : { kind: 'applied', stacks }
}

type StepResult =
  | { readonly kind: 'applied'; readonly applied: AppliedStack }
  | { readonly kind: 'failed'; readonly failure: FailedStack }
  | { readonly kind: 'obsolete'; readonly differences: readonly Difference[] }

async function applyStep(
  context: ReadinessContext,
  request: ApplyRequest,
  { planned, target }: Step,
  outputs: Outputs
): Promise<StepResult> {
  const { unit, stack } = planned
  const result = planned.base === undefined ? 'created' : 'updated'
  let joined = false
  for (;;) {
    const readiness = await assess(context, planned, target, outputs)
    switch (readiness.kind) {
      case 'done':
        request.log.info(joined ? `${stack}: ${result}` : `${stack}: already as planned`)
        return {
          kind: 'applied',
          applied: { unit, stack, result: joined ? result : 'kept', outputs: readiness.live?.outputs ?? {} }
        }
      case 'obsolete':
        return readiness
      case 'waiting':
        throw new UserError(
          `Stack ${stack} needs outputs that the stacks before it do not have. Check the outputs of ${target.request.dependsOn.join(', ')}.`
        )
      case 'running':
      case 'ready': {
        const end = await execute(context, request, planned, readiness)
        if (end.kind !== 'complete') return { kind: 'failed', failure: { unit, stack, ...failureOf(end, context) } }
        if (readiness.kind === 'ready') {
          request.log.info(`${stack}: ${result}`)
          return { kind: 'applied', applied: { unit, stack, result, outputs: end.live.outputs } }
        }
        // What was joined may have been begun by anybody: it is compared like everything else.
        joined = true
      }
    }
  }
}

/** Starts what is ready, or joins what is running, and follows it to its end. */
async function execute(
  { cloudFormation, clientToken }: ReadinessContext,
  { deadline, onEvent, log }: ApplyRequest,
  { stack }: PlannedStack,
  readiness: Extract<Readiness, { readonly kind: 'running' | 'ready' }>
): Promise<OperationEnd> {
  if (readiness.kind === 'running') {
    const { stackId } = readiness
    log.info(`${stack}: an earlier run began this; following it`)
    const events = await EventStream.fromToken(cloudFormation, stackId, clientToken)
    return followOperation(cloudFormation, { stackId, events, deadline, onEvent })
  }
  const { id, stackId } = readiness.changeSet
  const events = await EventStream.fromNow(cloudFormation, stackId)
  try {
    await cloudFormation.executeChangeSet({
      ChangeSetName: id,
      ClientRequestToken: tokenOf(clientToken, id),
      DisableRollback: false
    })
  } catch (error: unknown) {
    // Executed already: an attempt whose answer was lost, as the operation's events will show.
    const lost = error instanceof CloudFormationError && /InvalidChangeSetStatus|TokenAlreadyExists/.test(error.code)
    if (!lost || !/EXECUTE_IN_PROGRESS|EXECUTE_COMPLETE|token/i.test(error.reason)) throw error
  }
  return followOperation(cloudFormation, { stackId, events, deadline, onEvent })
}

/** One token for one change set of a plan: a repeated call is recognised, a second attempt is not mistaken for the first. */
function tokenOf(clientToken: string, changeSetId: string): string {
  return `${clientToken}-${hexOf(sha256(changeSetId)).slice(0, 8)}`
}

function failureOf(
  end: Exclude<OperationEnd, { readonly kind: 'complete' }>,
  { cloudFormation, deadline }: ReadinessContext
): Pick<FailedStack, 'status' | 'cause'> {
  if (end.kind === 'failed') return { status: end.status, cause: end.cause }
  const at = new Date(Math.min(deadline, cloudFormation.clock.now())).toISOString()
  return {
    status: end.status,
    cause: {
      reason: `The time for this deployment was up at ${at}. In AWS the operation goes on; run again to follow it`
    }
  }
}

/** Units that only one of plan and request has. */
function compareUnits({ plan, stacks, session }: ApplyRequest): readonly Difference[] {
  const missing = plan
    .filter(({ unit }) => !stacks.some(it => it.unit === unit))
    .map(({ unit, stack }) => ({ unit, stack, what: 'unit', planned: unit, found: 'nothing' }))
  const extra = stacks
    .filter(({ unit }) => !plan.some(it => it.unit === unit))
    .map(({ unit, stack }) => ({ unit, stack, what: 'unit', planned: 'nothing', found: unit }))
  const moved = plan.flatMap(planned => compareStacks(planned, { ...planned, region: session.region }))
  return [...missing, ...extra, ...moved]
}

async function readOutputs(cloudFormation: CloudFormation, { stacks }: ApplyRequest): Promise<Outputs> {
  const live = await Promise.all(stacks.map(({ stack }) => readStack(cloudFormation, stack)))
  const found = live.filter((stack): stack is LiveStack => stack !== undefined)
  return outputsOf(stacks, new Map(found.map(stack => [stack.name, stack])))
}
