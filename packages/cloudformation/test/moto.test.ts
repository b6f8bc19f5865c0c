import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { describeStacks, planStacks } from '../src/index.ts'
import { apply, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('moto')
})
afterAll(() => aws.stop())

const template = (value: string): string => `
Parameters:
  Image: { Type: String }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: /moto/image, Value: ${value} }
Outputs:
  Name: { Value: !Ref Running }
`

/**
 * moto does not say what a parameter changes, knows a change set by its name alone, and has no template of one that creates:
 * so it is asked about an update of the template only.
 */
describe('another emulator', () => {
  it('agrees on what an update changes, and that there is nothing to do afterwards', async () => {
    const session = aws.session()
    const wanted = unit('api', template('second'), { parameters: { Image: 'two' } })
    await aws.client(session).createStack({
      StackName: wanted.stack,
      TemplateBody: template('first'),
      Parameters: [{ ParameterKey: 'Image', ParameterValue: 'one' }],
      Tags: Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value }))
    })
    const request = stacksRequest(session, [wanted])

    const plan = await planStacks(request)
    const { outcome, events } = await apply(request, plan)
    const again = await planStacks({ ...request, changeSetName: 'sluice-0123456789ab-8' })

    expect(plan).toMatchObject([
      {
        action: 'update',
        base: { status: 'CREATE_COMPLETE', parameters: { Image: 'one' } },
        changes: [{ action: 'Modify', logicalId: 'Running', type: 'AWS::SSM::Parameter' }]
      }
    ])
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ unit: 'api', result: 'updated', outputs: { Name: '/moto/image' } }]
    })
    expect(events.map(({ status }) => status)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'])
    expect(again).toMatchObject([{ action: 'unchanged', base: { parameters: { Image: 'two' } }, changes: [] }])
    expect((await describeStacks(session, [wanted.stack])).get(wanted.stack)?.parameters).toEqual({ Image: 'two' })
  })
})
