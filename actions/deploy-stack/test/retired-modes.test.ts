import { readFile } from 'node:fs/promises'
import {
  CloudFormation,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete
} from '@aws-sdk/client-cloudformation'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { describeStacks } from '@sluice/cloudformation'
import { awsClientConfig, type Digest, decodePlan, Failure, type Plan, type Report, UserError } from '@sluice/core'
import { type Seeded, SHOP } from '@sluice-lab/memory'
import { BROKEN_SITE, type EmulatedAws, type EmulatedDelivery, startAws } from './emulated.ts'

const WAIT = { minDelay: 1, maxWaitTime: 30 }
const TEXT = SHOP.replace('environments:', 'retired: { worker: delete, report: delete }\nenvironments:')

let aws: EmulatedAws
let delivery: EmulatedDelivery

beforeAll(async () => {
  aws = await startAws()
}, 60_000)

afterAll(() => aws.stop())

beforeEach(() => {
  delivery = aws.deliver(TEXT)
})

/** A network, which CloudFormation cannot delete while someone else has a part in it. */
const NETWORK = 'Resources: { Network: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } } }'
const PART = `
Parameters: { Network: { Type: String } }
Resources: { Part: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Network, CidrBlock: 10.0.0.0/24 } } }
`
const TABLE = `
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
`

async function byHand<T>(work: (client: CloudFormation) => Promise<T>): Promise<T> {
  const client = new CloudFormation(awsClientConfig(delivery.session, 'CLOUDFORMATION'))
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}

/** The stack of a unit as an earlier release left it. */
async function leave(unit: string, template: string): Promise<string> {
  const [StackName, tags] = [`shop-staging-${unit}`, { product: 'shop', environment: 'staging', unit }]
  return byHand(async client => {
    const { StackId = '' } = await client.createStack({
      ...{ StackName, TemplateBody: template },
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    })
    await waitUntilStackCreateComplete({ client, ...WAIT }, { StackName })
    return StackId
  })
}

/** Someone takes a part of a network. */
async function occupy(network: string): Promise<void> {
  await byHand(async client => {
    await client.createStack({
      ...{ StackName: 'part', TemplateBody: PART },
      Parameters: [{ ParameterKey: 'Network', ParameterValue: network }]
    })
    await waitUntilStackCreateComplete({ client, ...WAIT }, { StackName: 'part' })
  })
}

const left = async (): Promise<readonly string[]> => [
  ...(
    await describeStacks(
      delivery.session,
      ['worker', 'report', 'api', 'site'].map(it => `shop-staging-${it}`)
    )
  ).keys()
]

async function planOf({ outputs }: Report): Promise<Plan> {
  return decodePlan(await readFile(outputs['plan-path'] ?? ''), outputs['plan-digest'] as Digest)
}

/** Plans a release and has it approved. */
async function approved(release: Seeded, run: string): Promise<Report> {
  const planned = await delivery.plan(release, run)
  await delivery.begin(planned, release, run)
  return planned
}

