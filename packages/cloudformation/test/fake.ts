import { fastRetry, ManualClock, type RetryPolicy } from '@sluice/core'
import { type CloudFormation, type CloudFormationVerbs, patient } from '../src/connection.ts'
import { liveSettings } from '../src/settings.ts'

/** What a stack is set to of which nothing was ever said. */
export const UNSET = liveSettings({})

/** A CloudFormation that answers only what a test tells it to; for what no emulator does: throttling, time, odd orders. */
export function fakeCloudFormation(
  answers: Partial<CloudFormationVerbs>,
  clock: ManualClock = new ManualClock(),
  policy: RetryPolicy = fastRetry
): CloudFormation {
  const unexpected = (verb: string) => async (): Promise<never> => {
    throw new Error(`nobody expected ${verb}`)
  }
  return patient(
    {
      describeStacks: unexpected('DescribeStacks'),
      getTemplate: unexpected('GetTemplate'),
      createChangeSet: unexpected('CreateChangeSet'),
      describeChangeSet: unexpected('DescribeChangeSet'),
      listChangeSets: unexpected('ListChangeSets'),
      deleteChangeSet: unexpected('DeleteChangeSet'),
      executeChangeSet: unexpected('ExecuteChangeSet'),
      deleteStack: unexpected('DeleteStack'),
      continueUpdateRollback: unexpected('ContinueUpdateRollback'),
      rollbackStack: unexpected('RollbackStack'),
      updateTerminationProtection: unexpected('UpdateTerminationProtection'),
      listStackResources: unexpected('ListStackResources'),
      listImports: unexpected('ListImports'),
      describeStackEvents: unexpected('DescribeStackEvents'),
      describeEvents: unexpected('DescribeEvents'),
      ...answers
    },
    'eu-west-1',
    clock,
    { retry: policy }
  )
}

/** An error as the SDK throws it. */
export function awsError(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } })
}
