import { afterEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@sluice/core'
import { explainFailure, NotAllowed, readRunning } from '../src/index.ts'
import { type FakeAws, fakeAws } from './fake-aws.ts'

const at = 'arn:aws:ecs:eu-west-1:222222222222'
const SERVICE = `${at}:service/shop-Cluster-1/shop-Service-1`
const NEW = `${at}:task-definition/shop-api:2`
const OLD = `${at}:task-definition/shop-api:1`
const STACK = [
  { type: 'AWS::ECS::Cluster', physicalId: 'shop-Cluster-1' },
  { type: 'AWS::ECS::TaskDefinition', physicalId: NEW },
  { type: 'AWS::ECS::Service', physicalId: SERVICE }
]
const image = (letter: string): string =>
  `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/api@sha256:${letter.repeat(64)}`

let aws: FakeAws
afterEach(async () => aws.stop())

/** A service whose deployments are these, and whose running tasks have these containers. */
async function serving(
  deployments: readonly Readonly<Record<string, unknown>>[],
  more: Readonly<Record<string, unknown>> = {}
): Promise<FakeAws> {
  aws = await fakeAws({
    DescribeServices: () => ({ services: [{ serviceName: 'shop-Service-1', deployments, ...more }], failures: [] }),
    ListTasks: ({ nextToken }) =>
      nextToken === undefined
        ? { taskArns: [`${at}:task/shop-Cluster-1/1`], nextToken: 'more' }
        : { taskArns: [`${at}:task/shop-Cluster-1/2`] },
    DescribeTasks: ({ tasks }) => ({
      tasks: (tasks as readonly string[]).map(taskArn => ({
        taskArn,
        containers: [
          { name: 'api', image: image('a'), imageDigest: `sha256:${'a'.repeat(64)}` },
          { name: 'proxy', image: 'public.ecr.aws/proxy:1' }
        ]
      }))
    })
  })
  return aws
}

describe('what runs is read', () => {
  it('from every task of every page, of the cluster that the service is in', async () => {
    const { session, asked } = await serving([{ status: 'PRIMARY', taskDefinition: NEW, rolloutState: 'COMPLETED' }])

    const [service, ...others] = await readRunning(session, STACK)

    expect(others).toEqual([])
    expect(service).toMatchObject({ arn: SERVICE, name: 'shop-Service-1' })
    expect(service?.containers.map(({ name }) => name)).toEqual(['api', 'proxy', 'api', 'proxy'])
    expect(service?.containers[0]).toEqual({ name: 'api', image: image('a'), imageDigest: `sha256:${'a'.repeat(64)}` })
    expect(service).not.toHaveProperty('wentBack')
    const of = { cluster: 'shop-Cluster-1', serviceName: 'shop-Service-1', desiredStatus: 'RUNNING' }
    expect(asked.filter(([action]) => action === 'ListTasks').map(([, input]) => input)).toEqual([
      of,
      { ...of, nextToken: 'more' }
    ])
  })

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'gave up',
      { status: 'PRIMARY', taskDefinition: NEW, rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' },
      'ECS gave its deployment up (tasks failed to start.)'
    ],
    [
      'went back',
      { status: 'PRIMARY', taskDefinition: OLD, rolloutState: 'COMPLETED' },
      'it runs shop-api:1, and the stack names shop-api:2'
    ]
  ])('with what the circuit breaker did that %s', async (_, primary, said) => {
    const { session } = await serving([{ status: 'ACTIVE', taskDefinition: NEW }, primary])

    expect((await readRunning(session, STACK))[0]?.wentBack).toBe(said)
  })

  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      'another stack keeps its task definition',
      { status: 'PRIMARY', taskDefinition: `${at}:task-definition/theirs:7` },
      {}
    ],
    [
      'CodeDeploy deploys it',
      { status: 'PRIMARY', taskDefinition: OLD },
      { deploymentController: { type: 'CODE_DEPLOY' } }
    ]
  ])('without a word where %s', async (_, primary, more) => {
    const { session } = await serving([primary], more)

    expect((await readRunning(session, STACK))[0]).not.toHaveProperty('wentBack')
  })

  it('and a service that ECS does not know is said to be so; an ARN of old names no cluster', async () => {
    aws = await fakeAws({ DescribeServices: () => ({ services: [], failures: [{ reason: 'MISSING' }] }) })

    const [service] = await readRunning(aws.session, [{ type: 'AWS::ECS::Service', physicalId: `${at}:service/old` }])

    expect(service).toMatchObject({ containers: [], wentBack: 'ECS does not know it' })
    expect(aws.asked[0]?.[1]).toEqual({ services: [`${at}:service/old`] })
  })

  it('or it is said which right is missing, or what AWS answered', async () => {
    aws = await fakeAws({
      DescribeServices: () => ({ refused: [400, 'AccessDeniedException', 'not authorized'] as const })
    })
    const denied = readRunning(aws.session, STACK)
    await expect(denied).rejects.toBeInstanceOf(NotAllowed)
    await expect(denied).rejects.toMatchObject({
      action: 'ecs:DescribeServices',
      message: 'AWS denied ecs:DescribeServices: not authorized'
    })
    await aws.stop()

    aws = await fakeAws({ DescribeServices: () => ({ refused: [500, 'ServerException', 'down'] as const }) })
    const down = readRunning(aws.session, STACK)
    await expect(down).rejects.toBeInstanceOf(Failure)
    await expect(down).rejects.toThrow('AWS could not answer ecs:DescribeServices: down')
  })
})

