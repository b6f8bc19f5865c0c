import type { CloudFormation } from './connection.ts'
import { isOfStack, pages, type StackEvent } from './stack-events.ts'

/** Why an operation failed: the first resource that did, and what AWS said of it. */
export interface RootCause {
  /** Absent when no single resource failed. Resources of nested stacks are named after their stack. */
  readonly resource?: { readonly logicalId: string; readonly type: string; readonly status: string }
  readonly reason: string
}

/** Consequences of another resource's failure, in CloudFormation's words. */
const CONSEQUENCE = /^Resource (creation|update|deletion) cancelled/i

/**
 * The root cause in an operation's events. What fails later is mostly a consequence: cancelled siblings, the nested stack
 * around the resource, the stack around that.
 */
export function rootCause(events: readonly StackEvent[]): RootCause | undefined {
  const failed = events.filter(({ status, reason }) => status.endsWith('_FAILED') && !CONSEQUENCE.test(reason ?? ''))
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
  try {
    const answer = await cloudFormation.describeEvents({ ...of, Filters: { FailedEvents: true } })
    const events = answer.OperationEvents ?? []
    const operation = events[0]?.OperationId
    return events
      .filter(event => event.EventType === 'VALIDATION_ERROR' && event.OperationId === operation)
      .map(
        event =>
          `${event.ValidationPath ?? event.LogicalResourceId ?? 'template'}: ${event.ValidationStatusReason ?? ''}`
      )
  } catch {
    // It only adds to a failure that is already known; the role may lack the permission for it.
    return []
  }
}
