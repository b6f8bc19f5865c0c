import type { StackResourceSummary } from '@aws-sdk/client-cloudformation'
import type { AwsSession, Clock } from '@sluice/core'
import { type CloudFormation, withCloudFormation } from './connection.ts'

/** A resource of a stack, or of one that is nested in it. */
export interface StackResource {
  readonly type: string
  /** Its name in the template; absent in nested stacks, whose names may be the same. */
  readonly logicalId?: string
  readonly physicalId: string
}

/** What a stack consists of now, nested stacks included. */
export async function readResources(
  session: AwsSession,
  stack: string,
  clock: Clock
): Promise<readonly StackResource[]> {
  return withCloudFormation(session, clock, async cloudFormation => resourcesOf(cloudFormation, stack))
}

/** {@link readResources} over a connection that is there already. */
export async function resourcesOf(cloudFormation: CloudFormation, stack: string): Promise<readonly StackResource[]> {
  // One that failed to be made, or is gone, has an entry all the same.
  const found = (await listResources(cloudFormation, stack)).flatMap(
    ({
      ResourceType: type = '',
      LogicalResourceId: logicalId = '',
      PhysicalResourceId: physicalId = '',
      ResourceStatus: status
    }) => (physicalId !== '' && status !== 'DELETE_COMPLETE' ? [{ type, logicalId, physicalId }] : [])
  )
  const nested = found.filter(({ type }) => type === 'AWS::CloudFormation::Stack')
  const below = await Promise.all(nested.map(async ({ physicalId }) => resourcesOf(cloudFormation, physicalId)))
  return [...found, ...below.flat().map(({ type, physicalId }) => ({ type, physicalId }))]
}

/** The resources of a stack as CloudFormation lists them, all pages. */
export async function listResources(
  cloudFormation: CloudFormation,
  stack: string
): Promise<readonly StackResourceSummary[]> {
  const found: StackResourceSummary[] = []
  for (let NextToken: string | undefined; ; ) {
    const page = await cloudFormation.listStackResources({
      StackName: stack,
      ...(NextToken === undefined ? {} : { NextToken })
    })
    found.push(...(page.StackResourceSummaries ?? []))
    NextToken = page.NextToken
    if (NextToken === undefined || NextToken === '') return found
  }
}

/** Whether a resource that CloudFormation lists exists, or may. What a stack retained when it was deleted is its own no more. */
export function isThere({ PhysicalResourceId: id = '', ResourceStatus: status }: StackResourceSummary): boolean {
  // What failed before it was made has no name in AWS.
  const neverMade = status === 'CREATE_FAILED' && id === ''
  return !neverMade && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED'
}
