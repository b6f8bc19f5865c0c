import { type ApplyOutcome, combine, type StepOutcome } from './apply-outcome.ts'
import { assess } from './apply-readiness.ts'
import { applyStep, type Step } from './apply-step.ts'
import { type CloudFormation, withCloudFormation } from './connection.ts'
import { inDependencyOrder } from './dependency-order.ts'
import type { Difference } from './difference.ts'
import { discardStack } from './discard-stacks.ts'
import { readStack } from './live-stack.ts'
import type { ApplyRequest } from './request.ts'
import { type Outputs, outputsOf, readWanted } from './wanted-stack.ts'

/**
 * Does what the plan says, in dependency order, and nothing else. Everything is compared with the plan before the first stack is
 * touched, and each stack again right before its own turn. Running it again after it was killed joins what is under way
 * and keeps what is done; after a failure it tries again.
 * @throws UserError when a stack cannot take a deployment, CloudFormationError when AWS cannot be asked; nothing is touched then.
 */
export async function applyStacks(request: ApplyRequest): Promise<ApplyOutcome> {
  return withCloudFormation(request.session, request.clock, cloudFormation => applyWith(cloudFormation, request))
}

/** {@link applyStacks} over a connection that is there already. */
export async function applyWith(cloudFormation: CloudFormation, request: ApplyRequest): Promise<ApplyOutcome> {
  const { steps, unpaired } = pair(request)
  if (unpaired.length > 0) return { kind: 'obsolete', stacks: [], differences: unpaired }
  const context = { cloudFormation, ...request }
  const outputs = new Map(await readOutputs(cloudFormation, request))

  const differences = await compareAll(context, steps, outputs)
  if (differences.length > 0) {
    await Promise.all(
      steps.map(({ planned }) => discardStack(cloudFormation, planned.stack, request.changeSetName, request.log))
    )
    return { kind: 'obsolete', stacks: [], differences }
  }
  const ended = new Map<string, StepOutcome>()
  await inDependencyOrder(steps, async step => {
    const outcome = await applyStep(context, step, outputs)
    ended.set(step.unit, outcome)
    if (outcome.kind === 'applied') outputs.set(step.unit, outcome.applied.outputs)
    return outcome.kind === 'applied'
  })
  return combine(steps.flatMap(({ unit }) => ended.get(unit) ?? []))
}

/** What differs from the plan before anything is touched. */
async function compareAll(
  context: ApplyRequest & { readonly cloudFormation: CloudFormation },
  steps: readonly Step[],
  outputs: Outputs
): Promise<readonly Difference[]> {
  const compared = await Promise.all(
    steps.map(async step => ({ step, readiness: await assess(context, step.planned, step.target, outputs, false) }))
  )
  // What an earlier run has begun may change outputs: those who read them are compared when it is over.
  const running = compared.flatMap(({ step, readiness }) => (readiness.kind === 'running' ? [step.unit] : []))
  return compared.flatMap(({ step, readiness }) =>
    readiness.kind === 'obsolete' && !step.dependsOn.some(unit => running.includes(unit)) ? readiness.differences : []
  )
}

/** Pairs what is planned with what is wanted; a unit that only one of them has makes the plan obsolete. */
function pair({ plan, stacks }: ApplyRequest): {
  readonly steps: readonly Step[]
  readonly unpaired: readonly Difference[]
} {
  const steps = readWanted(stacks).flatMap(target => {
    const { unit, dependsOn } = target.request
    const planned = plan.find(it => it.unit === unit)
    return planned === undefined ? [] : [{ unit, dependsOn, planned, target }]
  })
  const alone = ({ unit }: { readonly unit: string }): boolean => !steps.some(step => step.unit === unit)
  const differ = (unit: string, stack: string, planned: string, found: string): Difference => ({
    unit,
    stack,
    what: 'unit',
    planned,
    found
  })
  return {
    steps,
    unpaired: [
      ...plan.filter(alone).map(({ unit, stack }) => differ(unit, stack, unit, 'nothing')),
      ...stacks.filter(alone).map(({ unit, stack }) => differ(unit, stack, 'nothing', unit))
    ]
  }
}

async function readOutputs(cloudFormation: CloudFormation, { stacks }: ApplyRequest): Promise<Outputs> {
  const live = await Promise.all(stacks.map(({ stack }) => readStack(cloudFormation, stack)))
  return outputsOf(stacks, new Map(live.flatMap(stack => (stack === undefined ? [] : [[stack.name, stack]]))))
}
