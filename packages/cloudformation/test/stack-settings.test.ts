import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CreateChangeSetCommandInput, CloudFormation as Sdk, type Stack } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { canonicalJson, ManualClock, type PlannedStack, type StackSettings } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { assess, type Readiness } from '../src/apply-readiness.ts'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { describeDifference } from '../src/difference.ts'
import { planWith } from '../src/plan-stacks.ts'
import { settingsInput } from '../src/settings.ts'
import { readWanted } from '../src/wanted-stack.ts'
import { memoryLog, stacksRequest, unit } from './emulator.ts'
import { fakeCloudFormation } from './fake.ts'
import { PARAMETER } from './templates.ts'

const ARN = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const CHANGE_SET = 'arn:aws:cloudformation:eu-west-1:1:changeSet/sluice-1/1'
const [TOPIC, OTHER] = ['arn:aws:sns:eu-west-1:222222222222:a', 'arn:aws:sns:eu-west-1:222222222222:b'] as const
const ALARM = 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors'
const WANTED: StackSettings = { notifications: [TOPIC, OTHER], rollback: { alarms: [ALARM], minutes: 10 } }

/** As CloudFormation describes a stack or a change set that is so set. */
const DESCRIBED = {
  NotificationARNs: [OTHER, TOPIC],
  RollbackConfiguration: {
    RollbackTriggers: [{ Arn: ALARM, Type: 'AWS::CloudWatch::Alarm' }],
    MonitoringTimeInMinutes: 10
  }
}
const PARAMETERS = [
  { ParameterKey: 'Image', ParameterValue: 'one' },
  { ParameterKey: 'Suffix', ParameterValue: 'x' }
]

