import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type CacheRule, type Digest, fastRetry, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { type BundleDifference, compareBundle, publishBundle, writeBundle } from '../src/index.ts'
import { type AnsweringS3, answeringS3, isEmpty } from './s3.ts'

const ACCOUNT = '222222222222'
const NOTHING: BundleDifference = { added: [], changed: [], headers: [], same: 0, removed: [], kept: [] }

let root: string
let ministack: Server
let client: S3Client
let bucket: string
let count = 0
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-compare-'))
  const tools = await ensureTools({ only: ['ministack'] })
  const directory = join(root, 'aws')
  ministack = await startMinistack({ tools, directory, accountId: ACCOUNT, region: 'eu-west-1', enforceIam: false })
  const { region, credentials } = emulatedSession(ministack.url, ACCOUNT)
  client = new S3Client({ region, credentials, endpoint: ministack.url, forcePathStyle: true })
})

beforeEach(async () => {
  bucket = `storefront-staging-site-${count++}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
})

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

afterAll(async () => {
  client.destroy()
  await ministack.stop()
  await rm(root, { recursive: true, force: true })
})

const session = (url = ministack.url) => emulatedSession(url, ACCOUNT, { retry: fastRetry })

type Files = Readonly<Record<string, string>>

async function bundle(files: Files): Promise<{ archive: string; digest: Digest }> {
  const directory = join(root, `tree-${count++}`)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  const archive = `${directory}.zip`
  return { archive, digest: (await writeBundle({ directory, file: archive })).digest }
}

async function publish(files: Files, cacheControl: readonly CacheRule[] = []): Promise<void> {
  await publishBundle({ session: session(), bucket, cacheControl, ...(await bundle(files)) })
}

async function compare(files: Files, cacheControl: readonly CacheRule[] = []): Promise<BundleDifference> {
  return compareBundle({ session: session(), bucket, cacheControl, ...(await bundle(files)) })
}

async function put(Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))
}

const SITE = { 'index.html': 'page', 'assets/app.js': 'code' }
/** What the page is put with. */
const PAGE = { ContentType: 'text/html; charset=utf-8' }

describe('a bundle beside the files of a bucket', () => {
  it('adds all of its files where there is no bucket yet, and where there is none any more', async () => {
    const all = { ...NOTHING, added: ['assets/app.js', 'index.html'] }

    expect(
      await compareBundle({ session: session(), bucket: undefined, cacheControl: [], ...(await bundle(SITE)) })
    ).toEqual(all)
    bucket = 'storefront-staging-gone'
    expect(await compare(SITE)).toEqual(all)
  })

  it('is the same where it was published', async () => {
    await publish(SITE)

    expect(await compare(SITE)).toEqual({ ...NOTHING, same: 2 })
  })

  it('says of another one what it adds and changes, and what of the bundles before goes and what stays', async () => {
    await publish({ ...SITE, 'old.js': '1', 'older.js': '1' })
    await publish({ ...SITE, 'old.js': '1' })

    expect(await compare({ ...SITE, 'index.html': 'another page', 'new.js': '1' })).toEqual({
      added: ['new.js'],
      changed: ['index.html'],
      headers: [],
      same: 1,
      removed: ['older.js'],
      kept: ['old.js']
    })
  })

  it.each<[string, Partial<BundleDifference>, () => Promise<unknown>]>([
    ['has other bytes of the same length', { changed: ['index.html'] }, async () => put('index.html', 'evil', PAGE)],
    ['has another length', { changed: ['index.html'] }, async () => put('index.html', 'page.', PAGE)],
    [
      'is gone',
      { added: ['index.html'] },
      async () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'index.html' }))
    ],
    [
      'is of another type',
      { headers: ['index.html'] },
      async () => put('index.html', 'page', { ContentType: 'text/plain' })
    ],
    [
      'leads elsewhere',
      { headers: ['index.html'] },
      async () => put('index.html', 'page', { ...PAGE, WebsiteRedirectLocation: 'https://elsewhere.example/' })
    ],
    [
      'is to be unpacked first',
      { headers: ['index.html'] },
      async () => put('index.html', 'page', { ...PAGE, ContentEncoding: 'gzip' })
    ]
  ])('finds the file that %s since', async (_, difference, change) => {
    await publish(SITE)
    await change()

    expect(await compare(SITE)).toEqual({ ...NOTHING, same: 1, ...difference })
  })

  it.each(['SHA1', 'CRC32'] as const)('reads a file of which S3 keeps a %s only', async ChecksumAlgorithm => {
    await publish(SITE)

    await put('index.html', 'page', { ...PAGE, ChecksumAlgorithm })
    expect(await compare(SITE)).toEqual({ ...NOTHING, same: 2 })
    await put('index.html', 'evil', { ...PAGE, ChecksumAlgorithm })
    expect(await compare(SITE)).toEqual({ ...NOTHING, same: 1, changed: ['index.html'] })
  })

  it('finds files that are to be cached otherwise', async () => {
    await publish(SITE)
    const rules = [{ files: '*.js', value: 'immutable' }]

    expect(await compare(SITE, rules)).toEqual({ ...NOTHING, same: 1, headers: ['assets/app.js'] })
    await publish(SITE, rules)
    expect(await compare(SITE, rules)).toEqual({ ...NOTHING, same: 2 })
  })

  it('refuses, before anything is published, what would replace files of others', async () => {
    await put('index.html', 'theirs')

    await expect(compare(SITE)).rejects.toThrow(`${bucket} holds 1 file of this bundle that Sluice did not put there`)
  })

  it('looks at many files at once', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `assets/${n}.txt`)
    const files = Object.fromEntries(names.map(name => [name, name]))
    await publish(files)
    await put('assets/7.txt', 'assets/8.txt', { ContentType: 'text/plain; charset=utf-8' })

    expect(await compare(files)).toEqual({ ...NOTHING, same: 199, changed: ['assets/7.txt'] })
  })
})

describe('a bucket that cannot be looked at', () => {
  const listed = '<ListBucketResult><Contents><Key>index.html</Key><Size>4</Size></Contents></ListBucketResult>'
  const noted = JSON.stringify({ version: 1, files: ['index.html'], coming: [], leaving: [] })

  /** An S3 that has the page, and answers as told when it is asked for it. */
  async function answering(status: number): Promise<AnsweringS3> {
    const server = await answeringS3((request, response) => {
      if (request.method === 'HEAD') response.writeHead(status).end()
      else if (request.url?.includes('list-type') === true) response.end(listed)
      else if (request.url?.includes('files.json') === true) response.end(noted)
      else isEmpty(request, response)
    })
    stops.push(server.stop)
    return server
  }

  it('names the file, and the permission that is missing', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'page' })
    const { url } = await answering(403)

    const comparing = compareBundle({ session: session(url), bucket, cacheControl: [], archive, digest })

    await expect(comparing).rejects.toThrow(UserError)
    await expect(comparing).rejects.toThrow(
      new RegExp(`^S3 could not compare ${bucket} with ${digest}: index\\.html: .*Grant the role of this job`)
    )
  })

  it('lacks the file that went between two questions', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'page' })
    const { url } = await answering(404)

    expect(await compareBundle({ session: session(url), bucket, cacheControl: [], archive, digest })).toEqual({
      ...NOTHING,
      added: ['index.html']
    })
  })

  it('is not taken for an empty one where it cannot be listed', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'page' })
    const server = await answeringS3((request, response) => {
      if (request.url?.includes('/.sluice/') === true) isEmpty(request, response)
      else response.writeHead(400).end('<Error><Code>InvalidRequest</Code><Message>no</Message></Error>')
    })
    stops.push(server.stop)

    await expect(
      compareBundle({ session: session(server.url), bucket, cacheControl: [], archive, digest })
    ).rejects.toThrow(': no')
  })
})
