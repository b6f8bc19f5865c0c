import type { StackResourceSummary } from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, ManualClock, type PlannedStack, sha256, UserError } from '@sluice/core'
import { applyWith } from '../src/apply-stacks.ts'
import { type CloudFormation, type CloudFormationVerbs, withCloudFormation } from '../src/connection.ts'
import { type ApplyOutcome, describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { readRecoverable, settleBefore } from '../src/recovery.ts'
import { API, leaveDead } from './dead.ts'
import { apply, deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { awsError, fakeCloudFormation } from './fake.ts'
import { CONSUMER, PARAMETER, PICKY } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const SITE = 'storefront-staging-site'
const BEFORE = { step: 'replace-dead', status: 'ROLLBACK_COMPLETE' } as const
const api = (template = PICKY) => unit('api', template, { parameters: { Image: 'good' } })
const idOf = async (session: AwsSession): Promise<string | undefined> =>
  (await describeStacks(session, [API])).get(API)?.id

/** Applies over a connection that counts deletions, and of which some verbs are replaced. */
async function applyOver(
  request: StacksRequest,
  plan: readonly PlannedStack[],
  replace: (real: CloudFormation) => Partial<CloudFormation> = () => ({})
): Promise<{ readonly outcome: ApplyOutcome; readonly deleted: readonly string[] }> {
  const deleted: string[] = []
  const outcome = await withCloudFormation(request.session, request.clock, real => {
    const deleteStack: CloudFormation['deleteStack'] = async input => {
      deleted.push(input.StackName ?? '')
      return real.deleteStack(input)
    }
    return applyWith(
      { ...real, deleteStack, ...replace(real) },
      { ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 60_000, onEvent: () => undefined }
    )
  })
  return { outcome, deleted }
}

describe('a stack whose creation failed outside of a delivery', () => {
  it('is replaced by a step of the plan, and by nothing before that is applied', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    const request = { ...stacksRequest(session, [api()]), log: memoryLog() }

    const plan = await planStacks(request)

    expect(plan).toMatchObject([
      {
        ...{ unit: 'api', action: 'deferred', before: BEFORE },
        changes: [
          { action: 'Add', logicalId: 'First' },
          { action: 'Add', logicalId: 'Picky' }
        ]
      }
    ])
    expect(plan[0]).not.toHaveProperty('base')
    expect(request.log.lines).toContain(
      `${API}: deferred, since it is in ROLLBACK_COMPLETE with nothing left in it, and is replaced first; at most 2 changes`
    )
    expect(await idOf(session)).toBe(dead)
    expect(await planStacks(request)).toEqual(plan)

    const { outcome, deleted } = await applyOver(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ unit: 'api', result: 'created' }] })
    expect(deleted).toEqual([dead])
    expect((await describeStacks(session, [API])).get(API)).toMatchObject({ status: 'CREATE_COMPLETE' })
    expect(await idOf(session)).not.toBe(dead)
  })

  it('keeps what reads its outputs waiting, and both are done under one plan', async () => {
    const session = aws.session()
    await leaveDead(aws, session)
    const site = unit('site', CONSUMER, {
      dependsOn: ['api'],
      parameters: { BundleDigest: 'one', Source: '${api.Name}' }
    })
    const request = stacksRequest(session, [api(), site])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(plan).toMatchObject([{ before: BEFORE }, { action: 'deferred', changes: [{ action: 'Add' }] }])
    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ unit: 'api' }, { unit: 'site' }] })
    expect((await describeStacks(session, [SITE])).get(SITE)?.outputs).toEqual({ Value: `one /${API}/first` })
  })

  it('is created where someone deleted it meanwhile', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    await aws.client(session).deleteStack({ StackName: dead })

    const { outcome, deleted } = await applyOver(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'created' }] })
    expect(deleted).toEqual([])
  })

  it('is left alone where someone made a living one of it meanwhile', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    await aws.client(session).deleteStack({ StackName: dead })
    await deliver(stacksRequest(session, [api(PARAMETER)]))

    const { outcome, deleted } = await applyOver(request, plan)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'stack', planned: 'new', found: 'CREATE_COMPLETE' }]
    })
    expect(deleted).toEqual([])
  })

  it('is left alone where it is no longer as it was planned, and so is everything else', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    const request = stacksRequest(session, [api(), unit('worker', PARAMETER)])
    const plan = await planStacks(request)
    const left: StackResourceSummary = {
      ...{ LogicalResourceId: 'First', ResourceType: 'AWS::SSM::Parameter', PhysicalResourceId: '/first' },
      ...{ ResourceStatus: 'CREATE_COMPLETE', LastUpdatedTimestamp: new Date() }
    }

    const { outcome, deleted } = await applyOver(request, plan, () => ({
      listStackResources: async () => ({ StackResourceSummaries: [left] })
    }))
    const moved = plan.map(it =>
      it.before === undefined ? it : { ...it, before: { ...BEFORE, status: 'DELETE_FAILED' } }
    )
    const other = await applyOver(request, moved)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'what is left in it', planned: 'nothing', found: 'First (AWS::SSM::Parameter) /first' }]
    })
    expect(other.outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'stack', planned: 'DELETE_FAILED', found: 'ROLLBACK_COMPLETE' }]
    })
    expect([...deleted, ...other.deleted]).not.toContain(dead)
    expect(await idOf(session)).toBe(dead)
    expect((await describeStacks(session, ['storefront-staging-worker'])).size).toBe(0)
  })

  it('is looked at again when its turn comes', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    const request = stacksRequest(session, [api()])
    let looks = 0

    const { outcome, deleted } = await applyOver(request, await planStacks(request), () => ({
      listStackResources: async () => ({
        StackResourceSummaries: looks++ === 0 ? [] : [{ LogicalResourceId: 'A' } as StackResourceSummary]
      })
    }))

    expect(outcome).toMatchObject({ kind: 'obsolete', differences: [{ what: 'what is left in it' }] })
    expect([looks, deleted]).toEqual([2, []])
    expect(await idOf(session)).toBe(dead)
  })

  it('is refused where something of it is left, with what that is and what to type', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session, true)

    const planning = planStacks(stacksRequest(session, [api()]))

    await expect(planning).rejects.toThrow(UserError)
    await expect(planning).rejects.toThrow(
      /^Stack storefront-staging-api is in CREATE_FAILED \(Picky .* CREATE_FAILED: .*\)\. It is not replaced, since something of it is left: First \(AWS::SSM::Parameter\) \/storefront-staging-api\/first.*\. Save what is in there, run `aws cloudformation delete-stack --stack-name storefront-staging-api --region eu-west-1`, then re-run the job\.$/
    )
    expect(await idOf(session)).toBe(dead)
  })

  it('is refused where it is protected from deletion', async () => {
    const session = aws.session()
    const dead = await leaveDead(aws, session)
    await aws.client(session).updateTerminationProtection({ StackName: dead, EnableTerminationProtection: true })

    await expect(planStacks(stacksRequest(session, [api()]))).rejects.toThrow(
      /Nothing is left in it, but it is protected from deletion, so it cannot be replaced\. Run `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name storefront-staging-api --region eu-west-1`, then re-run the job\.$/
    )
  })
})

