import { canonicalJson, type PlannedStack } from '@sluice/core'
import { computeChanges } from './change-set.ts'
import type { CloudFormation } from './connection.ts'
import {
  compareChanges,
  compareReferences,
  compareResolved,
  compareStacks,
  type Difference,
  outsideBounds
} from './difference.ts'
import { discardStack } from './discard-stacks.ts'
import { baseOf, type LiveStack, readStatus } from './live-stack.ts'
import { compareProcessed, processedReferences, processedText } from './processed-template.ts'
import { withoutValues } from './property-values.ts'
import { type ChangeSet, readChangeSet } from './read-change-set.ts'
import { compareRecovery } from './recovery.ts'
import { hasSettings } from './settings.ts'
import { pages } from './stack-events.ts'
import { stateOf } from './stack-status.ts'
import { templateDigest } from './template.ts'
import { isProtectedAsPlanned } from './termination-protection.ts'
import { readFit } from './unfit-stack.ts'
import { type Outputs, type WantedStack, wanted } from './wanted-stack.ts'

/** What is to be done with a planned stack now. */
export type Readiness =
  /** It is already what the plan makes of it. */
  | { readonly kind: 'done'; readonly live: LiveStack | undefined }
  /** An earlier run of this apply has started it. */
  | { readonly kind: 'running'; readonly stackId: string }
  /** This change set does what was planned, and nothing else. */
  | { readonly kind: 'ready'; readonly changeSet: ChangeSet }
  /** Its parameters need stacks before it, or it has to be recovered first. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'obsolete'; readonly differences: readonly Difference[] }

/** What decides readiness, besides the stack. */
export interface ReadinessContext {
  readonly cloudFormation: CloudFormation
  readonly changeSetName: string
  readonly executionRoleArn?: string
  /** What the client tokens of this plan's operations begin with. */
  readonly clientToken: string
  readonly deadline: number
}

/**
 * Compares a stack, its change set and what is wanted now with the plan; executes nothing.
 * A change set that is gone or stale is made again, and counts when it says the same.
 * @param isItsTurn whether the stacks are done that it depends on: before, nobody knows what a deferred one takes.
 * @throws UserError when the stack cannot take a deployment.
 */
export async function assess(
  context: ReadinessContext,
  planned: PlannedStack,
  target: WantedStack,
  outputs: Outputs,
  isItsTurn = true
): Promise<Readiness> {
  const { cloudFormation, deadline } = context
  const seen = await readStatus(cloudFormation, planned.stack)
  if (seen !== undefined && stateOf(seen.status) === 'busy' && (await isOurs(context, seen.id))) {
    return { kind: 'running', stackId: seen.id }
  }
  const moved = isItsTurn ? undefined : await compareRecovery(cloudFormation, planned, seen)
  if (moved !== undefined) return moved.length === 0 ? { kind: 'waiting' } : { kind: 'obsolete', differences: moved }
  const live = await readFit(cloudFormation, planned.stack, deadline)

  const now = wanted(target, cloudFormation.region, outputs)
  const base = baseOf(live, now.planned.settings)
  const found = { ...now.planned, ...(base === undefined ? {} : { base }) }
  const deferred = planned.action === 'deferred'
  // Deferred values are unknown to the plan: its expressions are compared.
  const differences = compareStacks(
    planned,
    deferred ? { ...found, parameters: expressions(planned, target, found) } : found
  )
  if (differences.length > 0) {
    const reached =
      live !== undefined &&
      differences.every(isOfBase) &&
      isTarget(live, found) &&
      hasLookups(live, planned) &&
      isProtectedAsPlanned(planned, live)
    return reached ? { kind: 'done', live } : { kind: 'obsolete', differences }
  }
  if (planned.action === 'unchanged') return { kind: 'done', live }
  if (now.parameters.pending.length > 0 || (deferred && !isItsTurn)) return { kind: 'waiting' }
  return assessChangeSet(context, planned, target, now.parameters.values, live)
}

