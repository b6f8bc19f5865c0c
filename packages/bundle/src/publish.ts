import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AwsSession,
  awsClientConfig,
  awsFault,
  BUNDLE_MARKER,
  callAws,
  type Digest,
  Failure,
  isDigest,
  messageOf,
  UserError,
  unhurried
} from '@sluice/core'
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
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** The bundle that a bucket says it holds; absent where it says nothing, or is not there. */
export async function publishedDigest(session: AwsSession, bucket: string): Promise<Digest | undefined> {
  return withBucket(session, `read which bundle ${bucket} holds`, async (s3, sdk) => {
    const request = new sdk.GetObjectCommand({ Bucket: bucket, Key: BUNDLE_MARKER })
    try {
      const body = await callAws(session.terms, async () => (await s3.send(request)).Body?.transformToString())
      const text = body?.trim()
      return isDigest(text) ? text : undefined
    } catch (error: unknown) {
      if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket) return undefined
      throw error
    }
  })
}

/**
 * Puts the files of a bundle into a bucket, pages last, removes what the bundle does not have, and says at the very end which bundle it
 * is. Running it again after a fault ends in the same state.
 */
export async function publishBundle(request: PublishRequest): Promise<Published> {
  const { session, bucket, archive, digest } = request
  return withBucket(session, `publish ${digest} to ${bucket}`, async (s3, sdk) => {
    const { default: mime } = await import('mime')
    const put = async (key: string, content: Uint8Array | string, type: string): Promise<void> => {
      const object = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: type })
      await callAws(session.terms, () => s3.send(object, unhurried))
    }
    const files = new Set<string>()
    const upload = async ({ path, content }: BundleEntry): Promise<void> => {
      await put(path, content, contentType(mime.getType(path)))
      files.add(path)
    }
    // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
    await readBundle(archive, async entry => (isPage(entry) ? undefined : upload(entry)))
    await readBundle(archive, async entry => (isPage(entry) ? upload(entry) : undefined))
    const removed = await removeOthers(session, s3, sdk, bucket, new Set([BUNDLE_MARKER, ...files]))
    await put(BUNDLE_MARKER, digest, 'text/plain')
    return { files: files.size, removed }
  })
}

/** @returns how many objects were removed. */
async function removeOthers(
  session: AwsSession,
  s3: S3Client,
  sdk: Sdk,
  bucket: string,
  keep: ReadonlySet<string>
): Promise<number> {
  let removed = 0
  let token: string | undefined
  do {
    const list = new sdk.ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token })
    const page = await callAws(session.terms, () => s3.send(list))
    const gone = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined || keep.has(Key) ? [] : [{ Key }]))
    if (gone.length > 0) {
      const removal = new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: gone, Quiet: true } })
      const { Errors: [refused] = [] } = await callAws(session.terms, () => s3.send(removal))
      // S3 answers 200 also when it removed nothing.
      if (refused !== undefined)
        throw new Failure(`S3 did not delete ${refused.Key} from ${bucket}: ${refused.Message ?? refused.Code}`)
    }
    removed += gone.length
    token = page.NextContinuationToken
  } while (token !== undefined)
  return removed
}

/** Browsers guess the encoding of text, and of nothing else. */
function contentType(type: string | null): string {
  if (type === null) return 'application/octet-stream'
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

function isPage(entry: BundleEntry): boolean {
  return entry.path.endsWith('.html')
}

async function withBucket<T>(
  session: AwsSession,
  what: string,
  work: (s3: S3Client, sdk: Sdk) => Promise<T>
): Promise<T> {
  // Loaded late: an action that fails on its input must not pay for the SDK.
  const sdk = await import('@aws-sdk/client-s3')
  const s3 = new sdk.S3Client(awsClientConfig(session, 'S3'))
  try {
    return await work(s3, sdk)
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
