import { type Log, type PlannedChange, type PlannedRecovery, type PlannedStack, plural } from '@sluice/core'
import { computeChanges } from './change-set.ts'
import { type CloudFormation, withCloudFormation } from './connection.ts'
import { discardStack } from './discard-stacks.ts'
import { baseOf, type LiveStack } from './live-stack.ts'
import { movingOutputs } from './moving-outputs.ts'
import type { MovingOutputs, ResolvedParameters } from './parameters.ts'
import { planDeferred } from './plan-deferred.ts'
import { toldByTemplate, widensBy } from './processed-template.ts'
import { describeRecovery, readRecoverable } from './recovery.ts'
import type { StacksRequest } from './request.ts'
import { warningsOf } from './root-cause.ts'
import { hasSettings } from './settings.ts'
import type { Template } from './template.ts'
import { changesProtection } from './termination-protection.ts'
import { type Outputs, outputsOf, readWanted, type WantedStack, wanted } from './wanted-stack.ts'

/**
 * Says what a release would change in each stack, by change sets that stay until they are applied or discarded.
 * Nothing that runs is touched. When a stack cannot be planned, the change sets of the others are taken back.
 * @throws UserError naming the stack and the next step.
 */
export async function planStacks(request: StacksRequest): Promise<readonly PlannedStack[]> {
  return (await planWithMoves(request)).stacks
}

/** What a release would change, and which outputs may move by it: unit → output → what moves it. */
interface PlanWithMoves {
  readonly stacks: readonly PlannedStack[]
  readonly mayMove: MovingOutputs
}

/** {@link planStacks}, and which outputs may move by what is planned. */
export async function planWithMoves(request: StacksRequest): Promise<PlanWithMoves> {
  return withCloudFormation(request.session, request.clock, cloudFormation => planWith(cloudFormation, request))
}

/** {@link planWithMoves} over a connection that is there already. */
export async function planWith(cloudFormation: CloudFormation, request: StacksRequest): Promise<PlanWithMoves> {
  const targets = readWanted(request.stacks)
  const { live, before: recoveries } = await readAll(cloudFormation, request)
  const outputs = outputsOf(request.stacks, live)
  const planned = await inTurn(targets, async (target, before) =>
    planStack(cloudFormation, request, target, live.get(target.request.stack), {
      outputs,
      mayMove: movedBy(before, live),
      before: recoveries.get(target.request.stack)
    })
  )
  const refused = planned.find(result => result.status === 'rejected')
  if (refused === undefined) {
    const made = planned.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    return { stacks: made.map(it => it.planned), mayMove: movedBy(made, live) }
  }
  await Promise.allSettled(
    request.stacks.map(({ stack }) => discardStack(cloudFormation, stack, request.changeSetName, request.log))
  )
  throw refused.reason
}

/** The stacks as they are, each at rest and able to take a deployment; and what makes those able that are not. */
async function readAll(
  cloudFormation: CloudFormation,
  request: StacksRequest
): Promise<{
  readonly live: ReadonlyMap<string, LiveStack>
  readonly before: ReadonlyMap<string, PlannedRecovery>
}> {
  const found = await Promise.all(
    request.stacks.map(async ({ stack }) => ({ stack, ...(await readRecoverable(cloudFormation, stack)) }))
  )
  return {
    live: new Map(found.flatMap(({ stack, live }) => (live === undefined ? [] : [[stack, live]]))),
    before: new Map(found.flatMap(({ stack, before }) => (before === undefined ? [] : [[stack, before]])))
  }
}

/** A stack whose plan is made. */
interface Planned {
  readonly target: WantedStack
  readonly planned: PlannedStack
}

/** Plans each stack when those that it depends on are planned: what they change tells which of their outputs may move. */
async function inTurn(
  targets: readonly WantedStack[],
  plan: (target: WantedStack, before: readonly Planned[]) => Promise<PlannedStack>
): Promise<readonly PromiseSettledResult<Planned>[]> {
  const running = new Map<string, Promise<Planned>>()
  for (const target of targets) {
    const { unit, dependsOn } = target.request
    const before = dependsOn.flatMap(name => running.get(name) ?? [])
    const made = Promise.all(before).then(async done => ({ target, planned: await plan(target, done) }))
    running.set(unit, made)
  }
  return Promise.allSettled(running.values())
}

/** The outputs that planned changes may move. */
function movedBy(before: readonly Planned[], live: ReadonlyMap<string, LiveStack>): MovingOutputs {
  return new Map(
    before.flatMap(({ target: { template }, planned }) => {
      const { action, base, changes, parameters } = planned
      if (action === 'unchanged' || base === undefined) return []
      const liveTemplate = live.get(planned.stack)?.templateText
      const moving = movingOutputs({
        ...{ changes, parameters },
        template: template.text,
        transformed: template.transformed,
        ...(liveTemplate === undefined ? {} : { liveTemplate }),
        liveParameters: base.parameters,
        opaque: opaqueIn(template)
      })
      return [[planned.unit, moving] as const]
    })
  )
}

