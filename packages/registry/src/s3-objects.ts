import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AccountId,
  type AwsSession,
  awsClientConfig,
  awsFault,
  callAws,
  type Digest,
  Failure,
  hexOf,
  keyAdvice,
  messageOf,
  UserError,
  unhurried
} from '@sluice/core'
import type { Content } from './upload-content.ts'

/** What is stored, and how. */
export interface NewObject {
  readonly content: Content
  /** Checked by S3 on arrival and kept with the object. */
  readonly sha256?: Digest
  readonly contentType: string
}

/** The few things that are done with the objects of one bucket. */
export interface S3Objects {
  readonly bucket: string
  /** Stores an object where there is none. @returns `false` when there is one. */
  create(key: string, object: NewObject): Promise<boolean>
  /** A small object's text. */
  text(key: string): Promise<string | undefined>
  /** Hands an object's bytes to `take`, as they come; once more from the beginning where they broke off. */
  read<T>(key: string, take: (bytes: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T | undefined>
  /** Whether there is an object, and its digest and version as far as S3 knows them. */
  head(key: string): Promise<{ readonly sha256?: string; readonly version?: string } | undefined>
}

export interface S3ObjectsOptions {
  readonly session: AwsSession
  readonly bucket: string
  readonly owner?: AccountId
  /** What to do where the bucket is missing, and where the role may not. */
  readonly advice: { readonly missing: string; readonly denied: string }
}

/** Opens a bucket; the SDK is loaded with the first call. */
export function openObjects(options: S3ObjectsOptions): S3Objects {
  const { session, bucket, owner, advice } = options
  const where = { Bucket: bucket, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) }
  let client: S3Client | undefined

  const call = async <T>(what: string, work: (s3: S3Client, sdk: Sdk) => Promise<T>): Promise<T> => {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await import('@aws-sdk/client-s3')
    client ??= new sdk.S3Client(awsClientConfig(session, 'S3'))
    const s3 = client
    try {
      return await callAws(session.terms, () => work(s3, sdk))
    } catch (error: unknown) {
      throw explain(error, `S3 could not ${what}`, advice)
    }
  }

  return {
    bucket,
    create: async (key, object) =>
      call(`store ${bucket}/${key}`, async (s3, { PutObjectCommand }) => {
        const checksum = object.sha256 === undefined ? {} : { ChecksumSHA256: toBase64(object.sha256) }
        const body = Readable.from(object.content.open())
        const abort = new AbortController()
        let fault: { readonly error: unknown } | undefined
        // The SDK does not watch what it reads from: without this it would wait for the rest for ever.
        body.on('error', error => {
          fault = { error }
          abort.abort()
        })
        try {
          await s3.send(
            new PutObjectCommand({
              ...where,
              ...checksum,
              Key: key,
              Body: body,
              ContentLength: object.content.size,
              ContentType: object.contentType,
              IfNoneMatch: '*'
            }),
            { abortSignal: abort.signal, ...unhurried }
          )
          return true
        } catch (error: unknown) {
          if (awsFault(error).status === 412) return false
          throw fault === undefined ? error : fault.error
        } finally {
          body.destroy()
        }
      }),
    text: async key =>
      call(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => {
        const found = await s3.send(new GetObjectCommand({ ...where, Key: key })).catch(unlessAbsent)
        return found?.Body?.transformToString('utf8')
      }),
    read: async (key, take) =>
      call(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => {
        const found = await s3.send(new GetObjectCommand({ ...where, Key: key })).catch(unlessAbsent)
        // The SDK's type names what it gives in browsers too; in Node it is a stream.
        const body = found?.Body as AsyncIterable<Uint8Array> | undefined
        return body === undefined ? undefined : take(body)
      }),
    head: async key =>
      call(`look for ${bucket}/${key}`, async (s3, { HeadObjectCommand }) => {
        const found = await s3
          .send(new HeadObjectCommand({ ...where, Key: key, ChecksumMode: 'ENABLED' }))
          .catch(unlessAbsent)
        if (found === undefined) return undefined
        const { ChecksumSHA256: checksum, VersionId: version } = found
        return {
          ...(checksum === undefined ? {} : { sha256: fromBase64(checksum) }),
          ...(version === undefined ? {} : { version })
        }
      })
  }
}

type Sdk = typeof import('@aws-sdk/client-s3')

function unlessAbsent(error: unknown): undefined {
  // A missing bucket is 404 as well, but nothing that a push could mend.
  if (awsFault(error).status === 404 && error instanceof Error && error.name !== 'NoSuchBucket') return undefined
  throw error
}

function explain(error: unknown, what: string, advice: S3ObjectsOptions['advice']): Error {
  if (error instanceof UserError) return error
  const message = `${what}: ${messageOf(error)}`
  if (error instanceof Error && error.name === 'NoSuchBucket')
    return new UserError(`${message}. ${advice.missing}`, { cause: error })
  if (awsFault(error).status === 403)
    return new UserError(`${message}. ${advice.denied}${keyAdvice(message)}`, { cause: error })
  return new Failure(message, { cause: error })
}

function toBase64(digest: Digest): string {
  return Buffer.from(hexOf(digest), 'hex').toString('base64')
}

function fromBase64(checksum: string): string {
  return `sha256:${Buffer.from(checksum, 'base64').toString('hex')}`
}
