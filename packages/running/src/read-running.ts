import type { AwsSession } from '@sluice/core'
import { describeService, type Service, tasksOf } from './ecs.ts'

/** A resource of a stack, as CloudFormation lists it. */
export interface LiveResource {
  readonly type: string
  /** Absent in nested stacks. */
  readonly logicalId?: string
  readonly physicalId: string
}

/** A container of a task that runs. Its texts are untrusted. */
export interface RunningContainer {
  readonly name: string
  /** As the task definition names it. */
  readonly image: string
  /** What its name stood for when the task started; of an image for several platforms it may be that of one. */
  readonly imageDigest?: string
}

/** A service of ECS as it is now. */
export interface RunningService {
  /** Its ARN. */
  readonly arn: string
  readonly name: string
  /** Of all running tasks. */
  readonly containers: readonly RunningContainer[]
  /** What ECS made of the deployment, where that is not what the stack says. */
  readonly wentBack?: string
}

export function isService({ type }: Pick<LiveResource, 'type'>): boolean {
  return type === 'AWS::ECS::Service'
}

/**
 * The services among the resources of a stack, and what their tasks run. Tasks are asked for, not service revisions: they are what runs.
 * @throws NotAllowed, or Failure where AWS cannot be asked.
 */
export async function readRunning(
  session: AwsSession,
  resources: readonly LiveResource[]
): Promise<readonly RunningService[]> {
  const own = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition').map(it => it.physicalId)
  return Promise.all(resources.filter(isService).map(async it => readService(session, it.physicalId, own)))
}

async function readService(session: AwsSession, arn: string, own: readonly string[]): Promise<RunningService> {
  // One after the other: where the first is refused, nothing asks on behind the caller's back.
  const service = await describeService(session, arn)
  const tasks = await tasksOf(session, arn, 'RUNNING')
  const wentBack = service === undefined ? 'ECS does not know it' : howItWentBack(service, own)
  return {
    arn,
    name: service?.serviceName ?? arn,
    containers: tasks.flatMap(({ containers = [] }) =>
      containers.map(({ name = '', image = '', imageDigest }) => ({
        ...{ name, image },
        ...(imageDigest === undefined ? {} : { imageDigest })
      }))
    ),
    ...(wentBack === undefined ? {} : { wentBack })
  }
}

/**
 * Whether ECS gave a deployment up. Its circuit breaker may have gone back to the deployment before while CloudFormation reports success
 * (aws/containers-roadmap#1205).
 */
function howItWentBack(
  { deployments = [], deploymentController }: Service,
  own: readonly string[]
): string | undefined {
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  if (primary === undefined || (deploymentController?.type ?? 'ECS') !== 'ECS') return undefined
  const { taskDefinition = '', rolloutState, rolloutStateReason } = primary
  const why = rolloutStateReason === undefined || rolloutStateReason === '' ? '' : ` (${rolloutStateReason})`
  if (rolloutState === 'FAILED') return `ECS gave its deployment up${why}`
  // A task definition that another stack keeps is none of this one's families.
  const wanted = own.find(it => familyOf(it) === familyOf(taskDefinition))
  if (wanted === undefined || own.includes(taskDefinition)) return undefined
  return `it runs ${shortOf(taskDefinition)}, and the stack names ${shortOf(wanted)}${why}`
}

/** `arn:…:task-definition/<family>:<revision>` without the revision. */
function familyOf(arn: string): string {
  return arn.replace(/:\d+$/, '')
}

function shortOf(arn: string): string {
  return arn.replace(/^.*\//, '')
}
