import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type AwsSession,
  bundleBucket,
  type Digest,
  Failure,
  fastRetry,
  hexOf,
  ManualClock,
  parseAccountId,
  parseDigest,
  sha256,
  UserError
} from '@sluice/core'
import { type BundleStore, bundleStore } from '@sluice/registry'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { type Front, type Handler, reply, startFront } from './front.ts'

const OPS = parseAccountId('111111111111')
const BUCKET = bundleBucket('storefront', OPS)

let root: string
let directory: string
let ministack: Server
let client: S3Client
let count = 0
const fronts: Front[] = []

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'bundles-'))
  const tools = await ensureTools({ only: ['ministack'] })
  ministack = await startMinistack({
    tools,
    directory: path.join(root, 'aws'),
    accountId: OPS,
    region: 'eu-west-1',
    enforceIam: false
  })
  const { region, credentials } = sessionAt(ministack.url)
  client = new S3Client({ region, credentials, endpoint: ministack.url, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
})

beforeEach(async () => {
  directory = path.join(root, `d${count++}`)
  await mkdir(directory)
})

afterAll(async () => {
  client.destroy()
  await Promise.all([...fronts, ministack].map(server => server.stop()))
  await rm(root, { recursive: true })
})

/** The bundle store of the ops account, with AWS at `url`. */
function storeAt(url: string, bucket = BUCKET): BundleStore {
  return bundleStore({ session: sessionAt(url), bucket, owner: OPS })
}

function sessionAt(url: string): AwsSession {
  return emulatedSession(url, OPS, { retry: fastRetry, clock: new ManualClock() })
}

async function front(handler: Handler): Promise<Front> {
  const started = await startFront(ministack.url, handler)
  fronts.push(started)
  return started
}

/** A bundle on disk; every one is different. */
async function bundle(content: string | Uint8Array = randomBytes(100)): Promise<{ file: string; digest: Digest }> {
  const file = path.join(directory, `bundle-${count++}.zip`)
  await writeFile(file, content)
  return { file, digest: sha256(content) }
}

function fingerprint(): Digest {
  return sha256(randomBytes(8))
}

async function put(key: string, body: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }))
}

async function remove(key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }))
}

