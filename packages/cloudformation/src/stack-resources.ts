import type { AwsSession, Clock } from '@sluice/core'
import { type CloudFormation, withCloudFormation } from './connection.ts'

/** A resource of a stack, or of one that is nested in it. */
export interface StackResource {
  readonly type: string
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
  const found: StackResource[] = []
  for (let NextToken: string | undefined; ; ) {
    const page = await cloudFormation.listStackResources({
      StackName: stack,
      ...(NextToken === undefined ? {} : { NextToken })
    })
    for (const {
      ResourceType: type = '',
      PhysicalResourceId: physicalId,
      ResourceStatus
    } of page.StackResourceSummaries ?? []) {
      // One that failed to be made, or is gone, has an entry all the same.
      if (physicalId !== undefined && physicalId !== '' && ResourceStatus !== 'DELETE_COMPLETE')
        found.push({ type, physicalId })
    }
    NextToken = page.NextToken
    if (NextToken === undefined || NextToken === '') break
  }
  const nested = found.filter(({ type }) => type === 'AWS::CloudFormation::Stack')
  const below = await Promise.all(nested.map(async ({ physicalId }) => resourcesOf(cloudFormation, physicalId)))
  return [...found, ...below.flat()]
}
