import { type AwsSession, BUNDLE_FILES, BUNDLE_MARKER, type CacheRule, type Digest, isDigest } from '@sluice/core'
import { type Bucket, withBucket } from './bucket.ts'
import type { ObjectHeaders } from './bucket-reads.ts'
import { headersBy } from './file-headers.ts'
import { filesBefore } from './files-before.ts'
import { encodeFiles, passageTo } from './published-files.ts'
import { readBundle } from './read.ts'
import { sideBySide } from './side-by-side.ts'

/** A bundle, and the bucket that is to hold its files. */
export interface PublishRequest {
  readonly session: AwsSession
  readonly bucket: string
  /** Path of the bundle's archive, whose digest was checked. */
  readonly archive: string
  readonly digest: Digest
  /** What the files are cached by. */
  readonly cacheControl?: readonly CacheRule[] | undefined
  /** What is to be done when all files are there, before the bucket says so: what fails here is done again with them. */
  readonly whenThere?: (() => Promise<void>) | undefined
}

/** What was done to the bucket. */
export interface Published {
  readonly files: number
  readonly removed: number
  /** Files of the bundle before that stay until the next one comes. */
  readonly kept: number
}

/** The bundle that a bucket says it holds; absent where it says nothing, or is not there. */
export async function publishedDigest(session: AwsSession, bucket: string): Promise<Digest | undefined> {
  return (await publishedBundle(session, bucket)).holds
}

/** What a bucket says of the bundles in it. */
export interface PublishedBundle {
  /** The bundle whose files are all there; absent where there is none, or another one is on its way. */
  readonly holds?: Digest
  /** A bundle of which some files may be there: a job began to publish it, and did not end. */
  readonly coming?: Digest
  /** What was there before that. */
  readonly over?: Digest
}

/** Reads what {@link publishBundle} says in a bucket: `<digest>`, or `<digest> over <digest>` while it is at work. */
export async function publishedBundle(session: AwsSession, bucket: string): Promise<PublishedBundle> {
  return withBucket(session, bucket, `read which bundle ${bucket} holds`, async s3 => readMarker(s3))
}

/**
 * The bundle in a bucket that another one replaces. Of what is there in part no more is known than its name; what an earlier try put there of the
 * same bundle replaced what was there before it.
 */
export function replacedBy({ holds, coming, over }: PublishedBundle, digest: Digest): Digest | undefined {
  return coming === digest ? over : (holds ?? coming)
}

async function readMarker(s3: Bucket): Promise<PublishedBundle> {
  const [first, second] = ((await s3.read(BUNDLE_MARKER, LONGEST_MARKER)) ?? '').trim().split(OVER)
  if (!isDigest(first)) return {}
  if (second === undefined) return { holds: first }
  return { coming: first, ...(isDigest(second) ? { over: second } : {}) }
}

const OVER = ' over '

/** Bytes of a marker at most: two digests and some more. */
const LONGEST_MARKER = 1024

/**
 * Puts the files of a bundle into a bucket, pages last, and says at the very end which bundle it is. What only the bundle before had stays until the
 * next one comes; what Sluice did not put there stays for good. Running it again after a fault ends in the same state.
 * @throws UserError where it would replace somebody else's files.
 */
export async function publishBundle(request: PublishRequest): Promise<Published> {
  const { session, bucket, archive, digest, cacheControl = [] } = request
  return withBucket(session, bucket, `publish ${digest} to ${bucket}`, async s3 => {
    const files: string[] = []
    await readBundle(archive, async ({ path }) => {
      files.push(path)
    })
    const { during, remove, after } = passageTo((await filesBefore(s3, bucket, files)).noted, digest, files)
    const [before, then] = [encodeFiles(during), encodeFiles(after)]
    const note = async (text: string): Promise<void> => s3.put(BUNDLE_FILES, text, { type: 'application/json' })
    const over = replacedBy(await readMarker(s3), digest)
    // From here on the bucket holds a part of each: nobody must take it for the one before.
    await s3.put(BUNDLE_MARKER, `${digest}${OVER}${over ?? 'nothing'}`, { type: 'text/plain' })
    await note(before)
    // Pages refer to assets, so assets come first, and all of them.
    const headers = await headersBy(cacheControl)
    await upload(s3, archive, path => (isPage(path) ? undefined : headers(path)))
    await upload(s3, archive, path => (isPage(path) ? headers(path) : undefined))
    await request.whenThere?.()
    await s3.remove(remove)
    await note(then)
    await s3.put(BUNDLE_MARKER, digest, { type: 'text/plain' })
    return { files: files.length, removed: remove.length, kept: after.leaving.length }
  })
}

/** What may be under way at one time: a file of every size is there as a whole while it goes. */
const UPLOADS = { pieces: 8, weight: 64 * 1024 ** 2 }

/** Puts those files of a bundle into a bucket that get headers, several at a time. All that has begun is over when this ends, also when it fails. */
async function upload(
  s3: Bucket,
  archive: string,
  headersOf: (path: string) => ObjectHeaders | undefined
): Promise<void> {
  const uploads = sideBySide(UPLOADS)
  try {
    await readBundle(archive, async ({ path, size, read }) => {
      const headers = headersOf(path)
      if (headers !== undefined) await uploads.begin(size, async () => s3.put(path, await read(), headers))
    })
  } finally {
    await uploads.end()
  }
}

/** What asks for other files as soon as a browser has it. */
function isPage(path: string): boolean {
  return /\.x?html?$/i.test(path)
}
