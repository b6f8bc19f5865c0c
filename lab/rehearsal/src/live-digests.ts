import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBundle, readFiles } from '@sluice/bundle'
import {
  awsTerms,
  BUNDLE_FILES,
  BUNDLE_MARKER,
  bundleBucket,
  bundleKey,
  type Digest,
  Failure,
  parseAccountId,
  parseDigest,
  runCommand,
  sha256,
  signedCall
} from '@sluice/core'
import { environmentNamed, type Unit } from '@sluice/delivery'
import { type AccountAccess, accessTo } from './accounts.ts'
import type { World } from './world.ts'

/** The digest in a parameter of a live stack, by CloudFormation's DescribeStacks; absent when there is no such stack. */
export async function stackParameter(
  world: World,
  environment: string,
  stack: string,
  parameter: string
): Promise<string | undefined> {
  const found = await describeStack(world, environment, stack)
  const value = found?.parameters.get(parameter)
  return value === undefined ? undefined : digestIn(value)
}

/** The digest that a tag of the ops registry names, by skopeo. */
export async function imageDigestOfTag(world: World, unit: string, tag: string): Promise<string | undefined> {
  const name = `docker://${world.registry.host}/${world.delivery.product}/${unit}:${tag}`
  const { code, stdout, stderr } = await runCommand(world.tools.skopeo, [
    'inspect',
    '--tls-verify=false',
    '--format',
    '{{.Digest}}',
    name
  ])
  if (code === 0) return stdout.toString('utf8').trim()
  if (/manifest unknown|not found/i.test(stderr)) return undefined
  throw new Failure(`skopeo could not inspect ${name}: ${stderr.trim()}`)
}

/** The digest of a bundle's bytes in the ops bucket; absent when it is not there. */
export async function bundleDigestInStore(world: World, unit: string, digest: Digest): Promise<string | undefined> {
  const bytes = await readStoredBundle(world, unit, digest)
  return bytes === undefined ? undefined : sha256(bytes)
}

async function readStoredBundle(world: World, unit: string, digest: Digest): Promise<Uint8Array | undefined> {
  const access = accessTo(world.delivery, world.delivery.registry.account, world.aws.url)
  const bucket = bundleBucket(world.delivery.product, parseAccountId(access.credentials.accessKeyId))
  return readObject(access, bucket, bundleKey(unit, digest))
}

/** The bytes of a release document, fetched from the registry as any client would. */
export async function releaseBytes(world: World, digest: Digest): Promise<Uint8Array | undefined> {
  const answer = await fetch(`${world.registry.url}/v2/${world.delivery.product}/releases/blobs/${digest}`)
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined
}

/** What runs: the image of the service's task definition, the bundle whose files the bucket holds, or the code of the function. */
export async function runningImage(
  world: World,
  environment: string,
  unit: Unit,
  stack: string
): Promise<string | undefined> {
  const access = accessTo(world.delivery, environmentNamed(world.delivery, environment).account, world.aws.url)
  const found = await describeStack(world, environment, stack)
  if (unit.kind === 'bundle') {
    const bucket = unit.bundle.publish === undefined ? undefined : found?.outputs.get(unit.bundle.publish)
    return bucket === undefined
      ? codeOfFunction(access, found?.resources ?? [])
      : publishedBundle(world, access, unit.name, bucket)
  }
  const service = found?.resources.find(({ type }) => type === 'AWS::ECS::Service')?.physicalId
  if (service === undefined) return undefined
  const image = await imageOfService(access, service)
  return image === undefined ? undefined : digestIn(image)
}

interface DescribedStack {
  readonly parameters: ReadonlyMap<string, string>
  readonly outputs: ReadonlyMap<string, string>
  readonly resources: readonly { readonly type: string; readonly physicalId: string }[]
}

async function describeStack(world: World, environment: string, stack: string): Promise<DescribedStack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand, DescribeStackResourcesCommand } = await import(
    '@aws-sdk/client-cloudformation'
  )
  const client = new CloudFormationClient(
    accessTo(world.delivery, environmentNamed(world.delivery, environment).account, world.aws.url)
  )
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }))
    const [found] = Stacks ?? []
    if (found === undefined) return undefined
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: stack }))
    return {
      parameters: new Map((found.Parameters ?? []).map(it => [it.ParameterKey ?? '', it.ParameterValue ?? ''])),
      outputs: new Map((found.Outputs ?? []).map(it => [it.OutputKey ?? '', it.OutputValue ?? ''])),
      resources: (StackResources ?? []).map(it => ({
        type: it.ResourceType ?? '',
        physicalId: it.PhysicalResourceId ?? ''
      }))
    }
  } catch (error: unknown) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined
    throw new Failure(`Stack ${stack} could not be read.`, { cause: error })
  } finally {
    client.destroy()
  }
}