const live = (changes: Partial<Stack> = {}): Stack => ({
  ...{ StackName: 'api', StackId: ARN, CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' },
  Parameters: PARAMETERS,
  Tags: [{ Key: 'product', Value: 'shop' }],
  ...changes
})
const READY: Awaited<ReturnType<CloudFormationVerbs['describeChangeSet']>> = {
  ...{ ChangeSetId: CHANGE_SET, StackId: ARN, Parameters: PARAMETERS, Tags: [{ Key: 'product', Value: 'shop' }] },
  Status: 'CREATE_COMPLETE',
  ExecutionStatus: 'AVAILABLE',
  Changes: []
}
const EMPTY = { ...READY, Status: 'FAILED', StatusReason: "The submitted information didn't contain changes." } as const

/** A stack that runs what is wanted, whose change set says this; what it was asked for is kept. */
function aws(stack: Stack, changeSet: Awaited<ReturnType<CloudFormationVerbs['describeChangeSet']>>) {
  const asked: CreateChangeSetCommandInput[] = []
  const cloudFormation = fakeCloudFormation({
    describeStacks: async () => ({ Stacks: [stack] }),
    getTemplate: async () => ({ TemplateBody: PARAMETER }),
    describeChangeSet: async () => changeSet,
    createChangeSet: async input => {
      asked.push(input)
      return { Id: CHANGE_SET, StackId: ARN }
    },
    listChangeSets: async () => ({ Summaries: [] })
  })
  return { cloudFormation, asked }
}

function request(settings?: StackSettings) {
  const stack = unit('api', PARAMETER, {
    ...{ stack: 'api', parameters: { Image: 'one' }, tags: { product: 'shop' } },
    ...(settings === undefined ? {} : { settings })
  })
  const log = memoryLog()
  return { ...stacksRequest(emulatedSession('http://127.0.0.1:1', '1', { region: 'eu-west-1' }), [stack]), log }
}

async function planned(
  { cloudFormation }: ReturnType<typeof aws>,
  of: ReturnType<typeof request>
): Promise<PlannedStack> {
  const [stack] = (await planWith(cloudFormation, of)).stacks
  if (stack === undefined) throw new Error('One stack is planned.')
  return stack
}

describe('a plan', () => {
  it('changes a stack of which other settings alone are wanted, and says which it has and gets', async () => {
    const cloudFormation = aws(live({ NotificationARNs: [OTHER] }), READY)
    const plan = await planned(cloudFormation, request(WANTED))

    expect(plan).toMatchObject({
      action: 'update',
      settings: WANTED,
      base: { settings: { notifications: [OTHER], rollback: { alarms: [], minutes: 0 } } },
      changes: []
    })
    expect(cloudFormation.asked).toMatchObject([
      {
        NotificationARNs: [TOPIC, OTHER],
        RollbackConfiguration: DESCRIBED.RollbackConfiguration
      }
    ])
  })

  it('leaves a stack that has them, in whatever order AWS tells them, as it is', async () => {
    const of = request(WANTED)
    const plan = await planned(aws(live(DESCRIBED), EMPTY), of)

    expect(plan).toMatchObject({ action: 'unchanged', base: { settings: WANTED } })
    expect(of.log.lines.join()).not.toContain('settings')
  })

  it('says nothing of settings that delivery.yml does not name, whatever others set', async () => {
    const cloudFormation = aws(live(), EMPTY)
    const without = await planned(cloudFormation, request())
    const set = await planned(aws(live(DESCRIBED), EMPTY), request())

    expect(canonicalJson(set)).toBe(canonicalJson(without))
    expect(JSON.stringify(set)).not.toContain('settings')
    expect(JSON.stringify(cloudFormation.asked)).not.toMatch(/NotificationARNs|RollbackConfiguration/)
  })

  it('is another one by its bytes where other settings are wanted', async () => {
    const plans = await Promise.all(
      [WANTED, { ...WANTED, rollback: { alarms: [ALARM], minutes: 11 } }, { notifications: [] }].map(async settings =>
        canonicalJson(await planned(aws(live(), READY), request(settings)))
      )
    )

    expect(new Set(plans).size).toBe(3)
  })

  it('warns where CloudFormation takes no other settings alone', async () => {
    const of = request(WANTED)
    const plan = await planned(aws(live(), EMPTY), of)

    expect(plan.action).toBe('unchanged')
    expect(of.log.lines).toContain(
      'api: CloudFormation makes no change set for other settings alone; it takes them with the next change of the stack'
    )
  })
})

describe('a planned stack', () => {
  /** What is to be done with a stack that was planned with no settings, and is to get those that are wanted. */
  async function assessed(
    now: Stack,
    changeSet: Parameters<typeof aws>[1],
    settings: StackSettings = WANTED
  ): Promise<{ readonly readiness: Readiness; readonly asked: number }> {
    const plan = await planned(aws(live(), READY), request(WANTED))
    const { cloudFormation, asked } = aws(now, changeSet)
    const [target] = readWanted(request(settings).stacks)
    if (target === undefined) throw new Error('One stack is wanted.')
    const clock = new ManualClock()
    const context = {
      ...{ cloudFormation, changeSetName: 'sluice-1', clientToken: 'plan-1' },
      deadline: clock.now() + 3_600_000
    }
    return { readiness: await assess(context, plan, target, new Map()), asked: asked.length }
  }
  const differences = ({ readiness }: { readonly readiness: Readiness }): readonly string[] =>
    readiness.kind === 'obsolete' ? readiness.differences.map(describeDifference) : [readiness.kind]

  it('is ready with the change set that brings its settings', async () => {
    expect(await assessed(live(), { ...READY, ...DESCRIBED })).toMatchObject({
      readiness: { kind: 'ready', changeSet: { id: CHANGE_SET } },
      asked: 0
    })
  })

  it.each([
    ['no settings', {}],
    ['other topics', { ...DESCRIBED, NotificationARNs: [TOPIC] }],
    [
      'a trigger of another type',
      {
        ...DESCRIBED,
        RollbackConfiguration: {
          ...DESCRIBED.RollbackConfiguration,
          RollbackTriggers: [{ Arn: ALARM, Type: 'AWS::CloudWatch::CompositeAlarm' }]
        }
      }
    ]
  ])('gets a new change set where that which was kept brings %s', async (_, described) => {
    expect((await assessed(live(), { ...READY, ...described })).asked).toBe(1)
  })

  it('is obsolete where others have set it otherwise since', async () => {
    expect(differences(await assessed(live({ NotificationARNs: [OTHER] }), READY))).toEqual([
      `api: live setting notifications was "none" in the plan and is "${OTHER}" now`
    ])
  })

  it('is obsolete where others are wanted than were approved', async () => {
    const settings = { ...WANTED, rollback: { alarms: [ALARM], minutes: 0 } }

    expect(differences(await assessed(live(), READY, settings))).toEqual([
      'api: setting monitoring was "10 min" in the plan and is "0 min" now'
    ])
  })

  it('is done where it is set so already', async () => {
    expect(differences(await assessed(live(DESCRIBED), READY))).toEqual(['done'])
  })
})

it('sends lists that are empty: CloudFormation keeps what it is not told of', async () => {
  const bodies: string[] = []
  const server = createServer((asked, answer) => {
    asked.setEncoding('utf8').on('data', part => bodies.push(part))
    asked.on('end', () => answer.end('<CreateChangeSetResponse/>'))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sdk = new Sdk({
    ...{ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}` },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' }
  })
  try {
    const none = settingsInput({ notifications: [], rollback: { alarms: [], minutes: 0 } })
    await sdk.createChangeSet({ StackName: 'api', ChangeSetName: 'sluice-1', ...none })
  } finally {
    sdk.destroy()
    await new Promise(resolve => server.close(resolve))
  }

  const sent = Object.fromEntries(new URLSearchParams(bodies.join('')))
  expect(sent).toMatchObject({
    NotificationARNs: '',
    'RollbackConfiguration.RollbackTriggers': '',
    'RollbackConfiguration.MonitoringTimeInMinutes': '0'
  })
})