const ARN = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const status = (StackStatus: 'DELETE_FAILED' | 'ROLLBACK_COMPLETE' | 'DELETE_IN_PROGRESS') => ({
  Stacks: [{ StackName: 'api', StackId: ARN, StackStatus, CreationTime: new Date(0) }]
})
const resource = (name: string, ResourceStatus: StackResourceSummary['ResourceStatus'], id?: string) => ({
  LogicalResourceId: name,
  ResourceType: 'T',
  ResourceStatus,
  LastUpdatedTimestamp: new Date(0),
  ...(id === undefined ? {} : { PhysicalResourceId: id })
})

describe('what is left in a dead stack', () => {
  const reading = (answers: Partial<CloudFormationVerbs>) =>
    readRecoverable(
      fakeCloudFormation({
        describeStacks: async () => status('DELETE_FAILED'),
        describeStackEvents: async () => ({ StackEvents: [] }),
        ...answers
      }),
      'api'
    )

  it('is nothing that was deleted, retained, or never made', async () => {
    const gone = [
      resource('A', 'DELETE_COMPLETE', 'a'),
      resource('B', 'DELETE_SKIPPED', 'b'),
      resource('C', 'CREATE_FAILED', ''),
      resource('D', 'CREATE_FAILED')
    ]

    expect(await reading({ listStackResources: async () => ({ StackResourceSummaries: gone }) })).toEqual({
      before: { step: 'replace-dead', status: 'DELETE_FAILED' }
    })
  })

  it('is everything else, on whatever page it is listed, the first ten by name', async () => {
    const failed = [resource('F', 'CREATE_FAILED', 'f'), resource('G', 'DELETE_FAILED', 'g')]
    const many = Array.from({ length: 10 }, (_, at) => resource(`R${at}`, 'CREATE_COMPLETE', `r${at}`))

    await expect(
      reading({
        listStackResources: async ({ NextToken }) =>
          NextToken === undefined
            ? { StackResourceSummaries: failed, NextToken: '2' }
            : { StackResourceSummaries: many, NextToken: '' }
      })
    ).rejects.toThrow(
      'Stack api is in DELETE_FAILED. It is not replaced, since something of it is left: F (T) f, G (T) g, R0 (T) r0, R1 (T) r1, R2 (T) r2, R3 (T) r3, R4 (T) r4, R5 (T) r5, R6 (T) r6, R7 (T) r7, … and 2 more. Save what is in there, run `aws cloudformation delete-stack --stack-name api --region eu-west-1` (with `--retain-resources` and names, these stay outside of it), then re-run the job.'
    )
  })
})

