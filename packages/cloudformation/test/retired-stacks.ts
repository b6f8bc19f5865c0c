import type { AwsSession, RetiredStack } from '@sluice/core'
import { systemClock } from '@sluice/core'
import type { CloudFormation } from '../src/connection.ts'
import { withCloudFormation } from '../src/connection.ts'
import { type DeletionOutcome, deleteWith } from '../src/delete-retired.ts'
import { planRetired, type RetiredUnit, type StackEvent } from '../src/index.ts'
import { memoryLog } from './emulator.ts'

/** A stack with something of each fate, and a policy that a transform or a default decides. */
export const KEPT = `
Parameters:
  Image: { Type: String }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Archive: { Type: AWS::S3::Bucket, DeletionPolicy: Retain }
  Sometimes: { Type: AWS::SQS::Queue, DeletionPolicy: RetainExceptOnCreate }
  Setting:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
`

/** A stack that exports what it is. */
export const EXPORTING = `
Parameters:
  Image: { Type: String }
Resources:
  Setting:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
Outputs:
  Name: { Value: !Ref Setting, Export: { Name: !Sub '\${AWS::StackName}-name' } }
`

/** A stack that imports what the stack of worker exports. */
export const IMPORTING = `
Parameters:
  Image: { Type: String }
Resources:
  Setting:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Name: !Sub '/\${AWS::StackName}/image'
      Value: !Join [' ', [!Ref Image, !ImportValue storefront-staging-worker-name]]
`

export function retired(unit: string, dependsOn: readonly string[] = []): RetiredUnit {
  const stack = `storefront-staging-${unit}`
  return { unit, stack, tags: { product: 'storefront', environment: 'staging', unit }, dependsOn }
}

export function planDeletion(session: AwsSession, ...units: readonly RetiredUnit[]): Promise<readonly RetiredStack[]> {
  return planRetired({ session, clock: systemClock, log: memoryLog(), retired: units })
}

/** Deletes over a connection that counts deletions, and of which some verbs are replaced. */
export async function deletion(
  session: AwsSession,
  plan: readonly RetiredStack[],
  replace: (real: CloudFormation) => Partial<CloudFormation> = () => ({}),
  deadline = Date.now() + 60_000
): Promise<{
  readonly outcome: DeletionOutcome
  readonly ordered: readonly string[]
  readonly events: readonly StackEvent[]
  readonly lines: readonly string[]
}> {
  const ordered: string[] = []
  const events: StackEvent[] = []
  const log = memoryLog()
  const outcome = await withCloudFormation(session, systemClock, real => {
    const deleteStack: CloudFormation['deleteStack'] = async input => {
      ordered.push(`${input.StackName} ${input.ClientRequestToken}`)
      return real.deleteStack(input)
    }
    return deleteWith(
      { ...real, deleteStack, ...replace({ ...real, deleteStack }) },
      {
        ...{ log, plan, clientToken: 'a'.repeat(64), deadline },
        onEvent: event => events.push(event)
      }
    )
  })
  return { outcome, ordered, events, lines: log.lines }
}
