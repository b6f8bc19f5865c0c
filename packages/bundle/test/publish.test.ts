import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { BUNDLE_MARKER, type Digest, Failure, fastRetry, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { publishBundle, publishedDigest, writeBundle } from '../src/index.ts'

const ACCOUNT = '222222222222'

let root: string
let ministack: Server
let client: S3Client
let bucket: string
let count = 0
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-publish-'))
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

async function bundle(files: Readonly<Record<string, string>>): Promise<{ archive: string; digest: Digest }> {
  const directory = join(root, `tree-${count++}`)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  const archive = `${directory}.zip`
  return { archive, digest: (await writeBundle({ directory, file: archive })).digest }
}

/** An S3 that answers as a test says, and remembers what it was asked. */
async function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => void
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => answer(request, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

describe('publishing a bundle', () => {
  it('puts each file under its path, with the type that browsers need, and says at the end which bundle it is', async () => {
    const { archive, digest } = await bundle({
      'index.html': '<p>',
      'assets/app.js': '1',
      'assets/app.js.map': '{}',
      'assets/logo.avif': 'x',
      'assets/font.woff': 'x',
      'feed.xml': '<x/>',
      'site.webmanifest': '{}',
      'favicon.ico': 'x',
      'tour.pdf': 'x',
      LICENSE: 'x'
    })

    const published = await publishBundle({ session: session(), bucket, archive, digest })

    expect(published).toEqual({ files: 10, removed: 0 })
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    const types = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { ContentType, Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
        return [Key, ContentType, await Body?.transformToString()]
      })
    )
    expect(types.sort()).toEqual([
      [BUNDLE_MARKER, 'text/plain', digest],
      ['LICENSE', 'application/octet-stream', 'x'],
      ['assets/app.js', 'text/javascript; charset=utf-8', '1'],
      ['assets/app.js.map', 'application/json', '{}'],
      ['assets/font.woff', 'font/woff', 'x'],
      ['assets/logo.avif', 'image/avif', 'x'],
      ['favicon.ico', 'image/vnd.microsoft.icon', 'x'],
      ['feed.xml', 'application/xml', '<x/>'],
      ['index.html', 'text/html; charset=utf-8', '<p>'],
      ['site.webmanifest', 'application/manifest+json', '{}'],
      ['tour.pdf', 'application/pdf', 'x']
    ])
    expect(await publishedDigest(session(), bucket)).toBe(digest)
  })

  it('removes what the bundle does not have', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'old.html', Body: 'old' }))
    const { archive, digest } = await bundle({ 'index.html': '<p>' })

    const published = await publishBundle({ session: session(), bucket, archive, digest })

    expect(published).toEqual({ files: 1, removed: 1 })
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    expect(Contents.map(({ Key }) => Key).sort()).toEqual([BUNDLE_MARKER, 'index.html'])
  })

  it('puts pages after what they refer to, and the marker last', async () => {
    const { archive, digest } = await bundle({ 'a.html': 'a', 'b.css': 'b', 'c.html': 'c', 'd.js': 'd' })
    const s3 = await answering((request, response) => {
      response.end(request.method === 'GET' ? '<ListBucketResult/>' : '')
    })

    await publishBundle({ session: session(s3.url), bucket, archive, digest })

    const puts = s3.asked.filter(it => it.startsWith('PUT')).map(it => it.replace(/^PUT \/[^/]+\/|\?.*$/g, ''))
    expect(puts).toEqual(['b.css', 'd.js', 'a.html', 'c.html', BUNDLE_MARKER])
    expect(s3.asked.at(-1)).toContain(BUNDLE_MARKER)
  })

  it('tries again where S3 stumbles, and leaves no marker where it fails for good', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a', 'b.html': 'b' })
    const s3 = await answering((request, response) => {
      if (request.url?.includes('b.html')) response.writeHead(503)
      response.end()
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(Failure)
    await expect(publishing).rejects.toThrow(`S3 could not publish ${digest} to ${bucket}: `)
    expect(s3.asked.filter(it => it.includes('b.html'))).toHaveLength(fastRetry.attempts)
    expect(s3.asked.filter(it => it.includes(BUNDLE_MARKER))).toEqual([])
  })

  it('fails, without a marker, when S3 keeps a file that should go', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x' })
    const s3 = await answering((request, response) => {
      const list = '<ListBucketResult><Contents><Key>old.html</Key></Contents></ListBucketResult>'
      const kept = '<DeleteResult><Error><Key>old.html</Key><Code>AccessDenied</Code></Error></DeleteResult>'
      response.end(request.method === 'GET' ? list : request.method === 'POST' ? kept : '')
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(`S3 did not delete old.html from ${bucket}: AccessDenied`)
    expect(s3.asked.filter(it => it.includes(BUNDLE_MARKER))).toEqual([])
  })

  it('reads every page of the list', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x' })
    const s3 = await answering((request, response) => {
      const first =
        '<ListBucketResult><NextContinuationToken>next</NextContinuationToken><Contents><Key>a</Key></Contents></ListBucketResult>'
      const second = '<ListBucketResult><Contents><Key>b</Key></Contents></ListBucketResult>'
      if (request.method === 'POST') response.end('<DeleteResult/>')
      else if (request.method === 'PUT') response.end()
      else response.end(request.url?.includes('continuation-token=next') ? second : first)
    })

    expect(await publishBundle({ session: session(s3.url), bucket, archive, digest })).toMatchObject({ removed: 2 })
  })
})

describe('the bundle that a bucket holds', () => {
  it('is none where nothing was published, or there is no bucket', async () => {
    expect(await publishedDigest(session(), bucket)).toBeUndefined()
    expect(await publishedDigest(session(), 'storefront-staging-nowhere')).toBeUndefined()
  })

  it('is none where the marker holds something else', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: BUNDLE_MARKER, Body: 'v1' }))

    expect(await publishedDigest(session(), bucket)).toBeUndefined()
  })

  it('cannot be read without permission, which is named', async () => {
    const denying = await answering((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>')
    })

    const reading = publishedDigest(session(denying.url), bucket)

    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(`S3 could not read which bundle ${bucket} holds: no. Grant the role`)
  })

  it('passes on why the session has no credentials', async () => {
    const refused = { ...session(), credentials: () => Promise.reject(new UserError('The role could not be assumed.')) }

    await expect(publishedDigest(refused, bucket)).rejects.toThrow(new UserError('The role could not be assumed.'))
  })
})
