import { createHash } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'
import { awsFault, type Digest, parseDigest } from '@sluice/core'

/** A bucket as its verbs are given it. */
export interface BucketAccess {
  readonly s3: S3Client
  readonly sdk: typeof import('@aws-sdk/client-s3')
  readonly Bucket: string
  /** Makes a call until S3 answers. */
  readonly call: <T>(send: () => Promise<T>) => Promise<T>
}

/** What an object is answered with, besides its bytes. */
export interface ObjectHeaders {
  readonly type: string
  /** Absent: browsers and caches decide. */
  readonly cacheControl?: string | undefined
}

/** An object as S3 answers with it. */
export interface SeenObject {
  readonly sha256: Digest
  readonly headers: ObjectHeaders
  /** It leads nowhere else, and is read as its bytes are: so is all that Sluice puts. */
  readonly isPlain: boolean
}

/** What S3 said of one of many objects, which is named. */
export class ObjectFault extends Error {
  constructor(key: string, cause: unknown) {
    const { code, reason } = awsFault(cause)
    super(`${key}: ${reason}${code === '' || reason.includes(code) ? '' : ` (${code})`}`, { cause })
  }
}

/** The text of an object; absent where it, or the bucket, is not there; empty where it is longer than it may be. */
export async function readText(
  { s3, sdk, Bucket, call }: BucketAccess,
  Key: string,
  longest: number
): Promise<string | undefined> {
  const request = new sdk.GetObjectCommand({ Bucket, Key })
  try {
    return await call(async () => {
      const { Body, ContentLength = Number.POSITIVE_INFINITY } = await s3.send(request)
      // Whoever writes to the bucket decides how long it is: nobody has to hold that in memory.
      return ContentLength > longest ? '' : Body?.transformToString()
    })
  } catch (error: unknown) {
    if (error instanceof sdk.NoSuchKey || error instanceof sdk.NoSuchBucket) return undefined
    throw error
  }
}

/** The bytes that each object has; nothing where the bucket is not there. */
export async function listSizes({ s3, sdk, Bucket, call }: BucketAccess): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>()
  let ContinuationToken: string | undefined
  try {
    do {
      const request = new sdk.ListObjectsV2Command({ Bucket, ContinuationToken })
      const page = await call(async () => s3.send(request))
      for (const { Key, Size = 0 } of page.Contents ?? []) if (Key !== undefined) sizes.set(Key, Size)
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
  } catch (error: unknown) {
    if (!(error instanceof sdk.NoSuchBucket)) throw error
  }
  return sizes
}

/** What an object is; absent where it is not there. It is read only where S3 keeps no SHA-256 of it. */
export async function look(access: BucketAccess, Key: string): Promise<SeenObject | undefined> {
  const { s3, sdk, Bucket, call } = access
  const request = new sdk.HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })
  try {
    const found = await call(async () => s3.send(request))
    const { ContentEncoding, ContentDisposition, ContentLanguage, WebsiteRedirectLocation } = found
    const others = [ContentEncoding, ContentDisposition, ContentLanguage, WebsiteRedirectLocation]
    return {
      sha256: digestIn(found.ChecksumSHA256) ?? (await hashOf(access, Key)),
      headers: { type: found.ContentType ?? '', cacheControl: found.CacheControl },
      isPlain: others.every(it => it === undefined)
    }
  } catch (error: unknown) {
    if (awsFault(error).status === 404) return undefined
    throw new ObjectFault(Key, error)
  }
}

/** A checksum of the whole object: of one that came in parts it is that of their checksums, and says nothing of the bytes. */
function digestIn(checksum = ''): Digest | undefined {
  const bytes = Buffer.from(checksum, 'base64')
  const isWhole = bytes.length === 32 && bytes.toString('base64') === checksum
  return isWhole ? parseDigest(`sha256:${bytes.toString('hex')}`) : undefined
}

async function hashOf({ s3, sdk, Bucket, call }: BucketAccess, Key: string): Promise<Digest> {
  return call(async () => {
    const { Body } = await s3.send(new sdk.GetObjectCommand({ Bucket, Key }))
    const hash = createHash('sha256')
    // The SDK's type names what it gives in browsers too; in Node it is a stream.
    for await (const chunk of Body as AsyncIterable<Uint8Array>) hash.update(chunk)
    return parseDigest(`sha256:${hash.digest('hex')}`)
  })
}
