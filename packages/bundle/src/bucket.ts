import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AwsSession,
  awsClientConfig,
  awsFault,
  callAws,
  Failure,
  messageOf,
  UserError,
  unhurried
} from '@sluice/core'

/** What an object is answered with, besides its bytes. */
export interface ObjectHeaders {
  readonly type: string
  /** Absent: browsers and caches decide. */
  readonly cacheControl?: string | undefined
}

/** The objects of one bucket. */
export interface Bucket {
  /** The text of an object; absent where it, or the bucket, is not there; empty where it is longer than it may be. */
  readonly read: (key: string, longest: number) => Promise<string | undefined>
  readonly put: (key: string, content: Uint8Array | string, headers: ObjectHeaders) => Promise<void>
  readonly list: () => Promise<readonly string[]>
  readonly remove: (keys: readonly string[]) => Promise<void>
}

/** So many keys S3 deletes by one request. */
const AT_ONCE = 1000

type Sdk = typeof import('@aws-sdk/client-s3')

function bucketOf(session: AwsSession, s3: S3Client, sdk: Sdk, name: string): Bucket {
  const Bucket = name
  const call = async <T>(send: () => Promise<T>): Promise<T> => callAws(session.terms, send)
  return {
    read: async (Key, longest) => {
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
    },
    put: async (Key, Body, { type: ContentType, cacheControl: CacheControl }) => {
      const object = new sdk.PutObjectCommand({ Bucket, Key, Body, ContentType, CacheControl })
      try {
        await call(async () => s3.send(object, unhurried))
      } catch (error: unknown) {
        throw new ObjectFault(Key, error)
      }
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

/** What S3 said of one of many objects, which is named. */
class ObjectFault extends Error {
  constructor(key: string, cause: unknown) {
    const { code, reason } = awsFault(cause)
    super(`${key}: ${reason}${code === '' || reason.includes(code) ? '' : ` (${code})`}`, { cause })
  }
}

/** Works on a bucket. @param what is done, as `publish … to …`: what went wrong is told of that. */
export async function withBucket<T>(
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
    const said = error instanceof ObjectFault ? error.cause : error
    if (said instanceof UserError) throw said
    const message = `S3 could not ${what}: ${messageOf(error)}`
    if (awsFault(said).status !== 403) throw new Failure(message, { cause: said })
    throw new UserError(
      `${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.`,
      { cause: said }
    )
  } finally {
    s3.destroy()
  }
}
