import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { compareBundle, invalidate, publishBundle, publishedDigest, writeBundle } from '@sluice/bundle'
import { describeStacks } from '@sluice/cloudformation'
import {
  type AwsSession,
  assumeRole,
  awsTerms,
  type Digest,
  hexOf,
  parseAccountId,
  sha256,
  systemClock
} from '@sluice/core'
import { kmsSigner, s3Anchors } from '@sluice/ledger'
import { bundleStore, ecrCredentials, ensureRepository } from '@sluice/registry'
import { emulatedSession } from '@sluice-lab/samples'

/** Each of the AWS clients, and the call that is made without one, at servers that are there and do not answer: no call may wait for ever. */

const ACCOUNT = parseAccountId('111111111111')
const LIMITS = { connect: 100, stall: 100, answer: 100 }
const TWICE = { attempts: 2, base: 1, cap: 1 }
/** Far above what all attempts may take, far below what a run would wait without limits: for ever. */
const PATIENCE = 15_000

/** What a server does with a connection. */
type Manner = (socket: Socket) => void

/** Reads on and says nothing. */
const silent: Manner = socket => {
  socket.resume()
}
/** Begins an answer and stops halfway. */
const halting: Manner = socket => {
  socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<'))
}
/** Never ends the head of its answer, but keeps something moving. */
const trickling: Manner = socket => {
  socket.resume().write('HTTP/1.1 200 OK\r\n')
  const timer = setInterval(() => socket.write('x: y\r\n'), 50)
  socket.on('close', () => clearInterval(timer))
}

let folder: string
let archive: string
let digest: Digest
let url: string
const connections = new Set<Socket>()
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-limits-'))
  archive = join(folder, 'bundle.zip')
  await mkdir(join(folder, 'tree'))
  await writeFile(join(folder, 'tree', 'index.html'), 'x')
})

beforeEach(async () => {
  connections.clear()
  digest = (await writeBundle({ directory: join(folder, 'tree'), file: archive })).digest
})

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function serve(manner: Manner): Promise<void> {
  await listen(
    createServer(socket => {
      socket.on('error', () => undefined)
      manner(socket)
    })
  )
}

async function serveHttp(answer: RequestListener): Promise<void> {
  await listen(createHttpServer(answer))
}

