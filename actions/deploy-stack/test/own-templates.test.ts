import { readFile } from 'node:fs/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { describeStacks } from '@sluice/cloudformation'
import {
  type Digest,
  decodePlan,
  objectUrl,
  type Plan,
  type Report,
  sha256,
  templateKey,
  UserError
} from '@sluice/core'
import { type Seeded, SHOP } from '@sluice-lab/memory'
import { type EmulatedAws, type EmulatedDelivery, startAws } from './emulated.ts'

const IN_BUCKET = SHOP.replace('region: eu-central-1 }', 'region: eu-central-1, bundles: shop-code-222222222222 }')

/** As many resources as ordinary teams have: longer than CloudFormation takes in a request. */
const LONG = `Parameters:
  Image: { Type: String }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
${Array.from({ length: 300 }, (_, n) => `  Topic${n}: { Type: AWS::SNS::Topic, Properties: { DisplayName: "${'x'.repeat(150)}" }, Condition: Never }\n`).join('')}
Conditions: { Never: !Equals [a, b] }
Outputs:
  Address: { Value: !Sub 'https://\${AWS::StackName}.shop.example' }
`

const AROUND = `# What stays as it is written.
Parameters:
  Image: { Type: String }
Resources:
  Service:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./parts/service.yml # from the folder of this file
      Parameters: { Image: !Ref Image }
Outputs:
  Address: { Value: !Sub 'https://\${AWS::StackName}.shop.example' }
`
const SERVICE = `
Parameters:
  Image: { Type: String }
  Tool: { Type: String, Default: none }
Resources:
  Running:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/image', Value: !Ref Image }
`

let aws: EmulatedAws
let delivery: EmulatedDelivery
let bucket: string
beforeAll(async () => {
  aws = await startAws()
})
afterAll(async () => aws.stop())
beforeEach(async () => {
  delivery = aws.deliver(IN_BUCKET)
  bucket = delivery.policy.accounts['nonprod']?.bundles ?? ''
  await delivery.byHand(async s3 => {
    await s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } })
    )
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  })
})

async function planOf({ outputs }: Report): Promise<Plan> {
  return decodePlan(await readFile(outputs['plan-path'] ?? ''), outputs['plan-digest'] as Digest)
}

async function versionsOf(key: string): Promise<readonly string[]> {
  return delivery.byHand(async s3 => {
    const { Versions: versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }))
    return versions.map(({ VersionId = '' }) => VersionId)
  })
}

async function textAt(key: string): Promise<string | undefined> {
  return delivery.byHand(async s3 => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Body?.transformToString()
  })
}

async function deliver(of: Seeded, run: string): Promise<Report> {
  const planned = await delivery.plan(of, run)
  await delivery.begin(planned, of, run)
  return delivery.apply(planned, of, run)
}

describe('a template that is too long for a request', () => {
  it('is put into the bucket of the account by its digest when it is planned, and deployed', async () => {
    const of = await delivery.publish('one', { 'infra/api.yml': LONG })

    await deliver(of, '700')

    const key = templateKey('shop', sha256(LONG))
    expect(await textAt(key)).toBe(LONG)
    expect(await versionsOf(key)).toHaveLength(1)
    expect((await describeStacks(delivery.session, ['shop-staging-api'])).get('shop-staging-api')?.templateText).toBe(
      LONG
    )
    const again = await planOf(await delivery.plan(of, '701'))
    expect(again.stacks.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
    expect(await versionsOf(key)).toHaveLength(1)
  })

  it('makes a plan obsolete where it is gone when a change set has to be made again', async () => {
    const of = await delivery.publish('one', { 'infra/api.yml': LONG })
    const planned = await delivery.plan(of, '700')
    await delivery.begin(planned, of, '700')
    const key = templateKey('shop', sha256(LONG))
    const [VersionId] = await versionsOf(key)
    await delivery.byHand(async s3 => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId })))
    await delivery.discard(of, '700')

    const error = await delivery.apply(planned, of, '700').catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^The plan is obsolete: a template was deleted from the bucket `bundles` of account nonprod/
      ),
      outputs: { outcome: 'obsolete', touched: 'false', 'plan-digest': planned.outputs['plan-digest'] }
    })
    expect(await describeStacks(delivery.session, ['shop-staging-api'])).toEqual(new Map())
  })

  it('is refused where the account has no bucket', async () => {
    delivery = aws.deliver(IN_BUCKET.replace(/, bundles: [^ ]+/, ''))
    const of = await delivery.publish('one', { 'infra/api.yml': LONG })

    await expect(delivery.plan(of, '700')).rejects.toThrow(
      /^The template of unit api is \d+ bytes long; CloudFormation accepts at most 51200 in a request\. Name a bucket for longer ones under accounts\.<name>\.bundles of delivery\.yml, split/
    )
  })
})

