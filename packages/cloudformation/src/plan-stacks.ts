import { type Log, type PlannedChange, type PlannedStack, plural, UserError } from '@sluice/core'
import { computeChanges } from './change-set.ts'
import { type CloudFormation, withCloudFormation } from './connection.ts'
import { discardStack } from './discard-stacks.ts'
import { baseOf, type LiveStack } from './live-stack.ts'
import type { StacksRequest } from './request.ts'
import { readFit } from './unfit-stack.ts'
import { type Outputs, outputsOf, readWanted, type WantedStack, wanted } from './wanted-stack.ts'

/**
 * Stands in for an output that does not exist yet, so that CloudFormation can say what an existing stack would change.
 * Never applied: a deferred stack gets a new change set once its values are known.
 */
const PLACEHOLDER = 'known-after-apply'

/**
 * Says what a release would change in each stack, by change sets that stay until they are applied or discarded.
 * Nothing that runs is touched. When a stack cannot be planned, the change sets of the others are taken back.
 * @throws UserError naming the stack and the next step.
 */
export async function planStacks(request: StacksRequest): Promise<readonly PlannedStack[]> {
  const targets = readWanted(request.stacks)
  return withCloudFormation(request.session, request.clock, async cloudFormation => {
    const live = await readAll(cloudFormation, request)
    const outputs = outputsOf(request.stacks, live)
    const planned = await Promise.allSettled(
      targets.map(target => planStack(cloudFormation, request, target, live.get(target.request.stack), outputs))
    )
    const refused = planned.find(result => result.status === 'rejected')
    if (refused === undefined) return planned.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    await Promise.allSettled(
      request.stacks.map(({ stack }) => discardStack(cloudFormation, stack, request.changeSetName))
    )
    throw refused.reason
  })
}

/** The stacks as they are, each at rest and able to take a deployment. */
async function readAll(
  cloudFormation: CloudFormation,
  request: StacksRequest
): Promise<ReadonlyMap<string, LiveStack>> {
  const live = await Promise.all(request.stacks.map(({ stack }) => readFit(cloudFormation, stack)))
  return new Map(live.flatMap(stack => (stack === undefined ? [] : [[stack.name, stack]])))
}

async function planStack(
  cloudFormation: CloudFormation,
  { changeSetName, executionRoleArn, log }: StacksRequest,
  target: WantedStack,
  live: LiveStack | undefined,
  outputs: Outputs
): Promise<PlannedStack> {
  const { parameters, planned } = wanted(target, cloudFormation.region, outputs)
  const base = baseOf(live)
  const deferred = parameters.pending.length > 0
  if (deferred && base === undefined) {
    log.info(`${planned.stack}: waits for outputs of stacks it depends on; it may only add resources.`)
    return { ...planned, action: 'deferred', changes: additions(target) }
  }
  const changeSet = await computeChanges(cloudFormation, target, {
    name: changeSetName,
    type: base === undefined ? 'CREATE' : 'UPDATE',
    parameters: { ...parameters.values, ...Object.fromEntries(parameters.pending.map(name => [name, PLACEHOLDER])) },
    ...(executionRoleArn === undefined ? {} : { roleArn: executionRoleArn })
  }).catch((error: unknown) => {
    throw deferred && error instanceof UserError ? withPlaceholders(error, parameters.pending) : error
  })
  const empty = changeSet.state === 'empty'
  if (empty || deferred) await discardStack(cloudFormation, planned.stack, changeSetName)
  const action = deferred ? 'deferred' : empty ? 'unchanged' : base === undefined ? 'create' : 'update'
  report(log, planned.stack, action, changeSet.changes)
  return { ...planned, action, ...(base === undefined ? {} : { base }), changes: changeSet.changes }
}

/** The refusal may be of the placeholder alone, which nobody who reads it has ever written. */
function withPlaceholders(refusal: UserError, pending: readonly string[]): UserError {
  return new UserError(
    `${refusal.message} Sluice used the placeholder ${JSON.stringify(PLACEHOLDER)} for ${pending.join(', ')}, whose values come from outputs that do not exist yet: if CloudFormation rejected the placeholder, deploy the stacks with those outputs in an earlier release.`,
    { cause: refusal }
  )
}

/** Everything that a new stack may add. */
function additions({ template }: WantedStack): readonly PlannedChange[] {
  return [...template.resources]
    .map(([logicalId, type]) => ({ action: 'Add', logicalId, type, targets: [] }))
    .sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1))
}

function report(log: Log, stack: string, action: string, changes: readonly PlannedChange[]): void {
  log.info(action === 'unchanged' ? `${stack}: unchanged` : `${stack}: ${action}, ${plural(changes.length, 'change')}`)
}
