import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import {
  type AwsSession,
  bundleBucket,
  type Digest,
  fastRetry,
  ManualClock,
  parseAccountId,
  sha256
} from '@sluice/core'
import { type BundleStore, bundleStore } from '@sluice/registry'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Front, type Handler, type Server, startFront, startMinistack } from '@sluice-lab/servers'

export const OPS = parseAccountId('111111111111')
export const BUCKET = bundleBucket('storefront', OPS)

/** A bucket of bundles in an emulated AWS, for the tests of one file. */
export interface BundleScene {
  readonly ministack: Server
  /** A folder that no other test has. */
  readonly directory: string
  /** A server before AWS, which does to requests what it is told. */
  front(handler: Handler): Promise<Front>
  /** A bundle on disk; every one is different. */
  bundle(content?: string | Uint8Array): Promise<{ readonly file: string; readonly digest: Digest }>
  put(key: string, body: string): Promise<void>
  remove(key: string): Promise<void>
}

/** Has the file that asks for it start an emulator before its tests, and stop it after them. */
export function bundleScene(): BundleScene {
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

  return {
    get ministack() {
      return ministack
    },
    get directory() {
      return directory
    },
    async front(handler) {
      const started = await startFront(ministack.url, handler)
      fronts.push(started)
      return started
    },
    async bundle(content = randomBytes(100)) {
      const file = path.join(directory, `bundle-${count++}.zip`)
      await writeFile(file, content)
      return { file, digest: sha256(content) }
    },
    async put(key, body) {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }))
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }))
    }
  }
}

/** The bundle store of the ops account, with AWS at `url`. */
export function storeAt(url: string, bucket = BUCKET): BundleStore {
  return bundleStore({ session: sessionAt(url), bucket, owner: OPS })
}

export function sessionAt(url: string): AwsSession {
  return emulatedSession(url, OPS, { retry: fastRetry, clock: new ManualClock() })
}

export function fingerprint(): Digest {
  return sha256(randomBytes(8))
}
