import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, parseAccountId, sha256, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { type AnchorStore, type S3AnchorsOptions, s3Anchors } from '../src/index.ts'

const OPS = parseAccountId('111111111111')
const BUCKET = 'storefront-anchors'
const [FIRST, OTHER] = [sha256('record one'), sha256('another record')]

let directory: string
let emulator: Server
let s3: S3Client
let products = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-anchors-'))
  const tools = await ensureTools({ only: ['ministack'] })
  emulator = await startMinistack({ tools, directory, accountId: OPS, region: 'eu-west-1', enforceIam: false })
  const { region, credentials } = emulatedSession(emulator.url, OPS)
  s3 = new S3Client({ region, credentials, endpoint: emulator.url, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
})

afterAll(async () => {
  s3.destroy()
  await emulator.stop()
  await rm(directory, { recursive: true, force: true })
})

/** The anchors of a product that has none yet. */
function anchorsOf(changes: Partial<S3AnchorsOptions> = {}, url: string = emulator.url): AnchorStore {
  const session = emulatedSession(url, OPS, { retry: fastRetry })
  return s3Anchors({
    bucket: BUCKET,
    owner: OPS,
    product: `product-${++products}`,
    reader: session,
    writer: () => session,
    ...changes
  })
}

/** Anchors at an S3 that answers as told. */
async function answered(answer: RequestListener, test: (anchors: AnchorStore) => Promise<void>): Promise<void> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    await test(anchorsOf({ product: 'shop' }, `http://127.0.0.1:${port}`))
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

describe('anchors in S3', () => {
  it('tell the newest of a section, however many there are', async () => {
    const anchors = anchorsOf()
    expect(await anchors.newest('environments/prod')).toBeUndefined()

    for (const sequence of [9, 10, 11, 100, 99])
      await anchors.put('environments/prod', { sequence, hash: sha256(`record ${sequence}`) })
    await anchors.put('environments/prod-eu', { sequence: 500, hash: OTHER })
    await anchors.put('product', { sequence: 700, hash: OTHER })

    expect(await anchors.newest('environments/prod')).toEqual({ sequence: 100, hash: sha256('record 100') })
  })

  it('tell whether there is any, whatever its section', async () => {
    const product = 'any-section'
    const anchors = anchorsOf({ product })
    await anchorsOf({ product: `${product}-too` }).put('product', { sequence: 4, hash: OTHER })
    expect(await anchors.any()).toBeUndefined()

    await anchors.put('environments/prod', { sequence: 9, hash: FIRST })

    expect(await anchors.any()).toEqual(['environments/prod', { sequence: 9, hash: FIRST }])
  })

  it('are objects that say which record, under a name that sorts the newest first', async () => {
    const anchors = anchorsOf({ product: 'storefront' })

    await anchors.put('environments/production', { sequence: 42, hash: FIRST })

    const Key = 'storefront/environments/production/999999999999957'
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
    expect(await Body?.transformToString()).toBe(`{"hash":"${FIRST}","sequence":42}`)
  })

  it('keep the first of a number, and tell it to whoever comes later', async () => {
    const anchors = anchorsOf()

    const told = await Promise.all([1, 2, 3].map(async () => anchors.put('product', { sequence: 1, hash: FIRST })))
    const later = await anchors.put('product', { sequence: 1, hash: OTHER })

    expect(told).toEqual([FIRST, FIRST, FIRST])
    expect(later).toBe(FIRST)
    expect(await anchors.newest('product')).toEqual({ sequence: 1, hash: FIRST })
  })

  it('are put by requests that fail where there is one already, into a bucket of the account only', async () => {
    const seen: unknown[] = []
    const count: RequestListener = (request, response) => {
      seen.push([request.method, request.headers['if-none-match'], request.headers['x-amz-expected-bucket-owner']])
      request.resume().on('end', () => response.writeHead(200).end())
    }

    await answered(count, async anchors => {
      await anchors.put('product', { sequence: 1, hash: FIRST })
    })

    expect(seen).toEqual([['PUT', '*', OPS]])
  })

  it('are put when the answer to the first try was lost', async () => {
    let stored = ''
    const losing: RequestListener = async (request, response) => {
      if (request.method === 'GET') return response.writeHead(200).end(stored)
      if (stored !== '') return response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
      for await (const chunk of request) stored += String(chunk)
      stored = stored.slice(stored.indexOf('{'), stored.lastIndexOf('}') + 1)
      return response.destroy()
    }

    await answered(losing, async anchors => {
      expect(await anchors.put('product', { sequence: 1, hash: FIRST })).toBe(FIRST)
    })
  })

  it.each([
    ['no number', 'storefront-x', '{}'],
    ['another record', '999999999999998', `{"hash":"${FIRST}","sequence":2}`],
    ['no text of Sluice', '999999999999998', `{ "hash":"${FIRST}","sequence":1}`],
    ['no JSON', '999999999999998', 'x']
  ])('are refused when somebody put there what has %s', async (_, name, Body) => {
    const product = `odd-${++products}`
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${product}/product/${name}`, Body }))
    const reading = anchorsOf({ product }).newest('product')

    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(/is no anchor that Sluice wrote, .* have the owner of the bucket remove it/)
  })

  it('say what to do when there is no such bucket', async () => {
    const reading = anchorsOf({ bucket: 'nobody-made-it' }).newest('product')

    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(/correct ledger\.anchors in delivery\.yml\. If there was such a bucket/)
  })

  it('say what to do when S3 refuses', async () => {
    const denying: RequestListener = (request, response) => {
      request.resume().on('end', () => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'))
    }

    await answered(denying, async anchors => {
      await expect(anchors.newest('product')).rejects.toThrow(/Make the role and the policy of the bucket .* anew/)
      await expect(anchors.put('product', { sequence: 1, hash: FIRST })).rejects.toThrow(UserError)
    })
  })

  it('fail when S3 keeps failing', async () => {
    let asked = 0
    const failing: RequestListener = (request, response) => {
      asked++
      request.resume().on('end', () => response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'))
    }

    await answered(failing, async anchors => {
      const putting = anchors.put('product', { sequence: 1, hash: FIRST })
      await expect(putting).rejects.toThrow(Failure)
      await expect(putting).rejects.toThrow(/^S3 could not store storefront-anchors\/shop\/product\/999999999999998: /)
    })
    expect(asked).toBe(fastRetry.attempts)
  })

  it('are not written with credentials that only read', async () => {
    const session = emulatedSession(emulator.url, OPS)
    const anchors = s3Anchors({ bucket: BUCKET, owner: OPS, product: 'shop', reader: session })

    await expect(anchors.put('product', { sequence: 1, hash: FIRST })).rejects.toThrow(Failure)
  })
})
