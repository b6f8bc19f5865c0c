import type { Parameter, Stack } from '@aws-sdk/client-cloudformation'
import { type AwsSession, type Clock, type Digest, type StackBase, type StackSettings, systemClock } from '@sluice/core'
import { type CloudFormation, CloudFormationError, withCloudFormation } from './connection.ts'
import { asMember, liveSettings, settingsNamed } from './settings.ts'
import { stateOf } from './stack-status.ts'
import { templateDigest } from './template.ts'

/** A stack as it is now. */
export interface LiveStack {
  readonly name: string
  /** Its ARN: another stack of the same name has another one. */
  readonly id: string
  readonly status: string
  readonly reason?: string
  readonly parameters: Readonly<Record<string, string>>
  /** What AWS looked up for parameters, by name. */
  readonly resolved: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  /** Names under which others may import its outputs; absent where there are none. */
  readonly exports?: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly settings: Required<StackSettings>
  /** Absent while nothing was ever deployed into it. */
  readonly template?: Digest
  /** The text that it names, as CloudFormation keeps it. */
  readonly templateText?: string
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
  return TemplateBody === undefined
    ? stack
    : { ...stack, template: templateDigest(TemplateBody), templateText: TemplateBody }
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

/**
 * The state that a plan is made against; absent for a stack in which nothing runs yet.
 * @param wanted the settings that the plan makes: of others it says nothing.
 */
export function baseOf(live: LiveStack | undefined, wanted: StackSettings = {}): StackBase | undefined {
  if (live?.template === undefined) return undefined
  const { status, template, parameters, tags, resolved } = live
  return {
    ...{ status, template, parameters, tags },
    ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
    ...asMember(settingsNamed(live.settings, wanted))
  }
}

function decodeStack(stack: Stack): LiveStack {
  const { StackStatusReason: reason } = stack
  const exported = (stack.Outputs ?? []).flatMap(({ ExportName: it }) => (it === undefined || it === '' ? [] : [it]))
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    ...(reason === undefined || reason === '' ? {} : { reason }),
    parameters: byName((stack.Parameters ?? []).map(it => [it.ParameterKey, it.ParameterValue])),
    resolved: resolvedIn(stack.Parameters),
    outputs: byName((stack.Outputs ?? []).map(it => [it.OutputKey, it.OutputValue])),
    ...(exported.length === 0 ? {} : { exports: exported }),
    tags: byName((stack.Tags ?? []).map(it => [it.Key, it.Value])),
    settings: liveSettings(stack)
  }
}

/** The values that AWS looked up for parameters. */
export function resolvedIn(parameters: readonly Parameter[] = []): Readonly<Record<string, string>> {
  const found = parameters.filter(({ ResolvedValue: value }) => value !== undefined && value !== '')
  return byName(found.map(it => [it.ParameterKey, it.ResolvedValue]))
}

/** Pairs as a record, sorted by name so that two readings look alike. */
export function byName(
  pairs: readonly (readonly [string | undefined, string | undefined])[]
): Readonly<Record<string, string>> {
  const named = pairs.flatMap(([name, value]) => (name === undefined ? [] : [[name, value ?? ''] as const]))
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
}
