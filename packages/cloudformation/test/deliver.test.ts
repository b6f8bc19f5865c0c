import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { canonicalJson } from '@sluice/core'
import { describeStacks, discardStacks, planStacks } from '../src/index.ts'
import { templateDigest } from '../src/template.ts'
import { deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { PARAMETER, SERVICE } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const IMAGE_1 = `registry/storefront/api@sha256:${'1'.repeat(64)}`
const IMAGE_2 = `registry/storefront/api@sha256:${'2'.repeat(64)}`

describe('planning', () => {
  it('shows every resource of a new stack and touches nothing', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [unit('api', SERVICE)])

    const [planned] = await planStacks(request)

    expect(planned).toMatchObject({
      unit: 'api',
      action: 'create',
      region: 'eu-west-1',
      template: templateDigest(SERVICE),
      parameters: { Image: { value: IMAGE_1 }, Environment: { value: 'staging' } }
    })
    expect(planned?.base).toBeUndefined()
    expect(planned?.changes.map(({ action, logicalId }) => `${action} ${logicalId}`)).toEqual([
      'Add Assets',
      'Add Cluster',
      'Add ExecutionRole',
      'Add Logs',
      'Add Service',
      'Add Setting',
      'Add Task'
    ])
    const { Stacks } = await aws.client(session).describeStacks({})
    expect(Stacks?.map(stack => stack.StackStatus)).toEqual(['REVIEW_IN_PROGRESS'])
  })

  it('gives the same bytes when planned again against the same state', async () => {
    const request = stacksRequest(aws.session(), [unit('api', SERVICE), unit('worker', PARAMETER)])
    const first = canonicalJson(await planStacks(request))

    const second = canonicalJson(await planStacks(request))

    expect(second).toBe(first)
  })

  it('shows which resources a new image changes, and how', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [unit('api', SERVICE)]))

    const [planned] = await planStacks(
      stacksRequest(session, [unit('api', SERVICE, { parameters: { Image: IMAGE_2 } })])
    )

    expect(planned).toMatchObject({ action: 'update', base: { parameters: { Image: IMAGE_1 } } })
    expect(planned?.changes).toContainEqual({
      action: 'Modify',
      logicalId: 'Task',
      type: 'AWS::ECS::TaskDefinition',
      replacement: 'Conditional',
      targets: ['Properties.ContainerDefinitions']
    })
  })

  it('calls a stack unchanged when there is nothing to do, and leaves no change set', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [unit('api', SERVICE)]))

    const [planned] = await planStacks(stacksRequest(session, [unit('api', SERVICE)]))

    expect(planned).toMatchObject({ action: 'unchanged', changes: [] })
    const { Summaries } = await aws.client(session).listChangeSets({ StackName: 'storefront-staging-api' })
    expect(Summaries).toEqual([])
  })
})

describe('applying', () => {
  it('creates and updates exactly what was planned, and returns the outputs', async () => {
    const session = aws.session()
    const create = await deliver(stacksRequest(session, [unit('api', SERVICE)]))
    const update = await deliver(stacksRequest(session, [unit('api', SERVICE, { parameters: { Image: IMAGE_2 } })]))

    expect(create.outcome).toMatchObject({ kind: 'applied', stacks: [{ unit: 'api', result: 'created' }] })
    expect(update.outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ result: 'updated', outputs: { Bucket: expect.stringContaining('storefront-staging-api') } }]
    })
    const live = await describeStacks(session, ['storefront-staging-api', 'storefront-staging-none'])
    expect([...live.keys()]).toEqual(['storefront-staging-api'])
    expect(live.get('storefront-staging-api')).toMatchObject({
      status: 'UPDATE_COMPLETE',
      parameters: { Image: IMAGE_2, Environment: 'staging' },
      tags: { product: 'storefront', environment: 'staging', unit: 'api' },
      template: templateDigest(SERVICE)
    })
  })

  it('tells every event once and in order, ending with the stack', async () => {
    const { events } = await deliver(stacksRequest(aws.session(), [unit('api', SERVICE)]))

    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(events.at(0)).toMatchObject({ logicalId: 'storefront-staging-api', status: 'CREATE_IN_PROGRESS' })
    expect(events.at(-1)).toMatchObject({ logicalId: 'storefront-staging-api', status: 'CREATE_COMPLETE' })
    expect(events.filter(({ logicalId }) => logicalId === 'Service').map(({ status }) => status)).toEqual([
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE'
    ])
    expect(events.every(({ token }) => token?.startsWith('a'.repeat(64)))).toBe(true)
  })
})

describe('discarding', () => {
  it('takes back change sets and the empty stacks around them', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [unit('api', SERVICE)])
    await planStacks(request)

    await discardStacks(request)

    expect(await describeStacks(session, ['storefront-staging-api'])).toEqual(new Map())
  })

  it('leaves a deployed stack as it is', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [unit('api', SERVICE)]))
    const request = stacksRequest(session, [unit('api', SERVICE, { parameters: { Image: IMAGE_2 } })])
    await planStacks(request)
    const before = await describeStacks(session, ['storefront-staging-api'])

    await discardStacks(request)
    await discardStacks(request)

    expect(await describeStacks(session, ['storefront-staging-api'])).toEqual(before)
    const { Summaries } = await aws.client(session).listChangeSets({ StackName: 'storefront-staging-api' })
    expect(Summaries).toEqual([])
  })
})
