import { describe, expect, it } from '@jest/globals'
import { Failure, ManualClock, type PlannedStack } from '@sluice/core'
import { assess, type Readiness } from '../src/apply-readiness.ts'
import { describeDifference } from '../src/difference.ts'
import { toldByTemplate } from '../src/processed-template.ts'
import { templateDigest } from '../src/template.ts'
import { readWanted, type WantedStack, wanted } from '../src/wanted-stack.ts'
import { unit } from './emulator.ts'
import { fakeCloudFormation } from './fake.ts'

const TEMPLATE = `Transform: Shop::Standards
Parameters:
  Image: { Type: String }
  Password: { Type: String, NoEcho: true, Default: "" }
Resources:
  Running: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !Ref Image } }
`
const MADE = `Resources:
  Running: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: !Ref Image } }
`
/** The same, as CloudFormation tells it another time. */
const MADE_AGAIN =
  '{"Resources":{"Running":{"Properties":{"Value":{"Ref":"Image"},"Type":"String"},"Type":"AWS::SSM::Parameter"}}}'
const MADE_OTHERWISE = MADE.replace('!Ref Image', 'evil')

const ARN = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const LIVE = { StackName: 'api', StackId: ARN, CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const }
const KEPT = {
  ...{ ChangeSetId: 'arn:1', StackId: ARN, Status: 'CREATE_COMPLETE' as const },
  ...{ ExecutionStatus: 'AVAILABLE' as const, Changes: [], Tags: [] },
  Parameters: [{ ParameterKey: 'Image', ParameterValue: 'two' }]
}

function target(template = TEMPLATE, parameters: Readonly<Record<string, string>> = {}): WantedStack {
  const [found] = readWanted([
    unit('api', template, { stack: 'api', parameters: { Image: 'two', ...parameters }, tags: {} })
  ])
  if (found === undefined) throw new Error('One stack is wanted.')
  return found
}

/** What a plan says of a template of which transforms make another one. */
async function told(made: string | undefined, of = target()): Promise<Awaited<ReturnType<typeof toldByTemplate>>> {
  const cloudFormation = fakeCloudFormation({
    getTemplate: async () => (made === undefined ? {} : { TemplateBody: made })
  })
  const { values } = wanted(of, 'eu-west-1', new Map()).parameters
  return toldByTemplate(cloudFormation, of, { changeSet: { id: 'arn:1' }, values, live: undefined })
}

describe('what transforms make of a template', () => {
  it('is in the plan by digest, whichever way CloudFormation writes it', async () => {
    const { processed } = await told(MADE)

    expect(processed).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect((await told(MADE_AGAIN)).processed).toBe(processed)
    expect((await told(MADE_OTHERWISE)).processed).not.toBe(processed)
  })

  it('is named by its text where that is no template that Sluice can read', async () => {
    expect((await told('{')).processed).toBe(templateDigest('{'))
  })

  it('is not asked for where there are none', async () => {
    const plain = TEMPLATE.replace('Transform: Shop::Standards\n', '')
    const never = fakeCloudFormation({})

    const { processed } = await toldByTemplate(never, target(plain), {
      ...{ changeSet: { id: 'arn:1' }, values: { Image: 'two' } },
      live: undefined
    })

    expect(processed).toBeUndefined()
  })

  it.each([
    ['as it is', (secret: string) => secret],
    ['as JSON', (secret: string) => JSON.stringify({ secret })]
  ])('is not a way to try the value of a hidden parameter that they write out %s', async (_, written) => {
    const withSecret = (Password: string) =>
      told(MADE.replace('!Ref Image', JSON.stringify(`db:${written(Password)}@host`)), target(TEMPLATE, { Password }))

    const [one, other] = await Promise.all(['correct "horse"', 'battery staple'].map(withSecret))

    expect(one?.processed).toMatch(/^sha256:/)
    expect(other?.processed).toBe(one?.processed)
  })

  it('has to be told: a plan of what nobody has seen is not made', async () => {
    const planned = told(undefined)

    await expect(planned).rejects.toThrow(Failure)
    await expect(planned).rejects.toThrow(
      'CloudFormation did not say what the transforms make of the template of stack api, so that no one can see what would be executed. Re-run the job.'
    )
  })
})

describe('a planned stack with transforms', () => {
  async function assessed(made: string, changes: Partial<PlannedStack> = {}): Promise<Readiness> {
    const { processed = templateDigest('') } = await told(MADE)
    const wantedNow = target()
    const clock = new ManualClock()
    const cloudFormation = fakeCloudFormation(
      {
        describeStacks: async () => ({ Stacks: [LIVE] }),
        getTemplate: async ({ TemplateStage }) => ({ TemplateBody: TemplateStage === 'Processed' ? made : TEMPLATE }),
        describeChangeSet: async () => KEPT,
        createChangeSet: async () => ({ Id: 'arn:1', StackId: ARN })
      },
      clock
    )
    const planned: PlannedStack = {
      ...wanted(wantedNow, 'eu-west-1', new Map()).planned,
      ...{ action: 'update', changes: [], processed },
      base: { status: 'CREATE_COMPLETE', template: templateDigest(TEMPLATE), parameters: {}, tags: {} },
      ...changes
    }
    const context = { cloudFormation, changeSetName: 'sluice-1', clientToken: 'plan-1', deadline: clock.now() + 60_000 }
    return assess(context, planned, wantedNow, new Map())
  }

  it.each([MADE, MADE_AGAIN])('is ready where they make the same as they did for the plan', async made => {
    expect(await assessed(made)).toMatchObject({ kind: 'ready' })
  })

  it('is obsolete where they make anything else of the same text, though the same resources change', async () => {
    const readiness = await assessed(MADE_OTHERWISE)

    if (readiness.kind !== 'obsolete') throw new Error(`it is ${readiness.kind}`)
    const { processed: planned } = await told(MADE)
    const { processed: found } = await told(MADE_OTHERWISE)
    expect(readiness.differences.map(describeDifference)).toEqual([
      `api: what the transforms make of the template was ${planned} in the plan and is ${found} now`
    ])
  })

  it('is not held to what they make where that is known after apply', async () => {
    expect(await assessed(MADE_OTHERWISE, { action: 'deferred' })).toMatchObject({ kind: 'ready' })
  })
})
