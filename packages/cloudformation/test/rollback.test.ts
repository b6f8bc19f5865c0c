import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock, type PlannedStack, sha256 } from '@sluice/core'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { describeFailure, describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { readRecoverable, settleBefore } from '../src/recovery.ts'
import { API, leaveFailedUpdate } from './dead.ts'
import { apply, deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { fakeCloudFormation } from './fake.ts'
import { PICKY } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const BEFORE = { step: 'rollback', status: 'UPDATE_FAILED' } as const
const api = (Image: string) => unit('api', PICKY, { parameters: { Image } })

/** A release that is live, and an update of its stack that failed outside of a delivery. */
async function stuck(): Promise<StacksRequest> {
  const session = aws.session()
  await deliver(stacksRequest(session, [api('good')]))
  await leaveFailedUpdate(aws, session)
  return stacksRequest(session, [api('good')])
}

const live = async ({ session }: StacksRequest) => (await describeStacks(session, [API])).get(API)

describe('a stack whose update failed', () => {
  it('is rolled back by a step of the plan, and by nothing before that is applied', async () => {
    const request = { ...(await stuck()), log: memoryLog() }

    const plan = await planStacks(request)

    expect(plan).toMatchObject([{ unit: 'api', action: 'deferred', before: BEFORE, changes: [] }])
    expect(request.log.lines).toContain(
      `${API}: deferred, since it is in UPDATE_FAILED, and is rolled back first; nothing else of it changes`
    )
    expect((await live(request))?.status).toBe('UPDATE_FAILED')
    expect(await planStacks(request)).toEqual(plan)

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ unit: 'api', result: 'kept' }] })
    expect(await live(request)).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', parameters: { Image: 'good' } })
  })

  it('gets no change that nobody has seen: the plan is obsolete then, and the next one shows it', async () => {
    const { session } = await stuck()
    const request = stacksRequest(session, [api('better')])

    const { outcome } = await apply(request, await planStacks(request))

    expect(outcome).toMatchObject({ kind: 'obsolete' })
    expect(await live(request)).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', parameters: { Image: 'good' } })
    const next = await planStacks(request)
    expect(next).toMatchObject([{ action: 'update', changes: [{ action: 'Modify' }, { action: 'Modify' }] }])
    expect((await apply(request, next)).outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated' }] })
  })
})

const ARN = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const status = (
  StackStatus:
    | 'UPDATE_ROLLBACK_FAILED'
    | 'UPDATE_ROLLBACK_IN_PROGRESS'
    | 'UPDATE_ROLLBACK_COMPLETE'
    | 'IMPORT_ROLLBACK_FAILED'
) => ({ Stacks: [{ StackName: 'api', StackId: ARN, StackStatus, CreationTime: new Date(0) }] })

describe('a rollback that failed', () => {
  const planned: PlannedStack = {
    ...{ unit: 'api', stack: 'api', region: 'eu-west-1', action: 'deferred', artifact: sha256('a') },
    ...{ template: sha256('t'), parameters: {}, tags: {}, changes: [] },
    before: { step: 'continue-rollback', status: 'UPDATE_ROLLBACK_FAILED' }
  }
  const settle = async (answers: Partial<CloudFormationVerbs>) => {
    const clock = new ManualClock()
    const cloudFormation = fakeCloudFormation(
      { describeEvents: async () => ({ OperationEvents: [] }), ...answers },
      clock
    )
    const context = {
      ...stacksRequest(aws.session(), []),
      ...{ cloudFormation, plan: [planned], clientToken: 'plan-1', deadline: clock.now() + 60_000 },
      onEvent: () => undefined
    }
    return settleBefore(context, planned)
  }
  const event = (
    id: number,
    ResourceStatus:
      | 'UPDATE_ROLLBACK_IN_PROGRESS'
      | 'UPDATE_ROLLBACK_FAILED'
      | 'UPDATE_ROLLBACK_COMPLETE'
      | 'UPDATE_FAILED',
    name = 'api'
  ) => ({
    ...{ EventId: String(id), StackId: ARN, StackName: 'api', Timestamp: new Date(id), ResourceStatus },
    LogicalResourceId: name,
    PhysicalResourceId: name === 'api' ? ARN : name,
    ResourceType: name === 'api' ? 'AWS::CloudFormation::Stack' : 'T',
    ...(name === 'api' ? {} : { ResourceStatusReason: 'no capacity.' })
  })

  it('is a step of the plan', async () => {
    const found = await readRecoverable(
      fakeCloudFormation({
        describeStacks: async () => status('UPDATE_ROLLBACK_FAILED'),
        getTemplate: async () => ({ TemplateBody: 'Resources: {}' })
      }),
      'api'
    )

    expect(found).toMatchObject({ live: { id: ARN }, before: planned.before })
  })

  it('is continued by the ARN of the stack, with the role that this has, and known again by its token', async () => {
    const asked: unknown[] = []
    const outcome = await settle({
      describeStacks: async () => status(asked.length === 0 ? 'UPDATE_ROLLBACK_FAILED' : 'UPDATE_ROLLBACK_COMPLETE'),
      describeStackEvents: async () => ({
        StackEvents:
          asked.length === 0 ? [] : [event(2, 'UPDATE_ROLLBACK_COMPLETE'), event(1, 'UPDATE_ROLLBACK_IN_PROGRESS')]
      }),
      continueUpdateRollback: async input => void asked.push(input)
    })

    expect(outcome).toBeUndefined()
    expect(asked).toEqual([{ StackName: ARN, ClientRequestToken: expect.stringMatching(/^plan-1-[0-9a-f]{8}$/) }])
  })

  it('is the end of its turn where it fails again, with why and what to do', async () => {
    let asked = false
    const outcome = await settle({
      describeStacks: async () => status('UPDATE_ROLLBACK_FAILED'),
      describeStackEvents: async () => ({
        StackEvents: asked
          ? [
              event(3, 'UPDATE_ROLLBACK_FAILED'),
              event(2, 'UPDATE_FAILED', 'Data'),
              event(1, 'UPDATE_ROLLBACK_IN_PROGRESS')
            ]
          : []
      }),
      continueUpdateRollback: async () => {
        asked = true
      }
    })

    expect(outcome?.kind === 'failed' && describeFailure(outcome.failure)).toBe(
      'Data (T) UPDATE_FAILED: no capacity. Repair what keeps it from being rolled back, then re-run all jobs; or leave it as it is with `aws cloudformation continue-update-rollback --stack-name api --region eu-west-1 --resources-to-skip Data` [stack api: UPDATE_ROLLBACK_FAILED]'
    )
  })

  it('is waited for where it is under way, and not asked for again', async () => {
    let looks = 0
    const outcome = await settle({
      describeStacks: async () => status(++looks < 3 ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_COMPLETE')
    })

    expect([outcome, looks]).toEqual([undefined, 3])
  })

  it('of an import is refused, since nothing can be planned for it', async () => {
    const reading = readRecoverable(
      fakeCloudFormation({
        describeStacks: async () => status('IMPORT_ROLLBACK_FAILED'),
        getTemplate: async () => ({ TemplateBody: 'Resources: {}' }),
        describeStackEvents: async () => ({ StackEvents: [] })
      }),
      'api'
    )

    await expect(reading).rejects.toThrow(/^Stack api is in IMPORT_ROLLBACK_FAILED\. CloudFormation has no operation /)
  })
})
