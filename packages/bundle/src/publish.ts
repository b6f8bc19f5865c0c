import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AwsSession,
  awsClientConfig,
  awsFault,
  BUNDLE_FILES,
  BUNDLE_MARKER,
  callAws,
  type Digest,
  Failure,
  isDigest,
  messageOf,
  plural,
  UserError,
  unhurried
} from '@sluice/core'
import { encodeFiles, NO_FILES, type PublishedFiles, passageTo, readFiles } from './published-files.ts'
import { type BundleEntry, readBundle } from './read.ts'

/** A bundle, and the bucket that is to hold its files. */
export interface PublishRequest {
  readonly session: AwsSession
  readonly bucket: string
  /** Path of the bundle's archive, whose digest was checked. */
  readonly archive: string
  readonly digest: Digest
}

/** What was done to the bucket. */
export interface Published {
  readonly files: number
  readonly removed: number
  /** Files of the bundle before that stay until the next one comes. */
  readonly kept: number
}

type Sdk = typeof import('@aws-sdk/client-s3')

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

async function readMarker(s3: Bucket): Promise<PublishedBundle> {
  const [first, second] = ((await s3.read(BUNDLE_MARKER)) ?? '').trim().split(OVER)
  if (!isDigest(first)) return {}
  if (second === undefined) return { holds: first }
  return { coming: first, ...(isDigest(second) ? { over: second } : {}) }
}

const OVER = ' over '

/**
 * Puts the files of a bundle into a bucket, pages last, and says at the very end which bundle it is. What only the bundle before had stays until the
 * next one comes; what Sluice did not put there stays for good. Running it again after a fault ends in the same state.
 * @throws UserError where it would replace somebody else's files.
 */
export async function publishBundle(request: PublishRequest): Promise<Published> {
  const { session, bucket, archive, digest } = request
  return withBucket(session, bucket, `publish ${digest} to ${bucket}`, async s3 => {
    const { default: mime } = await import('mime')
    const files: string[] = []
    await readBundle(archive, async ({ path }) => {
      files.push(path)
    })
    const { during, remove, after } = passageTo(await filesBefore(s3, bucket, files), digest, files)
    const note = async (noted: PublishedFiles): Promise<void> =>
      s3.put(BUNDLE_FILES, encodeFiles(noted), 'application/json')
    const upload = async ({ path, content }: BundleEntry): Promise<void> =>
      s3.put(path, content, contentType(mime.getType(path)))
    const { holds, over = holds } = await readMarker(s3)
    // From here on the bucket holds a part of each: nobody must take it for the one before.
    await s3.put(BUNDLE_MARKER, `${digest}${OVER}${over ?? 'nothing'}`, 'text/plain')
    await note(during)
    // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
    await readBundle(archive, async entry => (isPage(entry) ? undefined : upload(entry)))
    await readBundle(archive, async entry => (isPage(entry) ? upload(entry) : undefined))
    await s3.remove(remove)
    await note(after)
    await s3.put(BUNDLE_MARKER, digest, 'text/plain')
    return { files: files.length, removed: remove.length, kept: after.leaving.length }
  })
}

/** What Sluice has put into a bucket before. @throws UserError where files of the same names are there that it has not. */
async function filesBefore(s3: Bucket, bucket: string, files: readonly string[]): Promise<PublishedFiles> {
  const noted = await s3.read(BUNDLE_FILES)
  const before = noted === undefined ? NO_FILES : readFiles(noted)
  // A note that is not ours says of no file whose it is.
  if (before === undefined) return NO_FILES
  const [own, ours] = [new Set(files), new Set([...before.files, ...before.coming, ...before.leaving])]
  const taken = (await s3.list()).filter(key => own.has(key) && !ours.has(key))
  const [first] = taken
  if (first !== undefined)
    throw new UserError(
      `${bucket} holds ${plural(taken.length, 'file')} of this bundle that Sluice did not put there, as ${first}. Publish to another bucket, or move ${taken.length === 1 ? 'it' : 'them'} away.`
    )
  return before
}

/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type: string | null): string {
  if (type === null) return 'application/octet-stream'
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

function isPage(entry: BundleEntry): boolean {
  return entry.path.endsWith('.html')
}

/** The objects of one bucket. */
interface Bucket {
  /** The text of an object; absent where it, or the bucket, is not there. */
  readonly read: (key: string) => Promise<string | undefined>
  readonly put: (key: string, content: Uint8Array | string, type: string) => Promise<void>
  readonly list: () => Promise<readonly string[]>
  readonly remove: (keys: readonly string[]) => Promise<void>
}

/** So many keys S3 deletes by one request. */
const AT_ONCE = 1000

function bucketOf(session: AwsSession, s3: S3Client, sdk: Sdk, name: string): Bucket {
  const Bucket = name
  const call = async <T>(send: () => Promise<T>): Promise<T> => callAws(session.terms, send)
  return {
    read: async Key => {
      const request = new sdk.GetObjectCommand({ Bucket, Key })
      try {
        return await call(async () => (await s3.send(request)).Body?.transformToString())
      } catch (error: unknown) {
        if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket) return undefined
        throw error
      }
    },
    put: async (Key, Body, ContentType) => {
      const object = new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType })
      await call(async () => s3.send(object, unhurried))
    },
    list: async () => {
      const keys: string[] = []
      let token: string | undefined
      do {
        const page = await call(async () => s3.send(new sdk.ListObjectsV2Command({ Bucket, ContinuationToken: token })))
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        token = page.NextContinuationToken
      } while (token !== undefined)
      return keys
    },
    remove: async keys => {
      for (let at = 0; at < keys.length; at += AT_ONCE) {
        const Objects = keys.slice(at, at + AT_ONCE).map(Key => ({ Key }))
        const removal = new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })
        const { Errors: [refused] = [] } = await call(async () => s3.send(removal))
        // S3 answers 200 also when it removed nothing.
        if (refused !== undefined)
          throw new Failure(`S3 did not delete ${refused.Key} from ${name}: ${refused.Message ?? refused.Code}`)
      }
    }
  }
}

async function withBucket<T>(
  session: AwsSession,
  bucket: string,
  what: string,
  work: (s3: Bucket) => Promise<T>
): Promise<T> {
  // Loaded late: an action that fails on its input must not pay for the SDK.
  const sdk = await import('@aws-sdk/client-s3')
  const s3 = new sdk.S3Client(awsClientConfig(session, 'S3'))
  try {
    return await work(bucketOf(session, s3, sdk, bucket))
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    const message = `S3 could not ${what}: ${messageOf(error)}`
    if (awsFault(error).status !== 403) throw new Failure(message, { cause: error })
    throw new UserError(
      `${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.`,
      {
        cause: error
      }
    )
  } finally {
    s3.destroy()
  }
}
