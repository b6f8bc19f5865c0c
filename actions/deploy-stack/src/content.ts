import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { S3Client } from '@aws-sdk/client-s3'
import { type BundleEntry, readBundle } from '@sluice/bundle'
import { type AwsSession, BUNDLE_MARKER, type Digest, Failure, isDigest, isLoopback, type Log } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  mjs: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webp: 'image/webp',
  woff2: 'font/woff2'
}

async function s3(session: AwsSession): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']
  const local = endpoint !== undefined && endpoint !== '' && isLoopback(new URL(endpoint).hostname)
  // An emulator on this machine has no DNS names for buckets.
  return new S3Client({ region: session.region, credentials: session.credentials, forcePathStyle: local })
}

/** The bundle that a bucket says it holds. */
export async function publishedDigest(session: AwsSession, bucket: string): Promise<Digest | undefined> {
  const { GetObjectCommand, NoSuchKey, NoSuchBucket } = await import('@aws-sdk/client-s3')
  const client = await s3(session)
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: BUNDLE_MARKER }))
    const text = (await answer.Body?.transformToString())?.trim()
    return isDigest(text) ? text : undefined
  } catch (error: unknown) {
    if (error instanceof NoSuchKey || error instanceof NoSuchBucket) return undefined
    throw new Failure(`The bucket ${bucket} could not be read.`, { cause: error })
  } finally {
    client.destroy()
  }
}

/**
 * Puts the files of a bundle into the bucket of its stack, pages last, and removes what the bundle no longer has.
 * Running it again after a fault ends in the same state.
 */
export async function publishContent(
  pipeline: Pipeline,
  request: {
    readonly session: AwsSession
    readonly unit: string
    readonly digest: Digest
    readonly bucket: string
    readonly log: Log
  }
): Promise<void> {
  const { session, unit, digest, bucket, log } = request
  const folder = await mkdtemp(join(pipeline.run.temp, 'sluice-bundle-'))
  const client = await s3(session)
  try {
    const { PutObjectCommand, DeleteObjectsCommand, paginateListObjectsV2 } = await import('@aws-sdk/client-s3')
    const archive = join(folder, 'bundle.zip')
    if (!(await pipeline.bundles('pull').fetch(unit, digest, archive))) {
      throw new Failure(`Bundle ${unit} ${digest} is not in the ops registry.`)
    }
    const files = new Set<string>()
    const upload = async (entry: BundleEntry): Promise<void> => {
      const type = CONTENT_TYPES[entry.path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: entry.path, Body: entry.content, ContentType: type })
      )
      files.add(entry.path)
    }
    // Pages refer to assets, so assets come first: two passes, one file in memory at a time.
    await readBundle(archive, async entry => (isPage(entry) ? undefined : upload(entry)))
    await readBundle(archive, async entry => (isPage(entry) ? upload(entry) : undefined))
    const keep = new Set([BUNDLE_MARKER, ...files])
    let removed = 0
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket })) {
      const gone = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined || keep.has(Key) ? [] : [{ Key }]))
      if (gone.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: gone } }))
      removed += gone.length
    }
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: BUNDLE_MARKER, Body: digest, ContentType: 'text/plain' })
    )
    log.info(`${unit}: ${files.size} files published, ${removed} removed`)
  } finally {
    client.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}

function isPage(entry: BundleEntry): boolean {
  return entry.path.endsWith('.html')
}
