import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { applyStacks, describeStacks, planStacks, type StackRequest, type StacksRequest } from '@sluice/cloudformation'
import {
  type AwsSession,
  awsClientConfig,
  codeKey,
  type Digest,
  type Log,
  parseDigest,
  runCommand,
  systemClock
} from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'

const example = fileURLToPath(new URL('../../examples/storefront', import.meta.url))
const log: Log = {
  info: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  untrusted: () => undefined,
  group: async (_title, work) => work()
}

let directory = ''
let aws: Server
let session: AwsSession
let account = 222_222_222_222

// An account that is empty: tests do not see each other.
beforeEach(() => {
  session = emulatedSession(aws.url, String(account++))
})

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-storefront-aws-'))
  const tools = await ensureTools({ only: ['ministack'] })
  aws = await startMinistack({ tools, directory, accountId: '222222222222', region: 'eu-west-1', enforceIam: false })
}, 600_000)

afterAll(async () => {
  await aws.stop()
  await rm(directory, { recursive: true, force: true })
})

/** The stacks of staging, as a release with these digests wants them. */
async function stacks(
  digits: Readonly<Record<string, string>>,
  change: (template: string) => string = text => text
): Promise<StacksRequest> {
  const { units } = parseDelivery(await readFile(join(example, 'delivery.yml'), 'utf8'), 'delivery.yml')
  const requests = units.map(async (unit): Promise<StackRequest> => {
    const artifact = parseDigest(`sha256:${(digits[unit.name] ?? '0').repeat(64)}`)
    const given: Record<string, string> =
      unit.kind === 'image'
        ? { Image: `ops.example/storefront/${unit.name}@${artifact}` }
        : unit.bundle.publish === undefined
          ? await copied(unit.name, artifact)
          : { BundleDigest: artifact }
    return {
      unit: unit.name,
      stack: `storefront-staging-${unit.name}`,
      dependsOn: unit.dependsOn,
      template: change(await readFile(join(example, unit.stack.template), 'utf8')),
      parameters: { ...unit.stack.parameters, ...given },
      tags: { product: 'storefront', environment: 'staging', unit: unit.name },
      artifact
    }
  })
  return {
    session,
    stacks: await Promise.all(requests),
    changeSetName: 'sluice-0123456789ab-1',
    clock: systemClock,
    log
  }
}

/** Where Lambda takes a bundle of the account from: an archive of these few bytes. */
async function copied(unit: string, digest: Digest): Promise<Readonly<Record<string, string>>> {
  const { accessKeyId } = await session.credentials()
  const [Bucket, Key] = [`storefront-bundles-${accessKeyId}`, codeKey('storefront', unit, digest)]
  const s3 = new S3Client(awsClientConfig(session, 'S3'))
  try {
    await s3.send(new CreateBucketCommand({ Bucket })).catch(() => undefined)
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    const there = await s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined)
    const { VersionId = '' } = there ?? (await s3.send(new PutObjectCommand({ Bucket, Key, Body: EMPTY_ZIP })))
    return { BundleBucket: Bucket, BundleKey: Key, BundleVersion: VersionId }
  } finally {
    s3.destroy()
  }
}

/** An archive without files: its end alone (APPNOTE.TXT, 4.3.16). */
const EMPTY_ZIP = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex')

async function deploy(
  digits: Readonly<Record<string, string>>,
  change?: (template: string) => string
): Promise<readonly string[]> {
  const request = await stacks(digits, change)
  const plan = await planStacks(request)
  const outcome = await applyStacks({
    ...request,
    plan,
    clientToken: Object.values(digits).join('').padEnd(64, '0'),
    deadline: Date.now() + 120_000,
    onEvent: () => undefined
  })
  expect(outcome).toMatchObject({ kind: 'applied' })
  return plan.flatMap(stack => stack.changes.map(({ action, logicalId }) => `${stack.unit}: ${action} ${logicalId}`))
}

async function outputs(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const live = await describeStacks(
    session,
    ['api', 'worker', 'site'].map(unit => `storefront-staging-${unit}`)
  )
  return Object.fromEntries([...live].map(([name, stack]) => [name.replace('storefront-staging-', ''), stack.outputs]))
}

