import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, sha256, UserError } from '@sluice/core'
import { describeStacks } from '../src/index.ts'
import { API, leaveDead } from './dead.ts'
import { deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { EXPORTING, IMPORTING, KEPT, planDeletion, retired } from './retired-stacks.ts'
import { PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const WORKER = 'storefront-staging-worker'

async function delivered(...units: readonly ReturnType<typeof unit>[]): Promise<AwsSession> {
  const session = aws.session()
  const { outcome } = await deliver(stacksRequest(session, units))
  expect(outcome.kind).toBe('applied')
  return session
}

describe('the plan to delete the stack of a retired unit', () => {
  it('names the stack, what is live in it, and what becomes of each resource, and changes nothing', async () => {
    const session = await delivered(unit('worker', KEPT))
    const live = (await describeStacks(session, [WORKER])).get(WORKER)

    const plan = await planDeletion(session, retired('worker'))

    expect(plan).toEqual([
      {
        ...{ unit: 'worker', stack: WORKER, region: 'eu-west-1', id: live?.id, template: live?.template },
        resources: [
          { logicalId: 'Archive', type: 'AWS::S3::Bucket', physicalId: expect.any(String), becomes: 'retain' },
          {
            ...{ logicalId: 'Setting', type: 'AWS::SSM::Parameter', becomes: 'delete' },
            physicalId: `/${WORKER}/image`
          },
          { logicalId: 'Sometimes', type: 'AWS::SQS::Queue', physicalId: expect.any(String), becomes: 'retain' },
          { logicalId: 'Table', type: 'AWS::DynamoDB::Table', physicalId: expect.any(String), becomes: 'delete' }
        ]
      }
    ])
    expect(live?.template).toBe(sha256(`${KEPT.trimEnd()}\n`))
    expect(await planDeletion(session, retired('worker'))).toEqual(plan)
    expect((await describeStacks(session, [WORKER])).get(WORKER)).toEqual(live)
  })

  it('is empty where there is no stack, and where nothing was ever deployed to it', async () => {
    const session = aws.session()
    await aws.client(session).createChangeSet({
      ...{ StackName: WORKER, ChangeSetName: 'begun', ChangeSetType: 'CREATE', TemplateBody: PARAMETER },
      Parameters: [{ ParameterKey: 'Image', ParameterValue: 'one' }]
    })

    expect(await planDeletion(session, retired('worker'), retired('report'))).toEqual([])
    expect(await planDeletion(session)).toEqual([])
  })

  it('is made for a stack that failed, too', async () => {
    const session = aws.session()
    const id = await leaveDead(aws, session, true)
    const own = { ...retired('api'), tags: {} }

    expect(await planDeletion(session, own)).toMatchObject([{ stack: API, id, resources: [{ logicalId: 'First' }] }])
  })

  it.each([
    ['as they are listed', [], ['worker', 'report', 'api']],
    ['those that took outputs of others first', ['api'], ['report', 'api', 'worker']]
  ])('is in the order in which they go: %s', async (_, dependsOn, order) => {
    const session = await delivered(...['worker', 'report', 'api'].map(name => unit(name, PARAMETER)))
    const ofApi = dependsOn.length === 0 ? [] : ['worker']

    const plan = await planDeletion(session, retired('worker'), retired('report', dependsOn), retired('api', ofApi))

    expect(plan.map(it => it.unit)).toEqual(order)
  })

  it('lets those go first that import what another one exports', async () => {
    const session = await delivered(unit('worker', EXPORTING), unit('report', IMPORTING, { dependsOn: ['worker'] }))

    const plan = await planDeletion(session, retired('worker'), retired('report'))

    expect(plan.map(it => it.unit)).toEqual(['report', 'worker'])
  })

  it('is refused where another stack imports what it exports', async () => {
    const session = await delivered(unit('worker', EXPORTING), unit('report', IMPORTING, { dependsOn: ['worker'] }))

    const planning = planDeletion(session, retired('worker'))

    await expect(planning).rejects.toThrow(UserError)
    await expect(planning).rejects.toThrow(
      'Stack storefront-staging-worker is not deleted, although delivery.yml retires worker: other stacks import its outputs (storefront-staging-report imports storefront-staging-worker-name). Deploy these stacks without the import first, then re-run the job; or write `retired: { worker: keep }` into delivery.yml, and deliver again.'
    )
  })

  it('is refused where the stack is protected from deletion', async () => {
    const session = await delivered(unit('worker', PARAMETER))
    await aws.client(session).updateTerminationProtection({ StackName: WORKER, EnableTerminationProtection: true })

    await expect(planDeletion(session, retired('worker'))).rejects.toThrow(
      'it is protected from deletion. Run `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name storefront-staging-worker --region eu-west-1`, then re-run the job; or write'
    )
  })

  it.each([
    ['another product', { product: 'other' }, 'product is other instead of storefront'],
    ['another environment', { environment: 'staging-eu' }, 'environment is staging-eu instead of staging'],
    ['nobody that says so', undefined, 'product is absent instead of storefront, environment is absent']
  ])('is refused where the stack is that of %s', async (_, tags, told) => {
    const own = { product: 'storefront', environment: 'staging', unit: 'worker' }
    const session = await delivered(unit('worker', PARAMETER, { tags: tags === undefined ? {} : { ...own, ...tags } }))

    const planning = planDeletion(session, retired('worker'))

    await expect(planning).rejects.toThrow(`by its tags it is not the stack of this unit (${told}`)
    await expect(planning).rejects.toThrow('Whoever made it can delete it; or write `retired: { worker: keep }`')
  })
})