async function errorOf(work: Promise<unknown>): Promise<UserError | Failure> {
  try {
    await work
  } catch (error: unknown) {
    if (error instanceof UserError || error instanceof Failure) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('a plan of a release that retires units', () => {
  it('deletes their stacks after everything else, and says so', async () => {
    const id = await leave('worker', TABLE)
    const release = await delivery.publish('one')

    const planned = await approved(release, '700')

    expect((await planOf(planned)).retired).toMatchObject([
      { unit: 'worker', id, resources: [{ logicalId: 'Orders', becomes: 'delete' }] }
    ])
    expect(planned.summary).toContain('> - **`worker` is retired, and its stack `shop-staging-worker` is deleted**')
    expect(planned.summary).toContain('retired: its stack `shop-staging-report` is gone, and nothing is left to delete')

    const { outputs, summary } = await delivery.apply(planned, release, '700')

    expect(outputs).toMatchObject({ outcome: 'applied' })
    expect(summary).toContain('| worker | delete | `shop-staging-worker` |')
    expect(await left()).toEqual(['shop-staging-api', 'shop-staging-site'])
    expect(delivery.log.groups.slice(-2)).toEqual(['Publish site', 'Delete 1 retired stack of staging'])

    const { digest, commit } = release
    await delivery.record({ event: 'deployed', environment: 'staging', release: { digest, commit } }, '700')
    const again = await delivery.plan(release, '701')
    expect(again.outputs['has-changes']).toBe('false')
    expect(await planOf(again)).not.toHaveProperty('retired')
  })

  it('is a change where nothing else is, and is done where an earlier attempt has deleted them', async () => {
    const release = await delivery.publish('one')
    await delivery.apply(await approved(release, '700'), release, '700')
    const id = await leave('worker', TABLE)

    const planned = await approved(release, '701')
    expect(planned.outputs['has-changes']).toBe('true')
    await byHand(async client => {
      await client.deleteStack({ StackName: id })
      await waitUntilStackDeleteComplete({ client, ...WAIT }, { StackName: id })
    })

    expect((await delivery.apply(planned, release, '701')).outputs).toMatchObject({ outcome: 'applied' })
    expect(delivery.log.lines).toContain('shop-staging-worker: already deleted')
  })

  it('is refused, and leaves no change set behind, where one of the stacks cannot be deleted', async () => {
    const id = await leave('worker', TABLE)
    await byHand(async client =>
      client.updateTerminationProtection({ StackName: id, EnableTerminationProtection: true })
    )
    const release = await delivery.publish('one')

    await expect(delivery.plan(release, '700')).rejects.toThrow(
      'Stack shop-staging-worker is not deleted, although delivery.yml retires worker: it is protected from deletion.'
    )
    expect(await left()).toEqual(['shop-staging-worker'])
  })

  it('is obsolete, and nothing is touched, where one of them is another one since', async () => {
    const id = await leave('worker', TABLE)
    const release = await delivery.publish('one')
    const planned = await approved(release, '700')
    await byHand(async client => {
      await client.deleteStack({ StackName: id })
      await waitUntilStackDeleteComplete({ client, ...WAIT }, { StackName: id })
    })
    const other = await leave('worker', TABLE)

    const error = await errorOf(delivery.apply(planned, release, '700'))

    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toBe(
      `The plan is obsolete: shop-staging-worker: stack was ${id} in the plan and is ${other} now. What was approved is no longer what would be deleted. Re-run all jobs for a new plan and a new approval.`
    )
    expect(error.outputs).toEqual({
      ...{ outcome: 'obsolete', touched: 'false' },
      'plan-digest': planned.outputs['plan-digest']
    })
    expect(await left()).toContain('shop-staging-worker')
    expect(delivery.log.groups).not.toContain('Delete 1 retired stack of staging')
  })

  it('deletes nothing where what is delivered does not come so far', async () => {
    await leave('worker', TABLE)
    const release = await delivery.publish('one', { 'infra/site.yml': BROKEN_SITE })
    const planned = await approved(release, '700')

    const error = await errorOf(delivery.apply(planned, release, '700'))

    expect(error.message).toMatch(
      /staging is deployed by half: api is done, site stopped on the way, worker was not begun\.$/
    )
    expect(await left()).toContain('shop-staging-worker')
  })

  it('says what is deleted and what is left where one of them cannot be, and a re-run goes on', async () => {
    await leave('worker', TABLE)
    const id = await leave('report', NETWORK)
    const release = await delivery.publish('one')
    const planned = await approved(release, '700')
    const network = (await planOf(planned)).retired?.[1]?.resources[0]?.physicalId ?? ''
    await occupy(network)

    const error = await errorOf(delivery.apply(planned, release, '700'))

    expect(error).toBeInstanceOf(Failure)
    expect(error.message).toContain(`Network (AWS::EC2::VPC) ${network} could not be deleted: `)
    expect(error.message).toMatch(
      /\[stack shop-staging-report: DELETE_FAILED\]\. staging is deployed by half: api, site are done, worker is deleted, report stopped on the way\.$/
    )
    expect(error.outputs).toEqual({
      outcome: 'partial',
      partial: '{"deleted":["worker"],"done":["api","site"],"notBegun":[],"stopped":["report"]}'
    })

    await byHand(async client => {
      await client.deleteStack({ StackName: 'part' })
      await waitUntilStackDeleteComplete({ client, ...WAIT }, { StackName: 'part' })
    })
    expect((await delivery.apply(planned, release, '700')).outputs).toMatchObject({ outcome: 'applied' })
    expect(await left()).toEqual(['shop-staging-api', 'shop-staging-site'])
    const status = await byHand(async client => client.describeStacks({ StackName: id }))
    expect(status.Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE')
  })

  it.each([
    ['has been deployed before', true, { outcome: 'obsolete', touched: 'false' }, /^The plan is obsolete: /],
    [
      'was deployed right before',
      false,
      { outcome: 'partial', partial: '{"done":["api","site"],"notBegun":["worker"],"stopped":[]}' },
      /^The plan became obsolete on the way: .*\. staging is deployed by half: api, site are done, worker was not begun\. Re-run all jobs/
    ]
  ])(
    'leaves a stack alone that is protected since the first look, where what is delivered %s',
    async (_, isThere, outputs, message) => {
      const release = await delivery.publish('one')
      if (isThere) await delivery.apply(await approved(release, '700'), release, '700')
      const id = await leave('worker', TABLE)
      const planned = await approved(release, '701')
      const { log } = delivery
      const group: typeof log.group = async (name, work) => {
        if (name.startsWith('Delete '))
          await byHand(async client =>
            client.updateTerminationProtection({ StackName: id, EnableTerminationProtection: true })
          )
        return log.group(name, work)
      }

      const error = await errorOf(delivery.apply(planned, release, '701', { log: { ...log, group } }))

      expect(error).toBeInstanceOf(UserError)
      expect(error.message).toMatch(message)
      expect(error.message).toContain('shop-staging-worker: termination protection was off in the plan and is on now')
      expect(error.outputs).toEqual({ ...outputs, 'plan-digest': planned.outputs['plan-digest'] })
      expect(await left()).toContain('shop-staging-worker')
    }
  )

  it('is by half in nothing where it deletes one stack alone, and cannot', async () => {
    const release = await delivery.publish('one')
    await delivery.apply(await approved(release, '700'), release, '700')
    await leave('worker', NETWORK)
    const planned = await approved(release, '701')
    await occupy((await planOf(planned)).retired?.[0]?.resources[0]?.physicalId ?? '')

    const error = await errorOf(delivery.apply(planned, release, '701'))

    expect(error).toBeInstanceOf(Failure)
    expect(error.message).toMatch(/--retain-resources Network` \[stack shop-staging-worker: DELETE_FAILED\]$/)
    expect(error.outputs).toEqual({})
  })
})
