import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
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
import { BUNDLE_FILES, BUNDLE_MARKER, type Digest, Failure, fastRetry, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { publishBundle, publishedDigest, writeBundle } from '../src/index.ts'
import { type AnsweringS3, answeringS3, isEmpty } from './s3.ts'

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

const answering: typeof answeringS3 = async (...how) => {
  const server = await answeringS3(...how)
  stops.push(server.stop)
  return server
}

/** The keys that were put, in the order in which they came. */
function putsOf({ asked }: AnsweringS3): readonly string[] {
  return asked.filter(it => it.startsWith('PUT')).map(it => it.replace(/^PUT \/[^/]+\/|\?.*$/g, ''))
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

    expect(published).toEqual({ files: 10, removed: 0, kept: 0 })
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    const types = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { ContentType, Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
        return [Key, ContentType, await Body?.transformToString()]
      })
    )
    expect(types.sort()).toEqual([
      [BUNDLE_MARKER, 'text/plain', digest],
      [BUNDLE_FILES, 'application/json', expect.stringContaining('"LICENSE","assets/app.js"')],
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

  /** The keys of the bucket that are no notes of Sluice. */
  async function keys(): Promise<readonly string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    return Contents.flatMap(({ Key = '' }) => (Key.startsWith('.sluice/') ? [] : [Key])).sort()
  }
  async function publish(...files: readonly string[]): Promise<Awaited<ReturnType<typeof publishBundle>>> {
    const { archive, digest } = await bundle(Object.fromEntries(files.map(name => [name, name])))
    return publishBundle({ session: session(), bucket, archive, digest })
  }

  it('removes files of the bundle before one delivery late, and never what Sluice did not put there', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'uploads/cat.png', Body: 'theirs' }))

    expect(await publish('index.html', 'app-1.js')).toEqual({ files: 2, removed: 0, kept: 0 })
    expect(await publish('index.html', 'app-2.js')).toEqual({ files: 2, removed: 0, kept: 1 })
    expect(await keys()).toEqual(['app-1.js', 'app-2.js', 'index.html', 'uploads/cat.png'])
    // The same once more is none of the next.
    expect(await publish('index.html', 'app-2.js')).toEqual({ files: 2, removed: 0, kept: 1 })
    expect(await publish('index.html', 'app-3.js')).toEqual({ files: 2, removed: 1, kept: 1 })
    expect(await keys()).toEqual(['app-2.js', 'app-3.js', 'index.html', 'uploads/cat.png'])
    // What comes back before it goes stays.
    expect(await publish('index.html', 'app-2.js')).toEqual({ files: 2, removed: 0, kept: 1 })
    expect(await keys()).toEqual(['app-2.js', 'app-3.js', 'index.html', 'uploads/cat.png'])
  })

  it('says how long each file may be kept, by the first rule that fits, and says nothing where none does', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x', 'assets/app.js': 'x', 'assets/sw.js': 'x' })
    const cacheControl = [
      { files: '*/sw.js', value: 'no-cache' },
      { files: 'assets/*', value: 'public, max-age=31536000, immutable' }
    ]

    await publishBundle({ session: session(), bucket, archive, digest, cacheControl })

    const said = async (Key: string): Promise<string | undefined> =>
      (await client.send(new GetObjectCommand({ Bucket: bucket, Key }))).CacheControl
    expect(await said('assets/sw.js')).toBe('no-cache')
    expect(await said('assets/app.js')).toBe('public, max-age=31536000, immutable')
    expect(await said('index.html')).toBeUndefined()
  })

  it('refuses to replace files in a bucket to which it never published', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'index.html', Body: 'theirs' }))

    await expect(publish('index.html', 'app.js')).rejects.toThrow(
      `${bucket} holds 1 file of this bundle that Sluice did not put there, as index.html. Publish to another bucket, or move it away.`
    )
    expect(await keys()).toEqual(['index.html'])

    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'app.js', Body: 'theirs' }))
    await expect(publish('index.html', 'app.js')).rejects.toThrow(/holds 2 files of this bundle .*move them away\.$/)
  })

  it('refuses to replace what came into its bucket from elsewhere, and leaves it as it is', async () => {
    await publish('index.html')
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'robots.txt', Body: 'theirs' }))

    await expect(publish('index.html', 'robots.txt')).rejects.toThrow('that Sluice did not put there, as robots.txt.')

    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'robots.txt' }))
    expect(await Body?.transformToString()).toBe('theirs')
  })

  it('starts from nothing where its note cannot be read', async () => {
    await publish('index.html', 'app-1.js')
    for (const note of [
      '{',
      '[]',
      '{"files":[1],"coming":[],"leaving":[]}',
      '{"files":[],"coming":[],"leaving":[""]}',
      'null'
    ]) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: BUNDLE_FILES, Body: note }))

      expect(await publish('index.html', 'app-2.js')).toMatchObject({ removed: 0, kept: 0 })
    }
    expect(await keys()).toEqual(['app-1.js', 'app-2.js', 'index.html'])
  })

  it('puts pages after what they refer to, and the marker last', async () => {
    const { archive, digest } = await bundle({ 'a.html': 'a', 'b.css': 'b', 'c.HTM': 'c', 'd.js': 'd', 'e.xhtml': 'e' })
    const s3 = await answering((request, response) => {
      if (!isEmpty(request, response)) response.end()
    })

    await publishBundle({ session: session(s3.url), bucket, archive, digest })

    const puts = putsOf(s3)
    expect([...puts.slice(0, 2), ...puts.slice(2, 4).sort(), ...puts.slice(4, 7).sort(), ...puts.slice(7)]).toEqual([
      BUNDLE_MARKER,
      BUNDLE_FILES,
      'b.css',
      'd.js',
      'a.html',
      'c.HTM',
      'e.xhtml',
      BUNDLE_FILES,
      BUNDLE_MARKER
    ])
    expect(s3.asked.at(-1)).toContain(BUNDLE_MARKER)
  })

  it('has eight files on their way at once, each with its length, and pages only when all others have arrived', async () => {
    const names = Array.from({ length: 40 }, (_, n) => (n < 4 ? `${n}.html` : `${n}.js`))
    const { archive, digest } = await bundle(Object.fromEntries(names.map(name => [name, name])))
    let [now, most] = [0, 0]
    const lengths: (string | undefined)[] = []
    const waiting: (readonly string[])[] = []
    const arriving = new Set<string>()
    let scripts = 0
    const held: (() => void)[] = []
    const s3 = await answering((request, response) => {
      const name = request.url?.replace(/^\/[^/]+\/|\?.*$/g, '') ?? ''
      if (isEmpty(request, response) || name.startsWith('.sluice/')) return void response.end()
      if (name.endsWith('.html')) waiting.push([...arriving].filter(it => it.endsWith('.js')))
      arriving.add(name)
      lengths.push(request.headers['content-length'])
      most = Math.max(most, ++now)
      held.push(() => {
        now--
        arriving.delete(name)
        response.end()
      })
      if (name.endsWith('.js')) scripts++
      // Answered when eight wait, or no more can come; a little later, so that a ninth would be seen.
      const isLast = scripts === 36
      if (held.length < 8 && !isLast) return
      const ready = held.splice(0)
      setTimeout(() => {
        for (const end of ready) end()
      }, 50)
    })

    await publishBundle({ session: session(s3.url), bucket, archive, digest })

    expect(most).toBe(8)
    expect(lengths.toSorted()).toEqual(names.map(name => String(name.length)).toSorted())
    expect(waiting).toEqual([[], [], [], []])
  })

  it('says which file S3 did not take, and why, and puts nothing after it', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a', 'b.html': 'b' })
    const s3 = await answering((request, response) => {
      if (isEmpty(request, response)) return
      if (request.url?.includes('a.css') !== true) return void response.end()
      response.writeHead(400, { 'content-type': 'application/xml' })
      response.end('<Error><Code>KMS.DisabledException</Code><Message>The key is disabled.</Message></Error>')
    })

    await expect(publishBundle({ session: session(s3.url), bucket, archive, digest })).rejects.toThrow(
      `S3 could not publish ${digest} to ${bucket}: a.css: The key is disabled. (KMS.DisabledException)`
    )
    expect(putsOf(s3)).toEqual([BUNDLE_MARKER, BUNDLE_FILES, 'a.css'])
  })

  it('says which permission it lacks for a file', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a' })
    const s3 = await answering((request, response) => {
      if (isEmpty(request, response)) return
      if (request.url?.includes('a.css') !== true) return void response.end()
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end('<Error><Code>AccessDenied</Code><Message>AccessDenied by a policy</Message></Error>')
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(UserError)
    await expect(publishing).rejects.toThrow(': a.css: AccessDenied by a policy. Grant the role of this job')
  })

  it('says that the key of the bucket is to be named where S3 may not use it', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a' })
    const s3 = await answering((request, response) => {
      if (isEmpty(request, response)) return
      if (request.url?.includes('a.css') !== true) return void response.end()
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end(
        '<Error><Code>AccessDenied</Code><Message>User: arn:aws:sts::222222222222:assumed-role/deploy/x is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:222222222222:key/1 because no identity-based policy allows the kms:GenerateDataKey action</Message></Error>'
      )
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(
      'The bucket is encrypted with a key of KMS: give its ARN as `kmsKey` of the account in delivery.yml, and make the roles anew'
    )
  })

  it('passes on that its session is over while files are on their way', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a' })
    const s3 = await answering((request, response) => {
      if (!isEmpty(request, response)) response.end()
    })
    const over = new UserError('The role could not be assumed.')
    const own = session(s3.url)
    const credentials: typeof own.credentials = async (...how) => {
      if (s3.asked.some(it => it.startsWith('PUT'))) throw over
      return { ...(await own.credentials(...how)), expiration: new Date(0) }
    }

    await expect(publishBundle({ session: { ...own, credentials }, bucket, archive, digest })).rejects.toThrow(over)
  })

  it('tries again where S3 stumbles, and leaves no marker where it fails for good', async () => {
    const { archive, digest } = await bundle({ 'a.css': 'a', 'b.html': 'b' })
    const s3 = await answering((request, response) => {
      if (isEmpty(request, response)) return
      if (request.url?.includes('b.html')) response.writeHead(503)
      response.end()
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(Failure)
    await expect(publishing).rejects.toThrow(`S3 could not publish ${digest} to ${bucket}: `)
    expect(s3.asked.filter(it => it.includes('b.html'))).toHaveLength(fastRetry.attempts)
    expect(s3.asked.filter(it => it.startsWith('PUT') && it.includes(BUNDLE_MARKER))).toHaveLength(1)
  })

  it('fails, without a marker, when S3 keeps a file that should go', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x' })
    const s3 = await answering((request, response) => {
      const noted = JSON.stringify({ version: 1, files: ['index.html'], coming: [], leaving: ['old.html'] })
      const kept = '<DeleteResult><Error><Key>old.html</Key><Code>AccessDenied</Code></Error></DeleteResult>'
      if (request.url?.includes('files.json') === true && request.method === 'GET') response.end(noted)
      else if (!isEmpty(request, response)) response.end(request.method === 'POST' ? kept : '')
    })

    const publishing = publishBundle({ session: session(s3.url), bucket, archive, digest })

    await expect(publishing).rejects.toThrow(`S3 did not delete old.html from ${bucket}: AccessDenied`)
    expect(s3.asked.filter(it => it.startsWith('PUT') && it.includes(BUNDLE_MARKER))).toHaveLength(1)
  })

  it('has done what is to be done with all files there before the bucket says so', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x', 'a.js': 'x' })
    const published = publishBundle({
      ...{ session: session(), bucket, archive, digest },
      whenThere: async () => {
        expect(await keys()).toEqual(['a.js', 'index.html'])
        throw new UserError('CloudFront is busy.')
      }
    })

    await expect(published).rejects.toThrow(new UserError('CloudFront is busy.'))
    expect(await publishedDigest(session(), bucket)).toBeUndefined()
    await publishBundle({ session: session(), bucket, archive, digest, whenThere: async () => undefined })
    expect(await publishedDigest(session(), bucket)).toBe(digest)
  })

  it('removes as many by a request as S3 takes', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x' })
    const leaving = Array.from({ length: 2_500 }, (_, n) => `old-${n}.js`)
    const s3 = await answering((request, response) => {
      const noted = JSON.stringify({ version: 1, files: ['index.html'], coming: [], leaving })
      if (request.url?.includes('files.json') === true && request.method === 'GET') response.end(noted)
      else if (!isEmpty(request, response)) response.end(request.method === 'POST' ? '<DeleteResult/>' : '')
    })

    expect(await publishBundle({ session: session(s3.url), bucket, archive, digest })).toMatchObject({ removed: 2_500 })
    expect(s3.asked.filter(it => it.startsWith('POST'))).toHaveLength(3)
  })

  it('holds no more of a note than one may be long, and starts from nothing', async () => {
    const { archive, digest } = await bundle({ 'index.html': 'x' })
    let sent = 0
    const s3 = await answering((request, response) => {
      if (request.method !== 'GET' || request.url?.includes('/.sluice/') !== true) {
        if (!isEmpty(request, response)) response.end()
        return
      }
      response.writeHead(200, { 'content-length': 1024 ** 3 })
      const more = (): void => {
        sent += 1024 ** 2
        if (sent < 1024 ** 3) response.write(Buffer.alloc(1024 ** 2), more)
      }
      more()
    })

    expect(await publishBundle({ session: session(s3.url), bucket, archive, digest })).toMatchObject({ removed: 0 })
    expect(sent).toBeLessThan(64 * 1024 ** 2)
  })

  it('looks at every page of a bucket to which it never published', async () => {
    const { archive, digest } = await bundle({ b: 'x' })
    const s3 = await answering((request, response) => {
      const page = (key: string, token = ''): string =>
        `<ListBucketResult>${token}<Contents><Key>${key}</Key></Contents></ListBucketResult>`
      if (request.url?.includes('/.sluice/') === true) isEmpty(request, response)
      else if (request.url?.includes('continuation-token=next') === true) response.end(page('b'))
      else response.end(page('a', '<NextContinuationToken>next</NextContinuationToken>'))
    })

    await expect(publishBundle({ session: session(s3.url), bucket, archive, digest })).rejects.toThrow(
      'that Sluice did not put there, as b.'
    )
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