async function imageOfService(access: AccountAccess, service: string): Promise<string | undefined> {
  const { ECSClient, DescribeServicesCommand, DescribeTaskDefinitionCommand } = await import('@aws-sdk/client-ecs')
  const client = new ECSClient(access)
  try {
    // arn:aws:ecs:<region>:<account>:service/<cluster>/<service>
    const cluster = service.split('/').at(-2)
    const { services } = await client.send(
      new DescribeServicesCommand({ services: [service], ...(cluster === undefined ? {} : { cluster }) })
    )
    const taskDefinition = services?.[0]?.taskDefinition
    if (taskDefinition === undefined) return undefined
    const described = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }))
    return described.taskDefinition?.containerDefinitions?.[0]?.image
  } finally {
    client.destroy()
  }
}

/** The SHA-256 of what the only function of a stack runs: of the archive that Lambda hands out, whatever it says of it. */
async function codeOfFunction(
  access: AccountAccess,
  resources: DescribedStack['resources']
): Promise<Digest | undefined> {
  const name = resources.find(({ type }) => type === 'AWS::Lambda::Function')?.physicalId
  if (name === undefined) return undefined
  const { region, endpoint, credentials } = access
  const session = { region, credentials: async () => credentials, terms: awsTerms({ AWS_ENDPOINT_URL: endpoint }) }
  const { status, body } = await signedCall(session, {
    ...{
      service: 'LAMBDA',
      signingName: 'lambda',
      region,
      host: '',
      method: 'GET',
      headers: {},
      body: ''
    },
    path: `/2015-03-31/functions/${name}`
  })
  if (status !== 200) throw new Failure(`Lambda could not show ${name}: ${body}`)
  const { Code } = JSON.parse(body) as { readonly Code?: { readonly Location?: string } }
  const archive = await fetch(Code?.Location ?? '')
  return sha256(new Uint8Array(await archive.arrayBuffer()))
}

/**
 * The bundle whose files a bucket holds, every byte compared; where a file differs, says which one instead.
 * The digest that the bucket claims only tells which bundle to compare with.
 */
async function publishedBundle(
  world: World,
  access: AccountAccess,
  unit: string,
  bucket: string
): Promise<string | undefined> {
  const claimed = await readObject(access, bucket, BUNDLE_MARKER)
  if (claimed === undefined) return undefined
  // While one is published over another, it says so behind the first.
  const [first = ''] = Buffer.from(claimed).toString('utf8').trim().split(' ')
  const digest = parseDigest(first, `${BUNDLE_MARKER} in ${bucket}`)
  const archive = await readStoredBundle(world, unit, digest)
  if (archive === undefined) return `files of ${digest}, which is not in the ops registry`
  const expected = await filesOfBundle(archive)
  const live = await filesOfBucket(access, bucket)
  const noted = await readObject(access, bucket, BUNDLE_FILES)
  const { leaving = [] } = (noted && readFiles(Buffer.from(noted).toString('utf8'))) ?? {}
  // Pages that are still open ask for files of the bundle before.
  for (const key of [BUNDLE_MARKER, BUNDLE_FILES, ...leaving.filter(it => !expected.has(it))]) live.delete(key)
  const different = [...new Set([...expected.keys(), ...live.keys()])].filter(
    path => expected.get(path) !== live.get(path)
  )
  return different.length === 0 ? digest : `other files (${different.sort().join(', ')})`
}

async function filesOfBundle(archive: Uint8Array): Promise<ReadonlyMap<string, Digest>> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-proof-'))
  try {
    const file = join(folder, 'bundle.zip')
    await writeFile(file, archive)
    const files = new Map<string, Digest>()
    await readBundle(file, async entry => {
      files.set(entry.path, sha256(await entry.read()))
    })
    return files
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function filesOfBucket(access: AccountAccess, bucket: string): Promise<Map<string, Digest>> {
  const { S3Client, paginateListObjectsV2 } = await import('@aws-sdk/client-s3')
  const client = new S3Client({ ...access, forcePathStyle: true })
  const files = new Map<string, Digest>()
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket })) {
      for (const { Key } of page.Contents ?? []) {
        const bytes = Key === undefined ? undefined : await readObject(access, bucket, Key)
        if (Key !== undefined && bytes !== undefined) files.set(Key, sha256(bytes))
      }
    }
    return files
  } finally {
    client.destroy()
  }
}

async function readObject(access: AccountAccess, bucket: string, key: string): Promise<Uint8Array | undefined> {
  const { S3Client, GetObjectCommand, NoSuchKey, NoSuchBucket } = await import('@aws-sdk/client-s3')
  const client = new S3Client({ ...access, forcePathStyle: true })
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return await Body?.transformToByteArray()
  } catch (error: unknown) {
    if (error instanceof NoSuchKey || error instanceof NoSuchBucket) return undefined
    throw error
  } finally {
    client.destroy()
  }
}

/** The digest at the end of an image reference, or in the name of an archive, or the text itself. */
function digestIn(reference: string): string {
  const [, hex] = /\/([0-9a-f]{64})\.zip$/.exec(reference) ?? []
  if (hex !== undefined) return `sha256:${hex}`
  return reference.includes('@') ? (reference.split('@').at(-1) ?? reference) : reference
}
