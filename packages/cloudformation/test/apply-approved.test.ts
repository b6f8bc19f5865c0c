import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type PlannedStack, sha256 } from '@sluice/core'
import { describeDifference, describeStacks, discardStacks, planStacks } from '../src/index.ts'
import { apply, deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { liveDifferences } from './live-differences.ts'
import { API, api, IMAGE_1, IMAGE_2, IMAGE_3, site } from './shop-stacks.ts'
import { PARAMETER, SERVICE } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

describe('what was approved is what executes', () => {
  async function planned() {
    const session = aws.session()
    await deliver(stacksRequest(session, [api()]))
    const request = stacksRequest(session, [api(IMAGE_2)])
    return { session, request, plan: await planStacks(request) }
  }

  it('refuses a stack that somebody changed meanwhile, naming the parameter and both values', async () => {
    const { session, request, plan } = await planned()
    await deliver({ ...stacksRequest(session, [api(IMAGE_3)]), changeSetName: 'someone-else' })

    const { outcome, events } = await apply(request, plan)

    expect(outcome.kind === 'obsolete' && outcome.differences.map(describeDifference)).toEqual([
      `${API}: live parameter Image was ${JSON.stringify(IMAGE_1)} in the plan and is ${JSON.stringify(IMAGE_3)} now`
    ])
    expect(events).toEqual([])
    expect((await describeStacks(session, [API])).get(API)?.parameters['Image']).toBe(IMAGE_3)
  })

  it('refuses a stack that somebody created meanwhile', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    await deliver({ ...stacksRequest(session, [api(IMAGE_3)]), changeSetName: 'someone-else' })

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'stack', planned: 'new', found: 'CREATE_COMPLETE' }]
    })
  })

  it('refuses a stack that somebody deleted meanwhile', async () => {
    const { session, request, plan } = await planned()
    await aws.client(session).deleteStack({ StackName: API })

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [{ what: 'stack', planned: 'CREATE_COMPLETE', found: 'gone' }]
    })
  })

  it('refuses a changed stack of a unit that was planned as unchanged', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api()]))
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    await deliver({ ...stacksRequest(session, [api(IMAGE_3)]), changeSetName: 'someone-else' })

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'obsolete', differences: [{ what: 'live parameter Image' }] })
  })

  it('refuses a stack whose template somebody edited by hand, though it was planned as unchanged', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api()]))
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    const edited = PARAMETER.replaceAll('${Suffix}', '${Suffix} by hand')
    await deliver({ ...stacksRequest(session, [api(IMAGE_1, edited)]), changeSetName: 'someone-else' })

    const { outcome, events } = await apply(request, plan)

    expect(plan).toMatchObject([{ action: 'unchanged' }])
    expect(outcome).toMatchObject({ kind: 'obsolete', stacks: [], differences: [{ what: 'live template' }] })
    expect(events).toEqual([])
  })

  it.each([
    ['another image', { parameters: { Image: IMAGE_3 } }, 'parameter Image', IMAGE_2],
    ['another template', { template: `${PARAMETER}# more\n` }, 'template', 'sha256:'],
    ['another artifact', { artifact: sha256('other') }, 'artifact', 'sha256:'],
    ['other tags', { tags: { product: 'storefront' } }, 'tag environment', 'staging'],
    ['another stack', { stack: 'storefront-production-api' }, 'stack', API]
  ])('refuses %s than the plan showed', async (_, change, what, value) => {
    const { session, request, plan } = await planned()

    const { outcome } = await apply({ ...request, stacks: [{ ...api(IMAGE_2), ...change }] }, plan)

    expect(outcome).toMatchObject({ kind: 'obsolete', stacks: [] })
    expect(outcome.kind === 'obsolete' && outcome.differences).toContainEqual(
      expect.objectContaining({ what, planned: expect.stringContaining(value) })
    )
    expect((await describeStacks(session, [API])).get(API)?.parameters['Image']).toBe(IMAGE_1)
  })

  it('refuses units that only plan or release has', async () => {
    const { request, plan } = await planned()

    const { outcome } = await apply({ ...request, stacks: [unit('worker', PARAMETER)] }, plan)

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      differences: [
        { what: 'unit', planned: 'api', found: 'nothing' },
        { what: 'unit', planned: 'nothing', found: 'worker' }
      ]
    })
  })

  it('refuses a plan whose changes are not what the change does', async () => {
    const { request, plan } = await planned()
    const forged = plan.map((stack): PlannedStack => ({ ...stack, changes: [] }))

    const { outcome } = await apply(request, forged)

    expect(outcome.kind === 'obsolete' && outcome.differences.map(describeDifference)).toEqual([
      `${API}: resource Running was no change in the plan and is Modify AWS::SSM::Parameter (replacement False; Properties.Value) now`
    ])
  })

  it('touches no stack when one of them moved', async () => {
    const session = aws.session()
    const stacks = (image: string) => [api(image), unit('worker', PARAMETER, { parameters: { Image: image } })]
    await deliver(stacksRequest(session, stacks(IMAGE_1)))
    const request = stacksRequest(session, stacks(IMAGE_2))
    const plan = await planStacks(request)
    await deliver({ ...stacksRequest(session, [stacks(IMAGE_3)[1] ?? api()]), changeSetName: 'someone-else' })
    const before = await describeStacks(session, [API])

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'obsolete', stacks: [] })
    expect(await describeStacks(session, [API])).toEqual(before)
  })

  it('makes a lost change set again, and goes on when it says the same', async () => {
    const { request, plan } = await planned()
    await discardStacks(request)

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ result: 'updated', outputs: { Value: `${IMAGE_2} x` } }]
    })
  })

  it('does not execute a change set that somebody put in the place of the planned one', async () => {
    const { session, request, plan } = await planned()
    await discardStacks(request)
    await aws.client(session).createChangeSet({
      StackName: API,
      ChangeSetName: request.changeSetName,
      TemplateBody: PARAMETER.replaceAll('${Suffix}', 'evil'),
      Parameters: [{ ParameterKey: 'Image', ParameterValue: IMAGE_2 }],
      Tags: Object.entries(api().tags).map(([Key, Value]) => ({ Key, Value }))
    })

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ outputs: { Value: `${IMAGE_2} x` } }] })
  })

  it('does not execute a change set of the planned name that carries other tags', async () => {
    const { session, request, plan } = await planned()
    await discardStacks(request)
    await aws.client(session).createChangeSet({
      StackName: API,
      ChangeSetName: request.changeSetName,
      TemplateBody: PARAMETER,
      Parameters: [{ ParameterKey: 'Image', ParameterValue: IMAGE_2 }],
      Tags: [{ Key: 'environment', Value: 'production' }]
    })

    const { outcome } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated' }] })
    expect((await describeStacks(session, [API])).get(API)?.tags).toEqual(api().tags)
  })

  it('does not see two plans in a stack that was changed there and back', async () => {
    const { session, request, plan } = await planned()
    await deliver({ ...stacksRequest(session, [api(IMAGE_3)]), changeSetName: 'there' })
    await deliver({ ...stacksRequest(session, [api(IMAGE_1)]), changeSetName: 'back' })

    expect((await apply(request, plan)).outcome).toMatchObject({ kind: 'applied' })
  })

  it('keeps what an earlier run has done', async () => {
    const { session, request, plan } = await planned()
    await apply(request, plan)
    const before = await aws.client(session).describeStackEvents({ StackName: API })

    const { outcome, events } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'kept', outputs: { Value: `${IMAGE_2} x` } }] })
    expect(events).toEqual([])
    const after = await aws.client(session).describeStackEvents({ StackName: API })
    expect(after.StackEvents?.length).toBe(before.StackEvents?.length)
  })
})

describe('comparing with what is live', () => {
  it('finds nothing after the plan was applied', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [unit('service', SERVICE), api(), site()])
    const plan = await planStacks(request)
    await apply(request, plan)

    expect(await liveDifferences({ session, plan })).toEqual([])
  })

  it('names each parameter that was changed behind its back', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [api()])
    const plan = await planStacks(request)
    await apply(request, plan)
    await deliver({ ...stacksRequest(session, [api(IMAGE_3)]), changeSetName: 'someone-else' })

    expect((await liveDifferences({ session, plan })).map(describeDifference)).toEqual([
      `${API}: live parameter Image was ${JSON.stringify(IMAGE_1)} in the plan and is ${JSON.stringify(IMAGE_3)} now`
    ])
  })

  it('says that a stack is gone', async () => {
    const session = aws.session()
    const plan = await planStacks(stacksRequest(session, [api()]))
    await discardStacks(stacksRequest(session, [api()]))

    expect(await liveDifferences({ session, plan })).toMatchObject([{ what: 'stack', found: 'gone' }])
  })
})
