import { type AwsSession, cut, messageOf, onOneLine } from '@sluice/core'
import { ask, NotAllowed } from './ask.ts'
import { type Container, describeService, type Task, tasksOf } from './ecs.ts'
import { isService, type LiveResource } from './read-running.ts'

/** Why a service does not run what it should, in AWS's words and its own: untrusted, on one line each, without control characters. */
export interface FailureStory {
  readonly arn: string
  /** What ECS says of the service, the latest first. */
  readonly events: readonly string[]
  /** What ended the task that stopped last, and its containers. */
  readonly reasons: readonly string[]
  /** The last lines of its log, oldest first. */
  readonly lines: readonly string[]
  /** What could not be asked. */
  readonly missing: readonly string[]
}

const MOST_EVENTS = 10
const MOST_LINES = 50
/** A line that is longer tells no more to people. */
const LONGEST = 500

/** Tells of each service among the resources of a stack why it failed, as far as AWS says and the role may ask. Never throws: the failure itself must be told. */
export async function explainFailure(
  session: AwsSession,
  resources: readonly LiveResource[]
): Promise<readonly FailureStory[]> {
  return Promise.all(resources.filter(isService).map(async ({ physicalId }) => storyOf(session, physicalId)))
}

async function storyOf(session: AwsSession, arn: string): Promise<FailureStory> {
  const missing: string[] = []
  const tried = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error: unknown) {
      missing.push(shown(error instanceof NotAllowed ? `AWS denied ${error.action}` : messageOf(error)))
      return undefined
    }
  }
  const [service, tasks = []] = await Promise.all([
    tried(async () => describeService(session, arn)),
    tried(async () => tasksOf(session, arn, 'STOPPED'))
  ])
  const task = lastFailed(tasks)
  const lines = task === undefined ? undefined : await tried(async () => lastLines(session, task))
  return {
    arn,
    events: (service?.events ?? []).slice(0, MOST_EVENTS).map(({ message = '' }) => shown(message)),
    reasons: task === undefined ? [] : reasonsOf(task),
    lines: (lines ?? []).slice(-MOST_LINES).map(shown),
    missing
  }
}

/** The task that stopped last, by no decision of ECS's to replace it. */
function lastFailed(tasks: readonly Task[]): Task | undefined {
  return [...tasks]
    .filter(({ stoppedReason = '' }) => !/^Scaling activity initiated/.test(stoppedReason))
    .sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0))[0]
}

function reasonsOf({ stoppedReason, containers = [] }: Task): readonly string[] {
  const ends = containers
    .filter(hasFailed)
    .map(({ name, exitCode, reason }) =>
      [`${name}:`, exitCode === undefined ? undefined : `exit code ${exitCode}`, reason]
        .filter(it => it !== undefined)
        .join(' ')
    )
  return [...(stoppedReason === undefined ? [] : [stoppedReason]), ...ends].map(shown)
}

function hasFailed({ exitCode, reason }: Container): boolean {
  return (exitCode ?? 0) !== 0 || reason !== undefined
}

interface ContainerDefinition {
  readonly name?: string
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> }
}

/** The end of the log of the container that failed, where it goes to CloudWatch. */
async function lastLines(session: AwsSession, task: Task): Promise<readonly string[]> {
  const { containers = [], taskArn = '', taskDefinitionArn } = task
  const failed = containers.find(hasFailed) ?? containers[0]
  const { taskDefinition } = await ask<{
    readonly taskDefinition?: { readonly containerDefinitions?: readonly ContainerDefinition[] }
  }>(session, 'ecs', 'DescribeTaskDefinition', { taskDefinition: taskDefinitionArn })
  const log = taskDefinition?.containerDefinitions?.find(({ name }) => name === failed?.name)?.logConfiguration
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = log?.options ?? {}
  if (log?.logDriver !== 'awslogs' || group === undefined || prefix === undefined) return []
  const { events = [] } = await ask<{ readonly events?: readonly { readonly message?: string }[] }>(
    ...([session, 'logs', 'GetLogEvents'] as const),
    {
      logGroupName: group,
      logStreamName: `${prefix}/${failed?.name}/${taskArn.replace(/^.*\//, '')}`,
      limit: MOST_LINES,
      startFromHead: false
    }
  )
  return events.map(({ message = '' }) => message)
}

function shown(text: string): string {
  return cut(onOneLine(text), LONGEST)
}