describe('a bundle', () => {
  it('is found by its fingerprint and comes back by its digest', async () => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()

    const pushed = await store.push('site', source, file, digest)

    const back = path.join(directory, 'back.zip')
    expect(pushed).toEqual({ pushed: true })
    expect(await store.resolve('site', source)).toBe(digest)
    expect(await store.fetch('site', digest, back)).toBe(true)
    expect(await readFile(back)).toEqual(await readFile(file))
  })

  it('is looked for and put only into a bucket of the ops account, whoever took its name', async () => {
    const owners: unknown[] = []
    const s3 = await front((request, _response, forward) => {
      owners.push(request.headers['x-amz-expected-bucket-owner'])
      return forward()
    })
    const store = storeAt(s3.url)
    const source = fingerprint()
    const { file, digest } = await bundle()

    await store.push('site', source, file, digest)
    await store.resolve('site', source)
    await store.fetch('site', digest, path.join(directory, 'owned.zip'))

    expect(owners.length).toBeGreaterThan(5)
    expect(new Set(owners)).toEqual(new Set([OPS]))
  })

  it('is stored once', async () => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)

    expect(await store.push('site', source, file, digest)).toEqual({ pushed: false })
  })

  it('is not sent again under another fingerprint', async () => {
    const store = storeAt(ministack.url)
    const { file, digest } = await bundle()
    await store.push('site', fingerprint(), file, digest)
    const second = fingerprint()

    expect(await store.push('site', second, file, digest)).toEqual({ pushed: false })
    expect(await store.resolve('site', second)).toBe(digest)
  })

  it('of another unit with the same fingerprint is another bundle', async () => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)

    expect(await store.resolve('docs', source)).toBeUndefined()
  })

  it('is absent where nobody pushed it', async () => {
    const store = storeAt(ministack.url)
    const file = path.join(directory, 'none.zip')

    expect(await store.resolve('site', fingerprint())).toBeUndefined()
    expect(await store.fetch('site', sha256('absent'), file)).toBe(false)
    expect(await readdir(directory)).toEqual([])
  })

  it('is refused for a fingerprint that was built to another digest, naming both', async () => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const first = await bundle()
    const second = await bundle()
    await store.push('site', source, first.file, first.digest)

    const error = await store.push('site', source, second.file, second.digest).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`is immutable and already points to ${first.digest}, not ${second.digest}.`)
    expect(await store.resolve('site', source)).toBe(first.digest)
  })

  it('has another place for a fingerprint, where the first holds what does not count', async () => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const [planted, second] = [await bundle(), await bundle()]
    await store.push('site', source, planted.file, planted.digest)

    expect(await store.push('site', source, second.file, second.digest, 1)).toEqual({ pushed: true })

    expect(await store.resolve('site', source)).toBe(planted.digest)
    expect(await store.resolve('site', source, 1)).toBe(second.digest)
    expect(await store.resolve('site', source, 2)).toBeUndefined()
    await expect(store.push('site', source, planted.file, planted.digest, 1)).rejects.toThrow(/src-\w+\.1 is immutable/)
  })

  it('lets one of two win that are pushed at once for one fingerprint', async () => {
    const source = fingerprint()
    const bundles = [await bundle(), await bundle()]
    let waiting: (() => void) | undefined
    // Both have looked before either writes.
    const meeting = await front(async (request, _response, forward) => {
      if (request.method === 'PUT' && request.url?.includes('src-')) {
        if (waiting === undefined) await new Promise<void>(resolve => (waiting = resolve))
        else waiting()
      }
      await forward()
    })
    const store = storeAt(meeting.url)

    const outcomes = await Promise.allSettled(
      bundles.map(({ file, digest }) => store.push('site', source, file, digest))
    )

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = bundles[outcomes.findIndex(({ status }) => status === 'fulfilled')]
    expect(await store.resolve('site', source)).toBe(winner?.digest)
  })

  it('is not sent over one that somebody else stored meanwhile', async () => {
    const { file, digest } = await bundle()
    const store = storeAt(ministack.url)
    let looked = false
    const racing = await front(async (request, response, forward) => {
      if (request.method !== 'HEAD' || looked) return forward()
      looked = true
      await store.push('site', fingerprint(), file, digest)
      reply(response, 404)
    })

    expect(await storeAt(racing.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: false })
  })

  it('may be pushed twice at once', async () => {
    const source = fingerprint()
    const { file, digest } = await bundle()
    const store = storeAt(ministack.url)

    await Promise.all([store.push('site', source, file, digest), store.push('site', source, file, digest)])

    expect(await store.resolve('site', source)).toBe(digest)
  })

  it('needs no more memory when it is large', async () => {
    const size = 96 * 1024 * 1024
    const file = path.join(directory, 'large.zip')
    const handle = await open(file, 'w')
    await handle.truncate(size)
    await handle.close()
    const digest = parseDigest(`sha256:${createHash('sha256').update(Buffer.alloc(size)).digest('hex')}`)
    let stored = false
    const sink = await front((request, response, forward) => {
      if (request.method === 'PUT' && request.url?.includes('.zip')) {
        stored = true
        request.resume().on('end', () => reply(response, 200))
        return
      }
      if (request.method === 'HEAD') {
        if (!stored) return reply(response, 404)
        return reply(response, 200, { 'x-amz-checksum-sha256': Buffer.from(hexOf(digest), 'hex').toString('base64') })
      }
      return forward()
    })
    const before = process.memoryUsage().rss
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 10)

    const pushed = await storeAt(sink.url).push('site', fingerprint(), file, digest)

    clearInterval(timer)
    expect(pushed).toEqual({ pushed: true })
    expect(peak - before).toBeLessThan(size * 0.75)
  })
})

