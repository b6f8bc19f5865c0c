import type { Stack } from '@aws-sdk/client-cloudformation'
import { type AwsSession, type Clock, type Digest, type StackBase, systemClock, UserError } from '@sluice/core'
import { type CloudFormation, CloudFormationError, withCloudFormation } from './connection.ts'
import { pollUntil } from './poll.ts'
import { describeCause, lastCause } from './root-cause.ts'
import { nextStep, stateOf } from './stack-status.ts'
import { templateDigest } from './template.ts'

/** A stack as it is now. */
export interface LiveStack {
  readonly name: string
  /** Its ARN: another stack of the same name has another one. */
  readonly id: string
  readonly status: string
  readonly reason?: string
  readonly parameters: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Absent while nothing was ever deployed into it. */
  readonly template?: Digest
}

/** Stacks by name, as they are now; a name without a stack is not in the answer. */
export async function describeStacks(
  session: AwsSession,
  names: readonly string[],
  clock: Clock = systemClock
): Promise<ReadonlyMap<string, LiveStack>> {
  return withCloudFormation(session, clock, async cloudFormation => {
    const found = await Promise.all(names.map(name => readStack(cloudFormation, name)))
    return new Map(found.filter(stack => stack !== undefined).map(stack => [stack.name, stack]))
  })
}

/** One stack, by name or ARN, with the digest of its template. */
export async function readStack(cloudFormation: CloudFormation, name: string): Promise<LiveStack | undefined> {
  const stack = await readStatus(cloudFormation, name)
  if (stack === undefined) return undefined
  if (stateOf(stack.status) === 'review') return stack
  const { TemplateBody } = await cloudFormation.getTemplate({ StackName: name, TemplateStage: 'Original' })
  return TemplateBody === undefined ? stack : { ...stack, template: templateDigest(TemplateBody) }
}

/** One stack, by name or ARN, without its template: one call. */
export async function readStatus(cloudFormation: CloudFormation, name: string): Promise<LiveStack | undefined> {
  try {
    const stack = (await cloudFormation.describeStacks({ StackName: name })).Stacks?.[0]
    return stack === undefined || stateOf(stack.StackStatus) === 'absent' ? undefined : decodeStack(stack)
  } catch (error: unknown) {
    // CloudFormation has no error code of its own for this.
    if (error instanceof CloudFormationError && /does not exist/.test(error.reason)) return undefined
    throw error
  }
}

/** How long to wait for an operation that somebody else has under way, in milliseconds. */
export const PATIENCE = 10 * 60_000

/** Waits until no operation is under way, or the deadline has passed: then the stack is still busy. */
export async function readSettled(
  cloudFormation: CloudFormation,
  name: string,
  deadline: number
): Promise<LiveStack | undefined> {
  let last: LiveStack | undefined
  await pollUntil(cloudFormation.clock, deadline, async () => {
    last = await readStatus(cloudFormation, name)
    return last !== undefined && stateOf(last.status) === 'busy' ? undefined : true
  })
  return last === undefined || stateOf(last.status) === 'busy' ? last : readStack(cloudFormation, name)
}

/** @throws UserError when the stack cannot take a deployment: why it came to that, and the command that helps. */
export async function refuseUnfit(cloudFormation: CloudFormation, live: LiveStack): Promise<void> {
  const state = stateOf(live.status)
  if (state === 'settled' || state === 'review' || state === 'absent') return
  const cause = state === 'busy' ? undefined : await lastCause(cloudFormation, live.id)
  const why = cause === undefined ? (live.reason ?? '') : describeCause(cause)
  throw new UserError(
    `Stack ${live.name} is in ${live.status}${why === '' ? '' : ` (${why})`}. ${nextStep(live.name, cloudFormation.region, live.status)}.`
  )
}

/** The state that a plan is made against; absent for a stack in which nothing runs yet. */
export function baseOf(live: LiveStack | undefined): StackBase | undefined {
  if (live?.template === undefined) return undefined
  return { status: live.status, template: live.template, parameters: live.parameters }
}

function decodeStack(stack: Stack): LiveStack {
  const { StackStatusReason: reason } = stack
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    ...(reason === undefined || reason === '' ? {} : { reason }),
    parameters: byName((stack.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue])),
    outputs: byName((stack.Outputs ?? []).map(it => [it.OutputKey, it.OutputValue])),
    tags: byName((stack.Tags ?? []).map(it => [it.Key, it.Value]))
  }
}

/** Pairs as a record, sorted by name so that two readings look alike. */
export function byName(
  pairs: readonly (readonly [string | undefined, string | undefined])[]
): Readonly<Record<string, string>> {
  const named = pairs.flatMap(([name, value]) => (name === undefined ? [] : [[name, value ?? ''] as const]))
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
}
