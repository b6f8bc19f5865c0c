import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type AccountId,
  type AwsSession,
  bundleKey,
  bundleSourceKey,
  type Digest,
  Failure,
  parseDigest,
  UserError,
  writing
} from '@sluice/core'
import { refuseAnother } from './digest-conflict.ts'
import { openObjects, type S3Objects } from './s3-objects.ts'
import { bytesContent, fileContent } from './upload-content.ts'

export interface BundleStoreOptions {
  readonly session: AwsSession
  readonly bucket: string
  /** The account that must own the bucket, so that nobody else's bucket of this name is ever used. */
  readonly owner?: AccountId
}

/**
 * Bundles in S3: `bundles/<unit>/<hex>.zip` by the digest of their bytes, and `bundles/<unit>/src-<hex>`, a text that says which
 * digest a fingerprint was built to; `src-<hex>.<place>` where the places before it hold what no record vouches for. Both are written only when absent, so neither ever changes.
 */
export interface BundleStore {
  /** The digest that a fingerprint was built to. */
  resolve(unit: string, fingerprint: Digest, place?: number): Promise<Digest | undefined>
  /** Stores a bundle and says so under its fingerprint. @throws UserError when the fingerprint was built to another digest. */
  push(
    unit: string,
    fingerprint: Digest,
    file: string,
    digest: Digest,
    place?: number
  ): Promise<{ readonly pushed: boolean }>
  /** Writes a bundle to a file, complete and checked or not at all. @returns whether the store has it. */
  fetch(unit: string, digest: Digest, file: string): Promise<boolean>
}

/** What is asked of a disk. */
interface Disk {
  createWriteStream(file: string): Writable
}

const DISK: Disk = { createWriteStream }

/** Opens a product's bundle store; nothing is asked of S3 yet. @param disk where bundles are written; a test of a full one gives its own. */
export function bundleStore(options: BundleStoreOptions, disk: Disk = DISK): BundleStore {
  const { bucket } = options
  const objects = openObjects({
    ...options,
    advice: {
      missing: `Create the bucket ${bucket} in the ops account, or correct the account in delivery.yml.`,
      denied: `Grant the role s3:GetObject and s3:ListBucket on ${bucket}, and s3:PutObject where it pushes.`
    }
  })
  const resolve: BundleStore['resolve'] = async (unit, fingerprint, place) => {
    const key = bundleSourceKey(unit, fingerprint, place)
    const text = await objects.text(key)
    return text === undefined ? undefined : parseDigest(text, `${objects.bucket}/${key}`)
  }
  const checkSame = (key: string, found: Digest, digest: Digest): void => {
    if (found === digest) return
    throw refuseAnother(`${objects.bucket}/${key}`, 'bundles', { found, digest })
  }

  return {
    resolve,
    async push(unit, fingerprint, file, digest, place) {
      const source = bundleSourceKey(unit, fingerprint, place)
      const known = await resolve(unit, fingerprint, place)
      if (known !== undefined) {
        checkSame(source, known, digest)
        await verifyStored(objects, unit, digest)
        return { pushed: false }
      }
      const zip = bundleKey(unit, digest)
      const content = fileContent(file, { digest, size: await sizeOf(file) })
      const pushed =
        (await objects.head(zip)) === undefined &&
        (await objects.create(zip, { content, sha256: digest, contentType: 'application/zip' }))
      await verifyStored(objects, unit, digest)
      // Last, so that no fingerprint ever names a bundle that is not there.
      const name = { content: bytesContent(Buffer.from(digest)), contentType: 'text/plain' }
      const said = await objects.create(source, name)
      const now = said ? digest : await resolve(unit, fingerprint, place)
      if (now === undefined) throw new Failure(`${objects.bucket} lost ${source} again.`)
      checkSame(source, now, digest)
      return { pushed }
    },
    async fetch(unit, digest, file) {
      const part = `${file}.${randomUUID()}.part`
      try {
        const found = await objects.read(bundleKey(unit, digest), async bytes =>
          // Within the call, so that it is the disk that is blamed, and not S3.
          writing(`The bundle of ${unit}`, file, async () => hashThrough(bytes, disk.createWriteStream(part)))
        )
        if (found === undefined) return false
        if (found !== digest) throw wrongBytes(objects, unit, digest, found)
        await rename(part, file)
        return true
      } finally {
        await rm(part, { force: true })
      }
    }
  }
}

/** Checks what the store has: by S3's own checksum, or by reading it where S3 has none. */
async function verifyStored(objects: S3Objects, unit: string, digest: Digest): Promise<void> {
  const key = bundleKey(unit, digest)
  const head = await objects.head(key)
  if (head === undefined) throw new Failure(`${objects.bucket}/${key} is missing.`)
  const found = head.sha256 ?? (await objects.read(key, hashOf))
  if (found !== digest) throw wrongBytes(objects, unit, digest, found)
}

function wrongBytes(objects: S3Objects, unit: string, digest: Digest, found: string | undefined): Failure {
  return new Failure(
    `${objects.bucket}/${bundleKey(unit, digest)} holds bytes of ${found ?? 'nothing'} instead of ${digest}. Do not use it.`
  )
}

async function hashOf(body: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return parseDigest(`sha256:${hash.digest('hex')}`)
}

async function hashThrough(body: AsyncIterable<Uint8Array>, file: Writable): Promise<Digest> {
  const hash = createHash('sha256')
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    file
  )
  return parseDigest(`sha256:${hash.digest('hex')}`)
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error: unknown) {
    throw new UserError(`The bundle ${file} cannot be read. Build it first.`, { cause: error })
  }
}
