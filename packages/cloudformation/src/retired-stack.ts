import { Failure, type RetiredStack, UserError } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import type { Difference } from './difference.ts'
import { importsOf, namesOf } from './importers.ts'
import { type LiveStack, readStack, readStatus } from './live-stack.ts'
import { retiredResources } from './retired-resources.ts'
import { stateOf } from './stack-status.ts'
import { nextStep, readSettled } from './unfit-stack.ts'

/** What is to be done now with a stack that a plan deletes. */
export type RetiredReadiness =
  /** It is deleted. */
  | { readonly kind: 'gone' }
  /** It is being deleted, by whomever: that cannot be stopped. */
  | { readonly kind: 'running' }
  /** It is the one that was approved, with what was approved in it. */
  | { readonly kind: 'ready'; readonly live: LiveStack }
  | { readonly kind: 'obsolete'; readonly differences: readonly Difference[] }

/**
 * A stack as a plan names what is deleted with it.
 * @param live at rest.
 * @throws Failure when CloudFormation does not say what is in it.
 */
export async function readRetired(
  cloudFormation: CloudFormation,
  { unit, stack }: Pick<RetiredStack, 'unit' | 'stack'>,
  { id, template }: LiveStack
): Promise<RetiredStack> {
  if (template === undefined)
    throw new Failure(`CloudFormation did not return the template of stack ${stack}. Re-run the job.`)
  const resources = await retiredResources(cloudFormation, id)
  return { unit, stack, region: cloudFormation.region, id, template, resources }
}

/** One stack, by name or ARN, at rest. @throws UserError when an operation on it does not end in time. */
export async function readAtRest(
  cloudFormation: CloudFormation,
  stack: string,
  deadline = Number.POSITIVE_INFINITY
): Promise<LiveStack | undefined> {
  const seen = await readSettled(cloudFormation, stack, deadline)
  if (seen === undefined || stateOf(seen.status) !== 'busy') return seen && readStack(cloudFormation, seen.id)
  throw new UserError(
    `Stack ${seen.name} is in ${seen.status}. ${nextStep(seen.name, cloudFormation.region, seen.status)}.`
  )
}

/**
 * Compares a stack that is to be deleted with what was approved; changes nothing.
 * @param plan all that are: they may import of each other, since who imports goes first.
 * @throws UserError when an operation on it does not end in time.
 */
export async function assessRetired(
  cloudFormation: CloudFormation,
  planned: RetiredStack,
  plan: readonly RetiredStack[],
  deadline: number
): Promise<RetiredReadiness> {
  const { unit, stack, id } = planned
  const differ = (what: string, was: string, found: string): Difference => ({ unit, stack, what, planned: was, found })
  const seen = await readStatus(cloudFormation, stack)
  if (seen === undefined) return { kind: 'gone' }
  // What bears the name of a deleted one was approved by no one.
  if (seen.id !== id) return { kind: 'obsolete', differences: [differ('stack', id, seen.id)] }
  if (seen.status === 'DELETE_IN_PROGRESS') return { kind: 'running' }
  const live = await readAtRest(cloudFormation, id, deadline)
  if (live === undefined) return { kind: 'gone' }
  const found = await readRetired(cloudFormation, planned, live)
  const going = plan.flatMap(namesOf)
  const imports = (await importsOf(cloudFormation, found, live)).filter(({ by }) => !going.includes(by))
  const differences = [
    ...(found.template === planned.template ? [] : [differ('live template', planned.template, found.template)]),
    // What an attempt before could not delete is less than what was approved, or as much.
    ...compareResources(planned, found, live.status === 'DELETE_FAILED').map(it => differ(...it)),
    ...(live.settings.terminationProtection ? [differ('termination protection', 'off', 'on')] : []),
    ...imports.map(({ name, by }) => differ(`export ${name}`, 'imported by no other stack', `imported by ${by}`))
  ]
  return differences.length === 0 ? { kind: 'ready', live } : { kind: 'obsolete', differences }
}

type Differing = readonly [what: string, planned: string, found: string]

function compareResources(planned: RetiredStack, found: RetiredStack, mayLack: boolean): readonly Differing[] {
  const byId = ({ resources }: RetiredStack): ReadonlyMap<string, string> =>
    new Map(resources.map(it => [it.logicalId, `${it.type} ${it.physicalId} (${it.becomes})`]))
  const [left, right] = [byId(planned), byId(found)]
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((id): readonly Differing[] => {
    const [was, is] = [left.get(id), right.get(id)]
    if (was === is || (is === undefined && mayLack)) return []
    return [[`resource ${id}`, was ?? 'nothing', is ?? 'nothing']]
  })
}