async function assessChangeSet(
  context: ReadinessContext,
  planned: PlannedStack,
  target: WantedStack,
  values: Readonly<Record<string, string>>,
  live: LiveStack | undefined
): Promise<Readiness> {
  const { cloudFormation, changeSetName: name, executionRoleArn } = context
  const kept = await readChangeSet(cloudFormation, planned.stack, name)
  if (kept?.state === 'executing') return { kind: 'running', stackId: kept.stackId }
  const usable = kept?.state === 'ready' && (await holds(cloudFormation, kept, planned, target, values))
  const changeSet =
    kept !== undefined && usable
      ? kept
      : await computeChanges(cloudFormation, target, {
          name,
          type: planned.base === undefined ? 'CREATE' : 'UPDATE',
          parameters: values,
          withValues: planned.action !== 'deferred',
          ...(executionRoleArn === undefined ? {} : { roleArn: executionRoleArn })
        })
  if (changeSet.state === 'empty') {
    await discardStack(cloudFormation, planned.stack, name)
    return { kind: 'done', live }
  }
  // What a deferred stack takes is known now alone, and a transform may make another template of the same text.
  const text = await processedText(cloudFormation, target, changeSet)
  const references = processedReferences(target, text, values)
  const differences =
    planned.action === 'deferred'
      ? outsideBounds(planned, changeSet.changes, target.template.transformed)
      : // What is read back was never made anew: it sets what it was planned to.
        compareChanges(planned, usable ? withoutValues(planned.changes) : planned.changes, changeSet.changes)
  const moved =
    planned.action === 'deferred'
      ? []
      : [
          ...compareReferences(planned, references),
          ...compareResolved(planned, changeSet.resolved),
          ...compareProcessed(planned, target, text, values)
        ]
  const all = [...differences, ...moved]
  return all.length === 0 ? { kind: 'ready', changeSet } : { kind: 'obsolete', differences: all }
}

/**
 * Whether a change set of the planned name was made from what is wanted: the name alone proves nothing.
 * One with a hidden parameter never counts, since nobody can see what it holds.
 */
async function holds(
  cloudFormation: CloudFormation,
  changeSet: ChangeSet,
  planned: PlannedStack,
  { template }: WantedStack,
  values: Readonly<Record<string, string>>
): Promise<boolean> {
  if ([...template.parameters.values()].some(({ noEcho }) => noEcho)) return false
  const defaults = Object.fromEntries([...template.parameters].map(([name, it]) => [name, it.default]))
  if (canonicalJson(changeSet.parameters) !== canonicalJson({ ...defaults, ...values })) return false
  if (canonicalJson(changeSet.tags) !== canonicalJson(planned.tags)) return false
  if (!hasSettings(changeSet.settings, planned.settings ?? {})) return false
  const { TemplateBody = '' } = await cloudFormation.getTemplate({
    StackName: planned.stack,
    ChangeSetName: changeSet.id,
    TemplateStage: 'Original'
  })
  return templateDigest(TemplateBody) === template.digest
}

/** Whether the operation under way was started for this plan. */
async function isOurs({ cloudFormation, clientToken }: ReadinessContext, stackId: string): Promise<boolean> {
  for await (const event of pages(cloudFormation, stackId)) return event.token?.startsWith(clientToken) === true
  return false
}

/** Whether a live stack runs what is wanted. Its termination protection is set after that. */
export function isTarget(
  live: LiveStack,
  target: Pick<PlannedStack, 'template' | 'parameters' | 'tags' | 'settings'>
): boolean {
  return (
    stateOf(live.status) === 'settled' &&
    live.template === target.template &&
    Object.entries(target.parameters).every(([name, it]) => 'value' in it && live.parameters[name] === it.value) &&
    canonicalJson(live.tags) === canonicalJson(target.tags) &&
    hasSettings(live.settings, target.settings ?? {})
  )
}

/** Whether AWS looked up for a live stack what it looked up for the plan, as far as that was known. */
function hasLookups({ resolved }: LiveStack, { parameters }: PlannedStack): boolean {
  return Object.entries(parameters).every(
    ([name, it]) => !('value' in it) || it.resolved === undefined || it.resolved === resolved[name]
  )
}

function isOfBase({ what }: Difference): boolean {
  return what === 'stack' || what.startsWith('live ')
}

/** The parameters that were expressions in the plan, as the expressions that they are now; the others by value. */
function expressions(
  planned: PlannedStack,
  { request }: WantedStack,
  found: Pick<PlannedStack, 'parameters'>
): PlannedStack['parameters'] {
  return Object.fromEntries(
    Object.entries(found.parameters).map(([name, it]) => {
      const before = planned.parameters[name]
      const text = request.parameters[name]
      return [name, before !== undefined && 'expression' in before && text !== undefined ? { expression: text } : it]
    })
  )
}
