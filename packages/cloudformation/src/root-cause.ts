import type { OperationEvent } from '@aws-sdk/client-cloudformation'
import { cut, type PlannedWarning } from '@sluice/core'
import type { CloudFormation } from './connection.ts'
import { isOfStack, pages, type StackEvent } from './stack-events.ts'

/** Why an operation failed: the first resource that did, and what AWS said of it. */
export interface RootCause {
  /** Absent when no single resource failed. Resources of nested stacks are named after their stack. */
  readonly resource?: { readonly logicalId: string; readonly type: string; readonly status: string }
  readonly reason: string
}

/** Whether a failure is the consequence of another resource's, in CloudFormation's words. */
export function isConsequence(reason = ''): boolean {
  return /^Resource (creation|update|deletion) cancelled/i.test(reason)
}

/**
 * The root cause in an operation's events. What fails later is mostly a consequence: cancelled siblings, the nested stack
 * around the resource, the stack around that.
 */
export function rootCause(events: readonly StackEvent[]): RootCause | undefined {
  const failed = events.filter(({ status, reason }) => status.endsWith('_FAILED') && !isConsequence(reason))
  const resource = failed.find(({ type }) => type !== 'AWS::CloudFormation::Stack') ?? failed.find(it => !isOfStack(it))
  if (resource !== undefined) {
    const { logicalId, type, status, reason = 'AWS gave no reason' } = resource
    const hooks = events.flatMap(it =>
      it.stackId === resource.stackId && it.logicalId === logicalId ? (it.hook ?? []) : []
    )
    return { resource: { logicalId, type, status }, reason: [reason, ...new Set(hooks)].join(' ') }
  }
  const own = events.find(
    it => isOfStack(it) && /_FAILED$|ROLLBACK_IN_PROGRESS$/.test(it.status) && it.reason !== undefined
  )
  return own?.reason === undefined ? undefined : { reason: own.reason }
}

/** A root cause as a sentence, without its full stop. */
export function describeCause({ resource, reason }: RootCause): string {
  const text = reason.trim().replace(/\.$/, '')
  return resource === undefined ? text : `${resource.logicalId} (${resource.type}) ${resource.status}: ${text}`
}

/** Events of one operation that are looked through, at most: enough for the largest stack (500 resources). */
const HISTORY = 2_000

/** The root cause of the operation that left a stack as it is. */
export async function lastCause(cloudFormation: CloudFormation, stackId: string): Promise<RootCause | undefined> {
  const events: StackEvent[] = []
  for await (const event of pages(cloudFormation, stackId)) {
    events.push(event)
    const begins = isOfStack(event) && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(event.status)
    if (begins || events.length >= HISTORY) break
  }
  return rootCause(events.reverse())
}

/** What CloudFormation's checks before the first resource said (API DescribeEvents); empty where there is nothing, or no permission to ask. */
export async function validationErrors(
  cloudFormation: CloudFormation,
  of: { readonly StackName: string } | { readonly ChangeSetName: string }
): Promise<readonly string[]> {
  const events = await failedChecks(cloudFormation, of)
  return events
    .filter(event => event.EventType === 'VALIDATION_ERROR')
    .map(
      event => `${event.ValidationPath ?? event.LogicalResourceId ?? 'template'}: ${event.ValidationStatusReason ?? ''}`
    )
}

/** Characters of a warning that a plan keeps. */
const WARNING = 500

/**
 * What CloudFormation warns of in a change set that it would execute all the same: checks and hooks in the mode WARN, in order of place and text, each once.
 * Nothing where the role may not ask.
 */
export async function warningsOf(
  cloudFormation: CloudFormation,
  { id: ChangeSetName }: { readonly id: string }
): Promise<readonly PlannedWarning[]> {
  const events = await failedChecks(cloudFormation, { ChangeSetName })
  const found = events.flatMap((event): readonly PlannedWarning[] => {
    const at = event.ValidationPath ?? event.LogicalResourceId ?? 'template'
    const { ValidationFailureMode: check, HookFailureMode: hook, HookType: by = 'a hook' } = event
    if (event.EventType === 'VALIDATION_ERROR' && check === 'WARN')
      return [{ at, what: cut(event.ValidationStatusReason ?? event.ValidationName ?? '', WARNING) }]
    if (event.EventType === 'HOOK_INVOCATION_ERROR' && hook === 'WARN')
      return [{ at, what: cut(`${by}: ${event.HookStatusReason ?? 'it failed'}`, WARNING) }]
    return []
  })
  const each = new Map(found.map(it => [`${it.at} ${it.what}`, it]))
  return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it)
}

/** What failed in the newest operation. */
async function failedChecks(
  cloudFormation: CloudFormation,
  of: { readonly StackName: string } | { readonly ChangeSetName: string }
): Promise<readonly OperationEvent[]> {
  try {
    const answer = await cloudFormation.describeEvents({ ...of, Filters: { FailedEvents: true } })
    const events = answer.OperationEvents ?? []
    return events.filter(event => event.OperationId === events[0]?.OperationId)
  } catch {
    // It only adds to what is known already; the role may lack the permission for it.
    return []
  }
}
