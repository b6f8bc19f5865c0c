import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { type AwsSession, type Log, type PlannedStack, sha256, systemClock } from '@sluice/core'
import { ensureTools, type Server, startMinistack, startMoto } from '@sluice/machine'
import {
  type ApplyOutcome,
  type ApplyRequest,
  applyStacks,
  planStacks,
  type StackEvent,
  type StackRequest,
  type StacksRequest
} from '../src/index.ts'

export const REGION = 'eu-west-1'

/** An AWS emulator that the SDK's clients of this process talk to. */
export interface Emulator {
  /** A session in an account that nobody used before: tests do not see each other. */
  session(): AwsSession
  /** A client for what others do in that account, and for looking without Sluice. */
  client(session: AwsSession): CloudFormation
  stop(): Promise<void>
}

export async function startEmulator(kind: 'ministack' | 'moto'): Promise<Emulator> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-cloudformation-'))
  const server: Server =
    kind === 'ministack'
      ? await startMinistack({
          tools: await ensureTools({ only: ['ministack'] }),
          directory,
          accountId: '000000000001',
          region: REGION
        })
      : await startMoto({ tools: await ensureTools({ only: ['motoServer'] }), directory })
  process.env['AWS_ENDPOINT_URL'] = server.url
  const clients: CloudFormation[] = []
  let account = 100_000_000_000 + process.pid * 1_000
  return {
    session() {
      const accessKeyId = String(account++)
      return { region: REGION, credentials: async () => ({ accessKeyId, secretAccessKey: 'secret' }) }
    },
    client(session) {
      const client = new CloudFormation({ region: session.region, credentials: session.credentials })
      clients.push(client)
      return client
    },
    async stop() {
      for (const client of clients) client.destroy()
      delete process.env['AWS_ENDPOINT_URL']
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** A log that only remembers. */
export function memoryLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const add = (line: string): void => {
    lines.push(line)
  }
  return { lines, info: add, warning: add, debug: add, untrusted: add, group: (_, work) => work() }
}

export function stacksRequest(session: AwsSession, stacks: readonly StackRequest[]): StacksRequest {
  return { session, stacks, changeSetName: 'sluice-0123456789ab-7', clock: systemClock, log: memoryLog() }
}

/** What one apply did, and told. */
export interface Applied {
  readonly outcome: ApplyOutcome
  readonly events: readonly StackEvent[]
}

export async function apply(
  request: StacksRequest,
  plan: readonly PlannedStack[],
  changes: Partial<Pick<ApplyRequest, 'deadline' | 'onEvent'>> = {}
): Promise<Applied> {
  const events: StackEvent[] = []
  const outcome = await applyStacks({
    ...request,
    plan,
    clientToken: 'a'.repeat(64),
    deadline: Date.now() + 60_000,
    onEvent: event => events.push(event),
    ...changes
  })
  return { outcome, events }
}

/** Plans and applies, and expects nothing. */
export async function deliver(request: StacksRequest): Promise<Applied> {
  return apply(request, await planStacks(request))
}

/** A stack request of one unit; members can be replaced. */
export function unit(name: string, template: string, changes: Partial<StackRequest> = {}): StackRequest {
  return {
    unit: name,
    stack: `storefront-staging-${name}`,
    dependsOn: [],
    template,
    parameters: { Image: `registry/storefront/${name}@sha256:${'1'.repeat(64)}` },
    tags: { product: 'storefront', environment: 'staging', unit: name },
    artefact: sha256(name),
    ...changes
  }
}

/** A template whose stack keeps its image in an SSM parameter, and exports what others need. */
export const PARAMETER = `
Parameters:
  Image: { Type: String }
  Suffix: { Type: String, Default: x }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Sub '\${Image} \${Suffix}' }
Outputs:
  Name: { Value: !Ref Running }
  Value: { Value: !GetAtt Running.Value }
`

/** A Fargate service with all it needs inside one account. */
export const SERVICE = `
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Image: { Type: String }
  Environment: { Type: String, Default: staging }
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/\${AWS::StackName}', RetentionInDays: 30 }
  ExecutionRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '\${AWS::StackName}-execution'
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: ecs-tasks.amazonaws.com } }
  Cluster:
    Type: AWS::ECS::Cluster
    Properties: { ClusterName: !Ref AWS::StackName }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Ref AWS::StackName
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: "256"
      Memory: "512"
      ExecutionRoleArn: !GetAtt ExecutionRole.Arn
      ContainerDefinitions:
        - Name: api
          Image: !Ref Image
          Essential: true
          Environment: [{ Name: ENVIRONMENT, Value: !Ref Environment }]
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: !Ref AWS::StackName
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      DesiredCount: 1
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } }
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [subnet-1] } }
  Assets:
    Type: AWS::S3::Bucket
    Properties: { BucketName: !Sub '\${AWS::StackName}-\${AWS::AccountId}' }
  Setting:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
Outputs:
  TaskDefinition: { Value: !Ref Task }
  Bucket: { Value: !Ref Assets }
`
