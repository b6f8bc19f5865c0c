import {
  type AwsSession,
  awsClientConfig,
  awsFault,
  callAws,
  Failure,
  keyAdvice,
  messageOf,
  UserError,
  unhurried
} from '@sluice/core'
import {
  type BucketAccess,
  listSizes,
  look,
  ObjectFault,
  type ObjectHeaders,
  readText,
  type SeenObject
} from './bucket-reads.ts'

/** The objects of one bucket. */
export interface Bucket {
  /** The text of an object; absent where it, or the bucket, is not there; empty where it is longer than it may be. */
  readonly read: (key: string, longest: number) => Promise<string | undefined>
  /** The bytes that each object has; nothing where the bucket is not there. */
  readonly list: () => Promise<ReadonlyMap<string, number>>
  /** What an object is; absent where it is not there. */
  readonly look: (key: string) => Promise<SeenObject | undefined>
  readonly put: (key: string, content: Uint8Array | string, headers: ObjectHeaders) => Promise<void>
  readonly remove: (keys: readonly string[]) => Promise<void>
}

/** So many keys S3 deletes by one request. */
const AT_ONCE = 1000

function bucketOf(access: BucketAccess): Bucket {
  const { s3, sdk, Bucket, call } = access
  return {
    read: async (key, longest) => readText(access, key, longest),
    list: async () => listSizes(access),
    look: async key => look(access, key),
    put: async (Key, Body, { type: ContentType, cacheControl: CacheControl }) => {
      const object = new sdk.PutObjectCommand({
        ...{ Bucket, Key, Body, ContentType, CacheControl },
        // Stays with the object: so it can be compared without being read.
        ChecksumAlgorithm: 'SHA256'
      })
      try {
        await call(async () => s3.send(object, unhurried))
      } catch (error: unknown) {
        throw new ObjectFault(Key, error)
      }
    },
    remove: async keys => {
      for (let at = 0; at < keys.length; at += AT_ONCE) {
        const Objects = keys.slice(at, at + AT_ONCE).map(Key => ({ Key }))
        const removal = new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })
        const { Errors: [refused] = [] } = await call(async () => s3.send(removal))
        // S3 answers 200 also when it removed nothing.
        if (refused !== undefined)
          throw new Failure(`S3 did not delete ${refused.Key} from ${Bucket}: ${refused.Message ?? refused.Code}`)
      }
    }
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
    return await work(bucketOf({ s3, sdk, Bucket: bucket, call: async send => callAws(session.terms, send) }))
  } catch (error: unknown) {
    const said = error instanceof ObjectFault ? error.cause : error
    if (said instanceof UserError) throw said
    const message = `S3 could not ${what}: ${messageOf(error)}`
    if (awsFault(said).status !== 403) throw new Failure(message, { cause: said })
    throw new UserError(
      `${message}. Grant the role of this job what Sluice's docs/aws-roles.md lists for units that publish.${keyAdvice(message)}`,
      { cause: said }
    )
  } finally {
    s3.destroy()
  }
}