describe('a template that nests another by its file', () => {
  it('is deployed with the one of the commit, by digest and version', async () => {
    const of = await delivery.publish('one', { 'infra/api.yml': AROUND, 'infra/parts/service.yml': SERVICE })

    await deliver(of, '700')

    const key = templateKey('shop', sha256(SERVICE))
    const [version = ''] = await versionsOf(key)
    expect(await textAt(key)).toBe(SERVICE)
    const live = (await describeStacks(delivery.session, ['shop-staging-api'])).get('shop-staging-api')
    expect(live?.templateText).toBe(
      AROUND.replace('./parts/service.yml', `"${objectUrl({ bucket, key, version }, 'eu-central-1')}"`)
    )
    const again = await planOf(await delivery.plan(of, '701'))
    expect(again.stacks.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
  })

  it('may run what the release built, and nothing else, in each of them', async () => {
    const task = (image: string): string =>
      `${SERVICE}  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      Family: !Ref AWS::StackName\n      ContainerDefinitions: [{ Name: a, Image: ${image} }]\n`
    const publish = (image: string): Promise<Seeded> =>
      delivery.publish('one', { 'infra/api.yml': AROUND, 'infra/parts/service.yml': task(image) })

    await delivery.plan(await publish('!Ref Image'), '700')

    await expect(delivery.plan(await publish('public.example/other:latest'), '701')).rejects.toThrow(
      'Unit api: Task/ContainerDefinitions/0/Image of infra/parts/service.yml runs the image public.example/other:latest, which this release did not build.'
    )
    await expect(delivery.plan(await publish('!Ref Tool'), '702')).rejects.toThrow('runs the image none')
  })

  it('is looked at wherever it is used: not by the same name in an expression, or in a resource of another type', async () => {
    await delivery.plan(
      await delivery.publish('one', { 'infra/api.yml': AROUND, 'infra/parts/service.yml': SERVICE }),
      '700'
    )
    const key = templateKey('shop', sha256(SERVICE))
    const [version = ''] = await versionsOf(key)
    const url = objectUrl({ bucket, key, version }, 'eu-central-1')
    const beside = (type: string, written: string): string =>
      AROUND.replace(
        'Outputs:',
        `  Other: { Type: ${type}, Properties: { TemplateURL: ${written}, Parameters: { Image: "public.example/other" } } }\nOutputs:`
      )

    for (const [n, template] of [
      beside('AWS::CloudFormation::Stack', `!Sub "${url}"`),
      beside('AWS::CloudFormation::StackSet', `"${url}"`)
    ].entries()) {
      const of = await delivery.publish('one', { 'infra/api.yml': template, 'infra/parts/service.yml': SERVICE })
      await expect(delivery.plan(of, `71${n}`)).rejects.toThrow(
        `Unit api: Other/TemplateURL of its template takes a template from ${url}, which this release did not build.`
      )
    }
  })

  it('shows what it lets happen beyond what is live', async () => {
    const role = (action: string): string =>
      `${SERVICE}  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] }\n      Policies: [{ PolicyName: p, PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: ${action}, Resource: "*" }] } }]\n`
    const publish = (page: string, action: string): Promise<Seeded> =>
      delivery.publish(page, { 'infra/api.yml': AROUND, 'infra/parts/service.yml': role(action) })
    await deliver(await publish('one', 's3:GetObject'), '700')

    const { stacks } = await planOf(await delivery.plan(await publish('two', 's3:*'), '701'))

    expect(stacks[0]?.widens).toEqual([{ at: 'Service/Role', what: expect.stringContaining('s3:*') }])
  })

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'is missing',
      {},
      /^Unit api: Service in infra\/api\.yml nests infra\/parts\/service\.yml, which is not a file of the commit\./
    ],
    [
      'nests the first',
      { 'infra/parts/service.yml': AROUND.replace('./parts/service.yml', '../api.yml') },
      /^Unit api: Service in infra\/parts\/service\.yml nests infra\/api\.yml, which nests itself: infra\/api\.yml → infra\/parts\/service\.yml → infra\/api\.yml\./
    ],
    [
      'has transforms',
      { 'infra/parts/service.yml': `Transform: AWS::LanguageExtensions\n${SERVICE}` },
      /^Unit api: Service in infra\/api\.yml nests infra\/parts\/service\.yml, which has transforms/
    ],
    [
      'declares nothing',
      { 'infra/parts/service.yml': 'Resources: {}' },
      /^The template infra\/parts\/service\.yml, nested by unit api, declares no resources/
    ]
  ])('is refused before anything is put anywhere where that %s', async (_, files, message) => {
    const of = await delivery.publish('one', { 'infra/api.yml': AROUND, ...files })

    await expect(delivery.plan(of, '700')).rejects.toThrow(message)

    expect(await versionsOf('')).toEqual([])
  })

  it('is refused where the account has no bucket', async () => {
    delivery = aws.deliver(IN_BUCKET.replace(/, bundles: [^ ]+/, ''))
    const of = await delivery.publish('one', { 'infra/api.yml': AROUND, 'infra/parts/service.yml': SERVICE })

    await expect(delivery.plan(of, '700')).rejects.toThrow(
      'Unit api: Service in infra/api.yml nests infra/parts/service.yml, which CloudFormation reads from S3 alone. Name a bucket for it under accounts.<name>.bundles of delivery.yml.'
    )
  })
})