describe('a bundle that is not what it is called', () => {
  it('is not sent', async () => {
    const { file } = await bundle('one')
    const store = storeAt(ministack.url)
    const source = fingerprint()

    const error = await store.push('site', source, file, sha256('two')).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(
      `should hold 3 bytes with digest ${sha256('two')}, but holds others (${sha256('one')})`
    )
    expect(await store.resolve('site', source)).toBeUndefined()
    expect(await store.fetch('site', sha256('two'), path.join(directory, 'two.zip'))).toBe(false)
  })

  it('is not sent when it cannot be read', async () => {
    const pushed = storeAt(ministack.url).push('site', fingerprint(), path.join(directory, 'none.zip'), sha256(''))

    await expect(pushed).rejects.toThrow('none.zip cannot be read. Build it first.')
  })

  it('is not fetched, and leaves no file', async () => {
    const digest = sha256('asked')
    await put(`bundles/site/${hexOf(digest)}.zip`, 'another')
    const file = path.join(directory, 'asked.zip')

    const error = await storeAt(ministack.url)
      .fetch('site', digest, file)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(`holds bytes of ${sha256('another')} instead of ${digest}. Do not use it.`)
    expect(await readdir(directory)).toEqual([])
  })

  it('is not fetched to a full disk, which is named instead of S3', async () => {
    const digest = sha256('whole')
    await put(`bundles/site/${hexOf(digest)}.zip`, 'whole')
    const file = path.join(directory, 'whole.zip')
    const full = { createWriteStream: () => createWriteStream('/dev/full') }
    const options = { session: sessionAt(ministack.url), bucket: BUCKET, owner: OPS }

    const fetching = bundleStore(options, full).fetch('site', digest, file)

    await expect(fetching).rejects.toThrow(UserError)
    await expect(fetching).rejects.toThrow(
      `The bundle of site could not be written to ${file}: the disk is full (ENOSPC). Make room there and try again.`
    )
    expect(await readdir(directory)).toEqual([])
  })

  it('is noticed where it was before the push', async () => {
    const { file, digest } = await bundle()
    await put(`bundles/site/${hexOf(digest)}.zip`, 'planted')

    const pushed = storeAt(ministack.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of ${sha256('planted')} instead of ${digest}`)
  })

  it.each([
    ['replaced', (digest: Digest) => put(`bundles/site/${hexOf(digest)}.zip`, 'planted'), 'holds bytes of'],
    ['removed', (digest: Digest) => remove(`bundles/site/${hexOf(digest)}.zip`), '.zip is missing.']
  ])('is noticed under a fingerprint that is known: %s since', async (_, tamper, message) => {
    const store = storeAt(ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)
    await tamper(digest)

    const pushed = store.push('site', source, file, digest)

    await expect(pushed).rejects.toThrow(Failure)
    await expect(pushed).rejects.toThrow(message)
  })

  it('is noticed by the checksum that S3 has', async () => {
    const { file, digest } = await bundle()
    const lying = await front((request, response, forward) =>
      request.method === 'HEAD'
        ? reply(response, 200, { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') })
        : forward()
    )

    const pushed = storeAt(lying.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of sha256:${'0'.repeat(64)} instead of ${digest}`)
  })

  it('is noticed when S3 took it and does not have it', async () => {
    const { file, digest } = await bundle()
    const forgetful = await front((request, response, forward) =>
      request.method === 'HEAD' ? reply(response, 404) : forward()
    )

    const pushed = storeAt(forgetful.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`bundles/site/${hexOf(digest)}.zip is missing.`)
  })

  it('is noticed when it vanishes while it is checked', async () => {
    const { file, digest } = await bundle()
    const vanishing = await front((request, response, forward) => {
      if (request.method === 'HEAD') return reply(response, 200)
      return request.method === 'GET' && request.url?.includes('.zip') ? reply(response, 404) : forward()
    })

    const pushed = storeAt(vanishing.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of nothing instead of ${digest}`)
  })

  it('is not named by a fingerprint that names nonsense', async () => {
    const source = fingerprint()
    await put(`bundles/site/src-${hexOf(source)}`, 'latest')

    const resolved = storeAt(ministack.url).resolve('site', source)

    await expect(resolved).rejects.toThrow(`src-${hexOf(source)} is "latest", which is not a digest`)
  })

  it('is not named by a fingerprint that comes and goes', async () => {
    const { file, digest } = await bundle()
    const odd = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('src-')) return forward()
      request.resume()
      reply(response, 412)
    })

    const pushed = storeAt(odd.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(/lost bundles\/site\/src-\S+ again/)
  })
})

describe('a bundle store behind an unreliable network', () => {
  it('sends a bundle again that was interrupted', async () => {
    const { file, digest } = await bundle()
    let broken = 0
    const cut = await front((request, _response, forward) => {
      if (request.method !== 'PUT' || broken++ > 0) return forward()
      request.once('data', () => request.destroy())
    })

    expect(await storeAt(cut.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: true })
    expect(broken).toBeGreaterThan(1)
  })

  it('fetches a bundle again that broke off', async () => {
    const { file, digest } = await bundle(randomBytes(1_000_000))
    await storeAt(ministack.url).push('site', fingerprint(), file, digest)
    let broken = 0
    const cut = await front((_request, response, forward) => {
      if (broken++ > 0) return forward()
      response.writeHead(200, { 'content-length': '1000000' })
      response.write('short', () => response.destroy())
    })
    const back = path.join(directory, 'back.zip')

    expect(await storeAt(cut.url).fetch('site', digest, back)).toBe(true)

    expect(sha256(await readFile(back))).toBe(digest)
  })

  it.each([
    [503, 2, 'SlowDown'],
    [400, 1, 'InvalidRequest']
  ])('repeats a PUT that failed by %d where that may help', async (status, times, code) => {
    const { file, digest } = await bundle()
    let asked = 0
    const failing = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('.zip')) return forward()
      if (asked++ > 0) return forward()
      request.resume()
      reply(response, status, { 'content-type': 'application/xml' }, `<Error><Code>${code}</Code></Error>`)
    })

    const [outcome] = await Promise.allSettled([storeAt(failing.url).push('site', fingerprint(), file, digest)])

    expect(asked).toBe(times)
    expect(outcome?.status).toBe(times > 1 ? 'fulfilled' : 'rejected')
  })

  it('waits for another conditional write to end', async () => {
    const { file, digest } = await bundle()
    let busy = 0
    const conflicting = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('src-') || busy++ > 0) return forward()
      request.resume()
      reply(
        response,
        409,
        { 'content-type': 'application/xml' },
        '<Error><Code>ConditionalRequestConflict</Code></Error>'
      )
    })

    expect(await storeAt(conflicting.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: true })
    expect(busy).toBeGreaterThan(1)
  })
})

describe('a bundle store that cannot be used', () => {
  it('names a bucket that does not exist', async () => {
    const { file, digest } = await bundle()
    const store = storeAt(ministack.url, 'sluice-none-111111111111')

    const error = await store.push('site', fingerprint(), file, digest).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain('Create the bucket sluice-none-111111111111 in the ops account')
  })

  it('names the grants that a role lacks', async () => {
    const denying = await front((request, response) => {
      request.resume()
      reply(
        response,
        403,
        { 'content-type': 'application/xml' },
        '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
      )
    })

    const error = await storeAt(denying.url)
      .resolve('site', fingerprint())
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`Access Denied. Grant the role s3:GetObject and s3:ListBucket on ${BUCKET}`)
  })

  it('says what it was asked when S3 refuses it', async () => {
    const odd = await front((request, response) => {
      request.resume()
      reply(
        response,
        400,
        { 'content-type': 'application/xml' },
        '<Error><Code>InvalidArgument</Code><Message>odd</Message></Error>'
      )
    })

    const source = fingerprint()
    const error = await storeAt(odd.url)
      .resolve('site', source)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(`S3 could not read ${BUCKET}/bundles/site/src-${hexOf(source)}: odd`)
  })

  it('passes on why the session has no credentials', async () => {
    const refused = {
      ...sessionAt(ministack.url),
      credentials: () => Promise.reject(new UserError('The role could not be assumed.'))
    }
    const store = bundleStore({ session: refused, bucket: BUCKET })

    const fetched = store.fetch('site', sha256(''), path.join(directory, 'x.zip'))

    await expect(fetched).rejects.toThrow(new UserError('The role could not be assumed.'))
  })
})