/** Parameters whose values nobody can compare. */
function opaqueIn({ parameters }: Template): ReadonlySet<string> {
  return new Set(
    [...parameters].flatMap(([name, { noEcho, type }]) => (noEcho || type.startsWith('AWS::SSM::') ? [name] : []))
  )
}

interface Planning {
  readonly outputs: Outputs
  readonly mayMove: MovingOutputs
  readonly before: PlannedRecovery | undefined
}

async function planStack(
  cloudFormation: CloudFormation,
  { changeSetName: name, executionRoleArn: roleArn, log }: StacksRequest,
  target: WantedStack,
  live: LiveStack | undefined,
  { outputs, mayMove, before }: Planning
): Promise<PlannedStack> {
  const { parameters, planned } = wanted(target, cloudFormation.region, outputs, mayMove)
  const base = baseOf(live, planned.settings)
  if (before !== undefined && base !== undefined) return planRollback({ ...planned, base, before }, log)
  const making = { name, ...(roleArn === undefined ? {} : { roleArn }) }
  if (before !== undefined || parameters.pending.length + parameters.moving.length > 0)
    return planLater(cloudFormation, { target, parameters, live, before }, planned, { ...making, log })
  const changeSet = await computeChanges(cloudFormation, target, {
    ...making,
    type: base === undefined ? 'CREATE' : 'UPDATE',
    parameters: parameters.values,
    withValues: true
  })
  const empty = changeSet.state === 'empty'
  if (empty) await discardStack(cloudFormation, planned.stack, name, log)
  if (empty) warnOfSettings(planned, live, log)
  const action =
    empty && !changesProtection({ ...planned, ...(base === undefined ? {} : { base }) })
      ? 'unchanged'
      : base === undefined
        ? 'create'
        : 'update'
  const { values } = parameters
  const told = empty ? {} : await toldByTemplate(cloudFormation, target, { changeSet, values, live })
  const warnings = empty ? [] : await warningsOf(cloudFormation, changeSet)
  report(log, planned.stack, action, changeSet.changes)
  return {
    ...planned,
    parameters: withResolved(planned.parameters, changeSet.resolved),
    action,
    ...(base === undefined ? {} : { base }),
    changes: changeSet.changes,
    ...told,
    ...(warnings.length === 0 ? {} : { warnings })
  }
}

/** A stack of which some is known once those before it are deployed, or it is replaced. */
async function planLater(
  cloudFormation: CloudFormation,
  stack: {
    readonly target: WantedStack
    readonly parameters: ResolvedParameters
    readonly live: LiveStack | undefined
    readonly before: PlannedRecovery | undefined
  },
  planned: Omit<PlannedStack, 'action' | 'changes'>,
  making: { readonly name: string; readonly roleArn?: string; readonly log: Log }
): Promise<PlannedStack> {
  const { target, parameters, live, before } = stack
  const base = baseOf(live, planned.settings)
  const changes =
    base === undefined ? additions(target) : await planDeferred(cloudFormation, target, parameters, making)
  const why = before === undefined ? 'it takes outputs that stacks before it may move' : describeRecovery(before)
  making.log.info(`${planned.stack}: deferred, since ${why}; at most ${plural(changes.length, 'change')}`)
  const { values } = parameters
  const widens = await widensBy(cloudFormation, target, { text: target.template.text, values, live })
  return {
    ...planned,
    action: 'deferred',
    ...(base === undefined ? {} : { base }),
    ...(before === undefined ? {} : { before }),
    changes,
    ...(widens.length === 0 ? {} : { widens })
  }
}

/** CloudFormation takes other settings alone, by all that is known of it; where it does not, the stack stays as it is, and so does the difference. */
function warnOfSettings(
  { stack, settings = {} }: Pick<PlannedStack, 'stack' | 'settings'>,
  live: LiveStack | undefined,
  log: Log
): void {
  if (live === undefined || hasSettings(live.settings, settings)) return
  log.warning(
    `${stack}: CloudFormation makes no change set for other settings alone; it takes them with the next change of the stack`
  )
}

/** What the stack will be then is known then: the plan changes nothing more of it, or is refused. */
function planRollback(
  planned: Omit<PlannedStack, 'action' | 'changes'> & { readonly before: PlannedRecovery },
  log: StacksRequest['log']
): PlannedStack {
  log.info(`${planned.stack}: deferred, since ${describeRecovery(planned.before)}; nothing else of it changes`)
  return { ...planned, action: 'deferred', changes: [] }
}

/** What AWS looked up beside the names that it was looked up by: who approves the one approves the other. */
function withResolved(
  parameters: PlannedStack['parameters'],
  resolved: Readonly<Record<string, string>>
): PlannedStack['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, it]) => {
      const found = resolved[name]
      return [name, found === undefined || !('value' in it) ? it : { ...it, resolved: found }]
    })
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
