import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { awsClientConfig, codeKey, hexOf, sha256, UserError } from '@sluice/core'
import { type CodeStore, codeStore } from '@sluice/registry'
import { reply } from '@sluice-lab/servers'
import { bundleScene, OPS, sessionAt } from './bundle-scene.ts'

const BUCKET = 'storefront-code'
const scene = bundleScene()
const { bundle, front } = scene
let s3: S3Client

beforeAll(async () => {
  s3 = new S3Client(awsClientConfig(sessionAt(scene.ministack.url), 'S3'))
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  await keepVersions(BUCKET)
})
afterAll(() => s3.destroy())

async function keepVersions(bucket: string): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
}

function codeAt(url: string, bucket = BUCKET): CodeStore {
  return codeStore({ session: sessionAt(url), product: 'storefront', bucket, owner: OPS })
}

/** The versions of an object, the latest first. */
async function versionsOf(key: string): Promise<readonly (string | undefined)[]> {
  const { Versions: versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: key }))
  return versions.map(it => it.VersionId)
}

describe('the copy of a bundle that Lambda takes its code from', () => {
  it('is an object by version, named by product, unit and digest', async () => {
    const store = codeAt(scene.ministack.url)
    const { file, digest } = await bundle()

    const kept = await store.keep('report', digest, file)

    expect(kept).toEqual({
      bucket: BUCKET,
      key: `storefront/report/${hexOf(digest)}.zip`,
      version: expect.stringMatching(/^.{8,}$/)
    })
    expect(await store.find('report', digest)).toEqual(kept)
    expect(await versionsOf(kept.key)).toEqual([kept.version])
  })

  it('is absent where nobody made it', async () => {
    expect(await codeAt(scene.ministack.url).find('report', sha256(randomBytes(8)))).toBeUndefined()
  })

  it('stays the version that it is, however often and by how many it is copied', async () => {
    const store = codeAt(scene.ministack.url)
    const { file, digest } = await bundle()

    const first = await Promise.all([1, 2, 3].map(async () => store.keep('report', digest, file)))
    const again = await store.keep('report', digest, file)

    expect(new Set([...first, again].map(({ version }) => version)).size).toBe(1)
    expect(await versionsOf(again.key)).toEqual([again.version])
  })

  it('is looked for and put only into a bucket of the account, whoever took its name', async () => {
    const owners = new Set<unknown>()
    const aws = await front((request, _response, forward) => {
      owners.add(request.headers['x-amz-expected-bucket-owner'])
      return forward()
    })
    const { file, digest } = await bundle()

    await codeAt(aws.url).keep('report', digest, file)

    expect(owners).toEqual(new Set([OPS]))
  })

  it.each(['PUT', 'HEAD'])('is found by the next try where one ended after its %s was carried out', async method => {
    const { file, digest } = await bundle()
    let cut = false
    const aws = await front(async (request, response, forward) => {
      if (request.method !== method) return forward()
      // Put, and then the connection is gone.
      if (method === 'PUT') await s3.send(await put(digest, file))
      cut = true
      response.destroy()
    })

    await expect(codeAt(aws.url).keep('report', digest, file)).rejects.toThrow(/S3 could not/)
    const kept = await codeAt(scene.ministack.url).keep('report', digest, file)

    expect(cut).toBe(true)
    expect(await versionsOf(kept.key)).toEqual([kept.version])
  })

  it('is made anew where someone deleted it, as another version', async () => {
    const store = codeAt(scene.ministack.url)
    const { file, digest } = await bundle()
    const before = await store.keep('report', digest, file)

    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: before.key }))
    const gone = await store.find('report', digest)
    const after = await store.keep('report', digest, file)

    expect(gone).toBeUndefined()
    expect(after.version).not.toBe(before.version)
  })
})

describe('what is in the place of a copy', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['other bytes', { ChecksumAlgorithm: 'SHA256' }, `bytes of ${sha256('planted')}`],
    ['bytes without a checksum', { ChecksumAlgorithm: 'CRC32' }, 'bytes of which S3 knows no SHA-256']
  ])('is refused: %s, with the command that removes it', async (_, how, found) => {
    const { file, digest } = await bundle()
    const key = codeKey('storefront', 'report', digest)
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: 'planted', ...how }))

    const error = await codeAt(scene.ministack.url)
      .keep('report', digest, file)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`s3://${BUCKET}/${key} holds ${found} instead of ${digest}`)
    expect(String(error)).toContain(`--key ${key} --version-id '${VersionId}'`)
  })

  it('is refused where the bucket keeps no versions, with the command that has it keep them', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'storefront-flat' }))
    const { file, digest } = await bundle()
    const store = codeAt(scene.ministack.url, 'storefront-flat')

    await expect(store.keep('report', digest, file)).rejects.toThrow(
      'has no version, so it could be replaced after an approval. Let the bucket keep versions: `aws s3api put-bucket-versioning --bucket storefront-flat --versioning-configuration Status=Enabled`'
    )
    await keepVersions('storefront-flat')
    await expect(store.keep('report', digest, file)).rejects.toThrow('has no version')
  })

  it('says that the bucket is missing, or that the role may not', async () => {
    const { file, digest } = await bundle()
    const forbidding = await front((_request, response) => reply(response, 403))

    await expect(codeAt(scene.ministack.url, 'nowhere-to-be-found').keep('report', digest, file)).rejects.toThrow(
      `Create it in account ${OPS} and region eu-west-1, with versions, or correct \`bundles\` of the account in delivery.yml.`
    )
    await expect(codeAt(forbidding.url).find('report', digest)).rejects.toThrow(
      'Give the roles what `sluice roles` prints for them'
    )
  })

  it('is said to be lost where it is gone right after it was put', async () => {
    const { file, digest } = await bundle()
    const losing = await front((request, response, forward) =>
      request.method === 'HEAD' ? reply(response, 404) : forward()
    )

    await expect(codeAt(losing.url).keep('report', digest, file)).rejects.toThrow('lost storefront/report/')
  })
})

async function put(digest: ReturnType<typeof sha256>, file: string): Promise<PutObjectCommand> {
  return new PutObjectCommand({
    ...{ Bucket: BUCKET, Key: codeKey('storefront', 'report', digest), Body: await readFile(file) },
    ...{ ChecksumSHA256: Buffer.from(hexOf(digest), 'hex').toString('base64'), IfNoneMatch: '*' }
  })
}

describe('a template that CloudFormation reads from S3', () => {
  it('is an object by version, named by product and digest, and is put once', async () => {
    const store = codeAt(scene.ministack.url)
    const text = `Resources: {} # ${randomBytes(8).toString('hex')}`

    expect(await store.findTemplate(text)).toBeUndefined()
    const [kept] = await Promise.all([1, 2, 3].map(async () => store.keepTemplate(text)))

    expect(kept).toEqual({
      bucket: BUCKET,
      key: `storefront/templates/${hexOf(sha256(text))}.template`,
      version: expect.stringMatching(/^.{8,}$/)
    })
    expect(await store.findTemplate(text)).toEqual(kept)
    expect(await store.keepTemplate(text)).toEqual(kept)
    expect(await versionsOf(kept?.key ?? '')).toEqual([kept?.version])
  })
})