async function listen(server: Server): Promise<void> {
  server.on('connection', (socket: Socket) => connections.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  stops.push(async () => {
    for (const socket of connections) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
}

function session(): AwsSession {
  return emulatedSession(url, ACCOUNT, { limits: LIMITS, retry: TWICE })
}

const signer = () => kmsSigner({ session: session(), alias: 'alias/ledger', name: 'builds' })
const store = () => bundleStore({ session: session(), bucket: 'bundles', owner: ACCOUNT })
const anchors = () =>
  s3Anchors({ bucket: 'anchors', owner: ACCOUNT, product: 'storefront', reader: session(), writer: session })

/** One call of each kind that a client makes: small ones, uploads, downloads. */
const CALLS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['CloudFormation', () => describeStacks(session(), ['storefront-staging-api'], systemClock)],
  ['KMS, the key', () => signer().publicKey()],
  ['KMS, a signature', () => signer().sign(Buffer.from('record'))],
  ['ECR, a token', () => ecrCredentials(session(), ACCOUNT)()],
  ['ECR, a repository', () => ensureRepository(session(), ACCOUNT, 'storefront/api')],
  ['the bundle store, a fingerprint', () => store().resolve('site', sha256('source'))],
  ['the bundle store, a download', () => store().fetch('site', digest, join(folder, 'back.zip'))],
  ['the anchors, the newest', () => anchors().newest('product')],
  ['the anchors, another one', () => anchors().put('product', { sequence: 1, hash: sha256('record') })],
  ['a published bucket, its marker', () => publishedDigest(session(), 'site')],
  [
    'a published bucket, its files',
    () => compareBundle({ session: session(), bucket: 'site', archive, digest, cacheControl: [] })
  ],
  ['CloudFront', () => invalidate(session(), 'E2EXAMPLE')],
  ['a published bucket, an upload', () => publishBundle({ session: session(), bucket: 'site', archive, digest })]
]

/** An S3 that knows nothing, takes uploads as a test says, and then has them. */
async function storeTaking(upload: (request: IncomingMessage, done: () => void) => void): Promise<void> {
  let stored = false
  await serveHttp((request, response) => {
    if (request.method !== 'PUT') {
      request.resume()
      const checksum = Buffer.from(hexOf(digest), 'hex').toString('base64')
      response.writeHead(stored ? 200 : 404, stored ? { 'x-amz-checksum-sha256': checksum } : {}).end()
      return
    }
    upload(request, () => {
      stored = true
      response.end()
    })
  })
}

describe('an upload to the bundle store', () => {
  it(
    'ends in time when nobody answers it',
    async () => {
      let uploads = 0
      await storeTaking(request => {
        uploads++
        request.resume()
      })

      await expect(store().push('site', sha256('source'), archive, digest)).rejects.toThrow(/timed out/)

      expect(uploads).toBe(TWICE.attempts)
    },
    PATIENCE
  )

  it(
    'ends in time when nobody reads it',
    async () => {
      const large = join(folder, 'large')
      await writeFile(large, Buffer.alloc(30_000_000))
      await storeTaking(request => request.pause())

      const pushed = store().push('site', sha256('source'), large, sha256(Buffer.alloc(30_000_000)))

      await expect(pushed).rejects.toThrow(/timed out/)
    },
    PATIENCE
  )

  it(
    'may take longer than any other call as long as it moves',
    async () => {
      const slow = join(folder, 'slow')
      const content = Buffer.alloc(20_000_000, 'x')
      await writeFile(slow, content)
      digest = sha256(content)
      const started = Date.now()
      await storeTaking((request, done) => {
        request.on('data', () => {
          request.pause()
          setTimeout(() => request.resume(), 5)
        })
        request.on('end', done)
      })
      const terms = { limits: { connect: 1000, stall: 1000, answer: 1000 }, retry: TWICE }
      const patient = bundleStore({ session: emulatedSession(url, ACCOUNT, terms), bucket: 'bundles' })

      await expect(patient.push('site', sha256('source'), slow, digest)).resolves.toEqual({ pushed: true })

      expect(Date.now() - started).toBeGreaterThan(terms.limits.answer)
    },
    PATIENCE
  )
})

describe('a server that accepts and never answers', () => {
  it.each(CALLS)(
    'ends a call in time: %s',
    async (_, call) => {
      await serve(silent)

      await expect(call()).rejects.toThrow(/TimeoutError|timed out|exceeded/i)

      expect(connections.size).toBe(TWICE.attempts)
    },
    PATIENCE
  )

  it(
    'ends a call in time: STS',
    async () => {
      await serveHttp((_, response) => response.end('{"value":"a.b.c"}'))
      const github = url
      await serve(silent)
      const env = {
        ACTIONS_ID_TOKEN_REQUEST_URL: github,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
        AWS_ENDPOINT_URL: url
      }
      const terms = { ...awsTerms(env), limits: LIMITS, retry: TWICE }
      const role = 'arn:aws:iam::111111111111:role/sluice-storefront-push'

      const { credentials } = assumeRole({ roleArn: role, region: 'eu-west-1', sessionName: 'test', env, terms })

      await expect(credentials()).rejects.toThrow(/could not be assumed: .*(timed out|exceeded)/)
      expect(connections.size).toBe(1 + TWICE.attempts)
    },
    PATIENCE
  )
})

describe('a server that stops in the middle of an answer', () => {
  it.each(CALLS)(
    'ends a call in time: %s',
    async (_, call) => {
      await serve(halting)

      await expect(call()).rejects.toThrow()
    },
    PATIENCE
  )
})

describe('a server that never ends the head of its answer', () => {
  // Uploads have no limit on the whole, so they are not among these; what moves may take its time there.
  it.each(CALLS.filter(([name]) => !name.endsWith('upload')))(
    'ends a call in time: %s',
    async (_, call) => {
      await serve(trickling)

      await expect(call()).rejects.toThrow(/exceeded/)
    },
    PATIENCE
  )
})
