import { type AwsSession, type CacheRule, type Digest, sha256 } from '@sluice/core'
import { type Bucket, withBucket } from './bucket.ts'
import type { ObjectHeaders } from './bucket-reads.ts'
import { headersBy } from './file-headers.ts'
import { filesBefore } from './files-before.ts'
import { passageTo } from './published-files.ts'
import { type BundleEntry, readBundle } from './read.ts'
import { sideBySide } from './side-by-side.ts'

/** A bundle, and the bucket that it is compared with. */
export interface CompareRequest {
  readonly session: AwsSession
  /** Absent: it is not there yet. */
  readonly bucket: string | undefined
  /** Path of the bundle's archive, whose digest was checked. */
  readonly archive: string
  readonly digest: Digest
  /** What its files are to be cached by. */
  readonly cacheControl: readonly CacheRule[]
}

/** What publishing a bundle would make of the files in a bucket. Names are sorted. */
export interface BundleDifference {
  /** Not there. */
  readonly added: readonly string[]
  /** There with other bytes. */
  readonly changed: readonly string[]
  /** There with the same bytes, and answered with other headers. */
  readonly headers: readonly string[]
  /** How many are there as they are to be. */
  readonly same: number
  /** Of bundles before, and removed. */
  readonly removed: readonly string[]
  /** Of bundles before, and kept until the next bundle comes. */
  readonly kept: readonly string[]
}

/** What may be under way at one time: S3 answers many questions at once, but files of the bundle are held in memory meanwhile. */
const LOOKS = { pieces: 32, weight: 64 * 1024 ** 2 }

/**
 * Compares each file of a bundle with what a bucket holds, by size and SHA-256: what the bucket says that it holds, whoever may write to it could have written.
 * @throws UserError where publishing would replace somebody else's files.
 */
export async function compareBundle(request: CompareRequest): Promise<BundleDifference> {
  const { session, bucket, archive, digest, cacheControl } = request
  const files: string[] = []
  await readBundle(archive, async ({ path }) => {
    files.push(path)
  })
  if (bucket === undefined) return { added: files.toSorted(), changed: [], headers: [], same: 0, removed: [], kept: [] }
  return withBucket(session, bucket, `compare ${bucket} with ${digest}`, async s3 => {
    const { noted, listed } = await filesBefore(s3, bucket, files)
    const { remove, after } = passageTo(noted, digest, files)
    const headersOf = await headersBy(cacheControl)
    const found = { added: [] as string[], changed: [] as string[], headers: [] as string[], same: [] as string[] }
    const looks = sideBySide(LOOKS)
    try {
      await readBundle(archive, async entry => {
        const { path, size } = entry
        const there = listed.get(path)
        if (there === undefined) found.added.push(path)
        else if (there !== size) found.changed.push(path)
        else
          await looks.begin(size, async () => {
            found[await compareFile(s3, entry, headersOf(path))].push(path)
          })
      })
    } finally {
      await looks.end()
    }
    const [added, changed, headers] = [found.added.sort(), found.changed.sort(), found.headers.sort()]
    const isThere = (path: string): boolean => listed.has(path)
    return {
      ...{ added, changed, headers, same: found.same.length },
      removed: remove.filter(isThere).toSorted(),
      kept: after.leaving.filter(isThere).toSorted()
    }
  })
}

async function compareFile(
  s3: Bucket,
  { path, read }: BundleEntry,
  wanted: ObjectHeaders
): Promise<'added' | 'changed' | 'headers' | 'same'> {
  // Begun at once: the archive is closed when its last entry was passed.
  const content = read()
  const [own, seen] = await Promise.all([content.then(sha256), s3.look(path)])
  if (seen === undefined) return 'added'
  if (seen.sha256 !== own) return 'changed'
  const { type, cacheControl } = seen.headers
  return seen.isPlain && type === wanted.type && cacheControl === wanted.cacheControl ? 'same' : 'headers'
}
