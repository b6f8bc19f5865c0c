import type { CloudFormation } from './connection.ts'
import { isOfStack, type StackEvent } from './events.ts'

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
    return { resource: { logicalId, type, status }, reason }
  }
  const own = events.find(
    it => isOfStack(it) && /_FAILED$|ROLLBACK_IN_PROGRESS$/.test(it.status) && it.reason !== undefined
  )
  return own?.reason === undefined ? undefined : { reason: own.reason }
}

/** What CloudFormation's checks before the first resource said (API DescribeEvents); empty where there is nothing, or no permission to ask. */
export async function validationErrors(cloudFormation: CloudFormation, stackId: string): Promise<readonly string[]> {
  try {
    const answer = await cloudFormation.describeEvents({ StackName: stackId, Filters: { FailedEvents: true } })
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
