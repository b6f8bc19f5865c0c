import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import {
  type AccountId,
  type AwsSession,
  type Digest,
  Failure,
  hexOf,
  isLoopback,
  messageOf,
  parseTrustedUrl,
  UserError
} from '@sluice/core'
import type { Content } from './content.ts'

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
  /** An object's bytes, as they come. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Whether there is an object, and its digest as far as S3 knows it. */
  head(key: string): Promise<{ readonly sha256?: string } | undefined>
  /** Whether what was thrown may not happen next time. */
  mayHelpAgain(error: unknown): boolean
}

export interface S3ObjectsOptions {
  readonly session: AwsSession
  readonly bucket: string
  readonly owner?: AccountId
  readonly env: NodeJS.ProcessEnv
}

/** Milliseconds until a connection must stand, and that it may stand still. */
const CONNECT_LIMIT = 10_000
const STALL_LIMIT = 120_000

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Opens a bucket; the SDK is loaded with the first call. */
export function openObjects(options: S3ObjectsOptions): S3Objects {
  const { session, bucket, owner, env } = options
  const where = { Bucket: bucket, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) }
  let client: Promise<S3Client> | undefined

  const call = async <T>(what: string, work: (s3: S3Client, sdk: Sdk) => Promise<T>): Promise<T> => {
    // Loaded late: an action that fails on its input must not pay for the SDK.
    const sdk = await import('@aws-sdk/client-s3')
    client ??= Promise.resolve(
      new sdk.S3Client({
        region: session.region,
        credentials: session.credentials,
        // Emulators on this machine have no DNS name per bucket.
        forcePathStyle: isLocalEndpoint(env),
        requestHandler: { connectionTimeout: CONNECT_LIMIT, socketTimeout: STALL_LIMIT },
        // It would warn of each body that it cannot send twice; sending again is done here.
        logger: SILENT
      })
    )
    try {
      return await work(await client, sdk)
    } catch (error: unknown) {
      throw explain(error, `S3 did not ${what}`, bucket)
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
            { abortSignal: abort.signal }
          )
          return true
        } catch (error: unknown) {
          if (statusOf(error) === 412) return false
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
    read: async key =>
      call(`read ${bucket}/${key}`, async (s3, { GetObjectCommand }) => {
        const found = await s3.send(new GetObjectCommand({ ...where, Key: key })).catch(unlessAbsent)
        // The SDK's type names what it gives in browsers too; in Node it is a stream.
        return found?.Body as AsyncIterable<Uint8Array> | undefined
      }),
    head: async key =>
      call(`look for ${bucket}/${key}`, async (s3, { HeadObjectCommand }) => {
        const found = await s3
          .send(new HeadObjectCommand({ ...where, Key: key, ChecksumMode: 'ENABLED' }))
          .catch(unlessAbsent)
        if (found === undefined) return undefined
        return found.ChecksumSHA256 === undefined ? {} : { sha256: fromBase64(found.ChecksumSHA256) }
      }),
    mayHelpAgain(error) {
      const cause = error instanceof Failure ? error.cause : error
      if (cause instanceof UserError) return false
      const status = statusOf(cause)
      // 409: another conditional write to the same key was under way.
      return status === undefined || status === 409 || status === 429 || status >= 500
    }
  }
}

type Sdk = typeof import('@aws-sdk/client-s3')

function isLocalEndpoint(env: NodeJS.ProcessEnv): boolean {
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const value = env[name]
    if (value !== undefined && value !== '') return isLoopback(parseTrustedUrl(value, name).hostname)
  }
  return false
}

/** The status that S3 answered with; absent when there was no answer. */
function statusOf(error: unknown): number | undefined {
  const status: unknown = Object(Reflect.get(Object(error), '$metadata')).httpStatusCode
  return typeof status === 'number' ? status : undefined
}

function unlessAbsent(error: unknown): undefined {
  // A missing bucket is 404 as well, but nothing that a push could mend.
  if (statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket') return undefined
  throw error
}

function explain(error: unknown, what: string, bucket: string): Error {
  if (error instanceof UserError) return error
  const message = `${what}: ${messageOf(error)}`
  if (error instanceof Error && error.name === 'NoSuchBucket') {
    return new UserError(
      `${message}. Create the bucket ${bucket} in the ops account, or correct the account in delivery.yml.`,
      {
        cause: error
      }
    )
  }
  if (statusOf(error) === 403) {
    return new UserError(
      `${message}. Grant the role s3:GetObject and s3:ListBucket on ${bucket}, and s3:PutObject where it pushes.`,
      { cause: error }
    )
  }
  return new Failure(message, { cause: error })
}

function toBase64(digest: Digest): string {
  return Buffer.from(hexOf(digest), 'hex').toString('base64')
}

function fromBase64(checksum: string): string {
  return `sha256:${Buffer.from(checksum, 'base64').toString('hex')}`
}
