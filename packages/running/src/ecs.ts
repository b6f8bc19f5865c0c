import type { AwsSession } from '@sluice/core'
import { ask } from './ask.ts'

/** What ECS answers, as far as it is read here; a test compares the names with botocore's service model. */
export interface Deployment {
  readonly status?: string
  readonly taskDefinition?: string
  readonly rolloutState?: string
  readonly rolloutStateReason?: string
}

export interface Service {
  readonly serviceName?: string
  readonly deploymentController?: { readonly type?: string }
  readonly deployments?: readonly Deployment[]
  /** The latest first. */
  readonly events?: readonly { readonly message?: string }[]
}

export interface Container {
  readonly name?: string
  readonly image?: string
  readonly imageDigest?: string
  readonly exitCode?: number
  readonly reason?: string
}

export interface Task {
  readonly taskArn?: string
  readonly taskDefinitionArn?: string
  readonly lastStatus?: string
  readonly stoppedReason?: string
  /** Seconds since the epoch. */
  readonly stoppedAt?: number
  readonly containers?: readonly Container[]
}

/** A service by its ARN: `arn:…:service/<cluster>/<service>`; ARNs of old services name no cluster. */
function place(arn: string): { readonly cluster?: string; readonly service: string } {
  const [, cluster, service] = arn.split('/')
  return service === undefined || cluster === undefined ? { service: cluster ?? arn } : { cluster, service }
}

export async function describeService(session: AwsSession, arn: string): Promise<Service | undefined> {
  const { cluster } = place(arn)
  const input = { services: [arn], ...(cluster === undefined ? {} : { cluster }) }
  const { services = [] } = await ask<{ readonly services?: readonly Service[] }>(
    session,
    'ecs',
    'DescribeServices',
    input
  )
  return services[0]
}

/** The tasks of a service that ECS wants to run, or those that it stopped within the last hour, as many as it lists. */
export async function tasksOf(
  session: AwsSession,
  arn: string,
  desiredStatus: 'RUNNING' | 'STOPPED'
): Promise<readonly Task[]> {
  const { cluster, service } = place(arn)
  const where = cluster === undefined ? {} : { cluster }
  const found: Task[] = []
  for (let nextToken: string | undefined; ; ) {
    const listed = await ask<{ readonly taskArns?: readonly string[]; readonly nextToken?: string }>(
      ...([session, 'ecs', 'ListTasks'] as const),
      { ...where, serviceName: service, desiredStatus, ...(nextToken === undefined ? {} : { nextToken }) }
    )
    // A page has at most as many as can be described at once: 100.
    const tasks = listed.taskArns ?? []
    if (tasks.length > 0) {
      const answer = await ask<{ readonly tasks?: readonly Task[] }>(session, 'ecs', 'DescribeTasks', {
        ...where,
        tasks
      })
      found.push(...(answer.tasks ?? []))
    }
    nextToken = listed.nextToken
    if (nextToken === undefined || nextToken === '') return found
  }
}