describe('a failure is explained', () => {
  const task = (id: string, stoppedAt: number, stoppedReason: string, exitCode = 1) => ({
    ...{ taskArn: `${at}:task/shop-Cluster-1/${id}`, taskDefinitionArn: NEW, stoppedAt, stoppedReason },
    containers: [
      { name: 'proxy', exitCode: 0 },
      { name: 'api', exitCode, reason: 'OutOfMemoryError' }
    ]
  })
  const logs = { logDriver: 'awslogs', options: { 'awslogs-group': 'shop-Log', 'awslogs-stream-prefix': 'api' } }
  const failing = {
    DescribeServices: () => ({
      services: [{ events: Array.from({ length: 30 }, (_, n) => ({ message: `(service shop) event ${n}` })) }]
    }),
    ListTasks: () => ({ taskArns: ['1', '2', '3'] }),
    DescribeTasks: () => ({
      tasks: [
        task('1', 1, 'Essential container in task exited'),
        task('2', 2, 'Task failed to start'),
        task('3', 3, 'Scaling activity initiated by (deployment ecs-svc/1)')
      ]
    }),
    DescribeTaskDefinition: () => ({
      taskDefinition: { containerDefinitions: [{ name: 'proxy' }, { name: 'api', logConfiguration: logs }] }
    }),
    GetLogEvents: () => ({
      events: Array.from({ length: 60 }, (_, n) => ({
        message: n === 59 ? `\u001b[31m::error::x\n${'y'.repeat(900)}` : `line ${n}`
      }))
    })
  }

  it('by events, by the last task that failed, and by the end of the log of its container', async () => {
    aws = await fakeAws(failing)

    const [story] = await explainFailure(aws.session, STACK)

    expect(story?.events).toHaveLength(10)
    expect(story?.events[0]).toBe('(service shop) event 0')
    expect(story?.reasons).toEqual(['Task failed to start', 'api: exit code 1 OutOfMemoryError'])
    expect(story?.lines).toHaveLength(50)
    expect(story?.lines[0]).toBe('line 10')
    expect(story?.missing).toEqual([])
    expect(aws.asked.find(([action]) => action === 'GetLogEvents')?.[1]).toEqual({
      ...{ logGroupName: 'shop-Log', logStreamName: 'api/api/2', limit: 50, startFromHead: false }
    })
    expect(aws.asked.find(([action]) => action === 'ListTasks')?.[1]).toMatchObject({ desiredStatus: 'STOPPED' })
  })

  it('on one line each, without control characters, and cut', async () => {
    aws = await fakeAws(failing)

    const last = (await explainFailure(aws.session, STACK))[0]?.lines.at(-1)

    expect(last).toMatch(/^ \[31m::error::x y+$/)
    expect(last).toHaveLength(500)
  })

  it('as far as the role may ask, and says what it may not', async () => {
    aws = await fakeAws({
      ...failing,
      DescribeServices: () => ({ refused: [400, 'AccessDeniedException', 'no'] as const }),
      GetLogEvents: () => ({ refused: [400, 'ResourceNotFoundException', 'no such stream'] as const })
    })

    const [story] = await explainFailure(aws.session, STACK)

    expect(story).toMatchObject({ events: [], lines: [] })
    expect(story?.reasons).toHaveLength(2)
    expect(story?.missing).toEqual([
      'AWS denied ecs:DescribeServices',
      'AWS could not answer logs:GetLogEvents: no such stream'
    ])
  })

  it('without lines where the log goes elsewhere, and without anything where no task stopped', async () => {
    aws = await fakeAws({ ...failing, DescribeTaskDefinition: () => ({}) })
    expect((await explainFailure(aws.session, STACK))[0]?.lines).toEqual([])
    await aws.stop()

    aws = await fakeAws({})
    expect(await explainFailure(aws.session, STACK)).toEqual([
      { arn: SERVICE, events: [], reasons: [], lines: [], missing: [] }
    ])
  })
})