describe('the deletion of a dead stack', () => {
  const planned: PlannedStack = {
    ...{ unit: 'api', stack: 'api', region: 'eu-west-1', action: 'deferred', artifact: sha256('a') },
    ...{ template: sha256('t'), parameters: {}, tags: {}, changes: [], before: BEFORE }
  }
  const settle = async (answers: Partial<CloudFormationVerbs>, clock = new ManualClock()) => {
    const cloudFormation = fakeCloudFormation(
      { listStackResources: async () => ({}), describeEvents: async () => ({ OperationEvents: [] }), ...answers },
      clock
    )
    const context = {
      ...stacksRequest(aws.session(), []),
      ...{ cloudFormation, plan: [planned], clientToken: 'plan-1', deadline: clock.now() + 60_000 },
      onEvent: () => undefined
    }
    return settleBefore(context, planned)
  }
  const event = (id: number, ResourceStatus: 'DELETE_IN_PROGRESS' | 'DELETE_FAILED', name = 'api') => ({
    ...{ EventId: String(id), StackId: ARN, StackName: 'api', Timestamp: new Date(id), ResourceStatus },
    LogicalResourceId: name,
    PhysicalResourceId: name === 'api' ? ARN : name,
    ResourceType: name === 'api' ? 'AWS::CloudFormation::Stack' : 'T',
    ResourceStatusReason: 'told'
  })

  it('lends no role, and is known again by its token', async () => {
    const asked: unknown[] = []
    const outcome = await settle({
      describeStacks: async () => (asked.length === 0 ? status('ROLLBACK_COMPLETE') : { Stacks: [] }),
      describeStackEvents: async () => ({ StackEvents: [] }),
      deleteStack: async input => void asked.push(input)
    })

    expect(outcome).toBeUndefined()
    expect(asked).toEqual([{ StackName: ARN, ClientRequestToken: expect.stringMatching(/^plan-1-[0-9a-f]{8}$/) }])
  })

  it('is the end of its turn when it fails', async () => {
    let deleted = false
    const outcome = await settle({
      describeStacks: async () => status(deleted ? 'DELETE_FAILED' : 'ROLLBACK_COMPLETE'),
      describeStackEvents: async () => ({
        StackEvents: deleted
          ? [event(3, 'DELETE_FAILED'), event(2, 'DELETE_FAILED', 'Data'), event(1, 'DELETE_IN_PROGRESS')]
          : []
      }),
      deleteStack: async () => {
        deleted = true
      }
    })

    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { unit: 'api', status: 'DELETE_FAILED', cause: { resource: { logicalId: 'Data' }, reason: 'told' } }
    })
  })

  it('is waited for where an earlier run began it, and not asked for again', async () => {
    let looks = 0
    const gone = awsError('ValidationError', 'Stack with id api does not exist')
    const outcome = await settle({
      describeStacks: async () => {
        if (++looks < 3) return status('DELETE_IN_PROGRESS')
        throw gone
      }
    })

    expect([outcome, looks]).toEqual([undefined, 3])
  })
})
