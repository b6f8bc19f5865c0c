import { readFile } from 'node:fs/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { describeStacks } from '@sluice/cloudformation'
import { codeKey, type Digest, decodePlan, type Plan, type Report, sha256, UserError } from '@sluice/core'
import { type Seeded, SHOP } from '@sluice-lab/memory'
import { type EmulatedAws, type EmulatedDelivery, startAws } from './emulated.ts'

/** The shop, whose bundle is the code of a function. */
const FUNCTIONS = SHOP.replace('region: eu-central-1 }', 'region: eu-central-1, bundles: shop-code-222222222222 }')
  .replace(', publish: BucketName', '')
  .replace(', parameters: { Address: "${api.Address}" }', '')
  .replace(/ +url: .*\n/, '')

const REPORT = `
Parameters:
  BundleBucket: { Type: String }
  BundleKey: { Type: String }
  BundleVersion: { Type: String }
Resources:
  Report:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/report
      Code: { S3Bucket: !Ref BundleBucket, S3Key: !Ref BundleKey, S3ObjectVersion: !Ref BundleVersion }
`

let aws: EmulatedAws
let delivery: EmulatedDelivery
let bucket: string
beforeAll(async () => {
  aws = await startAws()
})
afterAll(async () => aws.stop())
beforeEach(async () => {
  delivery = aws.deliver(FUNCTIONS)
  bucket = delivery.policy.accounts['nonprod']?.bundles ?? ''
  await delivery.byHand(async s3 => {
    await s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } })
    )
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  })
})

async function release(page: string): Promise<Seeded> {
  return delivery.publish(page, { 'infra/site.yml': REPORT })
}

function keyOf({ document }: Seeded): string {
  return codeKey('shop', 'site', document.units['site']?.digest ?? sha256(''))
}

async function versionsOf(of: Seeded): Promise<readonly string[]> {
  return delivery.byHand(async s3 => {
    const { Versions: versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: keyOf(of) })
    )
    return versions.map(({ VersionId = '' }) => VersionId)
  })
}

async function planOf({ outputs }: Report): Promise<Plan> {
  return decodePlan(await readFile(outputs['plan-path'] ?? ''), outputs['plan-digest'] as Digest)
}

async function liveOf(stack: string): Promise<Readonly<Record<string, string>> | undefined> {
  return (await describeStacks(delivery.session, [stack])).get(stack)?.parameters
}

describe('a bundle that a function runs', () => {
  it('is copied when it is planned, and the version that is approved is the one that is deployed (promise 4)', async () => {
    const of = await release('one')

    const planned = await delivery.plan(of, '700')

    const [version = 'none'] = await versionsOf(of)
    const { stacks } = await planOf(planned)
    expect(stacks.find(({ unit }) => unit === 'site')?.parameters).toEqual({
      BundleBucket: { value: bucket },
      BundleKey: { value: keyOf(of) },
      BundleVersion: { value: version }
    })
    await delivery.begin(planned, of, '700')
    const { summary } = await delivery.apply(planned, of, '700')
    expect(summary).toMatch(
      new RegExp(`\\| site \\| \`[^\`]*Report[^\`]*\` \\|  \\| \`${of.document.units['site']?.digest}\` \\|`)
    )
    expect(await liveOf('shop-staging-site')).toEqual({
      BundleBucket: bucket,
      BundleKey: keyOf(of),
      BundleVersion: version
    })
    const bytes = await delivery.byHand(async s3 => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(of), VersionId: version }))
      return Body?.transformToByteArray()
    })
    expect(sha256(bytes ?? new Uint8Array())).toBe(of.document.units['site']?.digest)
  })

  it('is copied once, and planned twice to one plan digest (promise 7)', async () => {
    const of = await release('one')

    const first = await delivery.plan(of, '700')
    await delivery.discard(of, '700')
    const second = await delivery.plan(of, '701', {
      bundles: () => {
        throw new Error('The bundle was asked for again.')
      }
    })

    expect(second.outputs['plan-digest']).toBe(first.outputs['plan-digest'])
    expect(await versionsOf(of)).toHaveLength(1)
  })

  it('changes nothing where it is deployed already (promise 10)', async () => {
    const of = await release('one')
    const planned = await delivery.plan(of, '700')
    await delivery.begin(planned, of, '700')
    await delivery.apply(planned, of, '700')

    const again = await planOf(await delivery.plan(of, '701'))

    expect(again.stacks.map(({ unit, action }) => [unit, action])).toEqual([
      ['api', 'unchanged'],
      ['site', 'unchanged']
    ])
  })

  it.each(['deleted', 'deleted and put again'])('makes a plan obsolete that was shown before it was %s', async how => {
    const of = await release('one')
    const planned = await delivery.plan(of, '700')
    await delivery.begin(planned, of, '700')
    const [VersionId] = await versionsOf(of)
    await delivery.byHand(async s3 => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(of), VersionId })))
    if (how !== 'deleted') await delivery.plan(of, '702')

    const error = await delivery.apply(planned, of, '700').catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        how === 'deleted'
          ? /^The plan is obsolete: the code of site was deleted from the bucket `bundles` of account nonprod/
          : /^The plan is obsolete: .*BundleVersion/
      ),
      outputs: { outcome: 'obsolete', touched: 'false', 'plan-digest': planned.outputs['plan-digest'] }
    })
    // No more than what was planned.
    expect(await liveOf('shop-staging-api')).toEqual({})
  })

  it('is a failure where a version that was published before is all that the stack publishes', async () => {
    const publishing = `${REPORT}  Published: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Report } }\n`
    const deliver = async (page: string, run: string): Promise<Report> => {
      const of = await delivery.publish(page, { 'infra/site.yml': publishing })
      const planned = await delivery.plan(of, run)
      await delivery.begin(planned, of, run)
      return delivery.apply(planned, of, run)
    }
    await deliver('one', '700')

    await expect(deliver('two', '701')).rejects.toThrow(
      /^version 1 of function \S+, the last that its stack published, is made of sha256:\w{64}, and not of sha256:\w{64}: publish one for each bundle, by another logical id\. The stack is as planned/
    )
  })

  it('comes from the ops registry, whatever is in the place of its copy (promise 1)', async () => {
    const of = await release('one')
    await delivery.byHand(async s3 =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(of), Body: 'planted' }))
    )

    await expect(delivery.plan(of, '700')).rejects.toThrow('Sluice did not put them there. Find out who did')
    expect(await liveOf('shop-staging-api')).toBeUndefined()
  })
})

it('is not copied for a template that asks for its digest', async () => {
  const of = await delivery.publish('one', {
    'infra/site.yml':
      'Parameters: { BundleDigest: { Type: String } }\nResources: { Topic: { Type: AWS::SNS::Topic } }\n'
  })

  const { stacks } = await planOf(await delivery.plan(of, '700'))

  expect(stacks[1]?.parameters).toEqual({ BundleDigest: { value: of.document.units['site']?.digest } })
  expect(await versionsOf(of)).toEqual([])
})

it('is refused before anything is planned where the account has no bucket', async () => {
  delivery = aws.deliver(FUNCTIONS.replace(/, bundles: [^ ]+/, ''))
  const of = await release('one')

  await expect(delivery.plan(of, '700')).rejects.toThrow(
    'Name a bucket of the account of each environment: `bundles` under `accounts` of delivery.yml.'
  )
})