describe('the templates of the storefront', () => {
  it('deploy everything, then exactly what changed', async () => {
    const first = await deploy({ api: '1', worker: '2', site: '3' })
    const again = await deploy({ api: '1', worker: '2', site: '3' })
    const site = await deploy({ api: '1', worker: '2', site: '4' })
    const worker = await deploy({ api: '1', worker: '5', site: '4' })
    const report = await deploy({ api: '1', worker: '5', site: '4', report: '6' })

    expect(first).toEqual(expect.arrayContaining(['api: Add Service', 'api: Add Vpc', 'site: Add Bucket']))
    expect(again).toEqual([])
    expect(site).toEqual(['site: Modify Deployed'])
    expect(worker).toEqual(expect.arrayContaining(['worker: Modify TaskDefinition']))
    expect(worker.filter(change => !change.startsWith('worker: '))).toEqual([])
    expect(report).toEqual(expect.arrayContaining(['report: Modify Report']))
    expect(report.filter(change => !change.startsWith('report: '))).toEqual([])
  })

  it('move a subnet of the api that the worker runs in, by one plan', async () => {
    const digits = { api: '1', worker: '2', site: '3' }
    await deploy(digits)
    const before = await outputs()

    const moved = await deploy(digits, template => template.replace('10.42.0.0/24', '10.42.8.0/24'))

    const now = await outputs()
    expect(moved).toEqual(expect.arrayContaining(['api: Modify SubnetA', 'worker: Modify Service']))
    expect(now['api']?.['Subnets']).not.toBe(before['api']?.['Subnets'])
    const ecs = new ECSClient({ region: session.region, credentials: session.credentials, endpoint: aws.url })
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: now['api']?.['Cluster'], services: [now['worker']?.['Service'] ?? ''] })
    )
    ecs.destroy()
    const subnets = services?.[0]?.networkConfiguration?.awsvpcConfiguration?.subnets
    expect(subnets?.join(',')).toBe(now['api']?.['Subnets'])
  })

  it('run the image by its digest, and put the worker into the cluster of the api', async () => {
    await deploy({ api: '1', worker: '2', site: '3' })
    const { api, worker } = await outputs()
    const ecs = new ECSClient({ region: session.region, credentials: session.credentials, endpoint: aws.url })

    const { services } = await ecs.send(
      new DescribeServicesCommand({
        cluster: api?.['Cluster'],
        services: [api?.['Service'] ?? '', worker?.['Service'] ?? '']
      })
    )
    const images = await Promise.all(
      (services ?? []).map(async ({ taskDefinition }) => {
        const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))
        return found.taskDefinition?.containerDefinitions?.map(container => container.image)
      })
    )

    expect(images.flat().sort()).toEqual([
      `ops.example/storefront/api@sha256:${'1'.repeat(64)}`,
      `ops.example/storefront/worker@sha256:${'2'.repeat(64)}`
    ])
    ecs.destroy()
  })

  it('give the pages a bucket where the acceptance check finds the shop, and misses what is missing', async () => {
    await deploy({ api: '1', worker: '2', site: '3' })
    const Bucket = (await outputs())['site']?.['BucketName'] ?? ''
    const s3 = new S3Client({
      region: session.region,
      credentials: session.credentials,
      endpoint: aws.url,
      forcePathStyle: true
    })
    const types: Readonly<Record<string, string>> = {
      html: 'text/html',
      css: 'text/css',
      js: 'text/javascript',
      txt: 'text/plain'
    }
    for (const Key of await readdir(join(example, 'site'))) {
      const Body = await readFile(join(example, 'site', Key))
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: types[Key.split('.').at(-1) ?? ''] }))
    }
    const check = () =>
      runCommand(process.execPath, ['checks/smoke.mjs'], {
        cwd: example,
        env: { PATH: process.env['PATH'], ENVIRONMENT_URL: `${aws.url}/${Bucket}` }
      })

    const complete = await check()
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'shop.css' }))
    const broken = await check()

    expect([complete.code, complete.stdout.toString('utf8'), complete.stderr]).toEqual([
      0,
      'The shop shows edition Autumn 2026; 2 files of its page are there.\n',
      ''
    ])
    expect(broken.code).toBe(1)
    expect(broken.stderr).toContain('shop.css answers 404')
    s3.destroy()
  })
})
