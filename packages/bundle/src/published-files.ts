import { bundleNameProblem, type Digest, isDigest, UserError } from '@sluice/core'

/** What Sluice has put into a bucket: the object {@link BUNDLE_FILES}. What is in none of these lists is somebody else's, and stays. */
export interface PublishedFiles {
  /** The bundle that was published last; absent while the first one is on its way. */
  readonly bundle?: Digest
  /** Its files. */
  readonly files: readonly string[]
  /** Files of a bundle that is on its way: a job that dies leaves some of them. */
  readonly coming: readonly string[]
  /** Files that it no longer has. They stay until the next bundle comes: pages that are still open ask for them. */
  readonly leaving: readonly string[]
}

export const NO_FILES: PublishedFiles = { files: [], coming: [], leaving: [] }

/** The way from one bundle to the next. */
export interface Passage {
  /** What is noted before the first file is put. */
  readonly during: PublishedFiles
  /** Files that go. */
  readonly remove: readonly string[]
  /** What is noted when all is done. */
  readonly after: PublishedFiles
}

/** @param files of the bundle. A bundle that was noted already was published up to its marker: what is leaving has not stayed for a delivery yet. */
export function passageTo(before: PublishedFiles, bundle: Digest, files: readonly string[]): Passage {
  const isAgain = before.bundle === bundle
  const coming = union(before.coming, files)
  const without = (names: readonly string[], others: readonly string[]): readonly string[] => {
    const known = new Set(others)
    return names.filter(name => !known.has(name))
  }
  return {
    during: { ...before, coming },
    remove: isAgain ? [] : without(before.leaving, coming),
    after: {
      bundle,
      files,
      coming: [],
      leaving: without(isAgain ? union(before.leaving, before.coming) : union(before.files, before.coming), files)
    }
  }
}

function union(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])]
}

/** Bytes of a note at most: whoever reads it holds it in memory. Some hundred thousand names. */
export const LONGEST_NOTE = 64 * 1024 ** 2

/** @throws UserError for more names than anybody would read back. */
export function encodeFiles(files: PublishedFiles): string {
  const text = JSON.stringify({ version: 1, ...files })
  const bytes = Buffer.byteLength(text)
  if (bytes > LONGEST_NOTE)
    throw new UserError(
      `The names of this bundle's files, and of those that the bucket holds from the bundle before, take ${bytes} bytes, and a list of them may have ${LONGEST_NOTE}. Publish fewer files, or from several units.`
    )
  return text
}

/** Reads it back; absent for anything else, of which nobody can tell whose files are there. */
export function readFiles(text: string): PublishedFiles | undefined {
  const { bundle, files, coming, leaving } = membersOf(text)
  if (!isNames(files) || !isNames(coming) || !isNames(leaving)) return undefined
  return { ...(isDigest(bundle) ? { bundle } : {}), files, coming, leaving }
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

/** Bytes of the key of an object (S3, "Naming Amazon S3 objects"). */
const LONGEST_KEY = 1024

function isNames(value: unknown): value is readonly string[] {
  // Whoever writes to the bucket could write the note: S3 must not be asked for what is no name of a file.
  return (
    Array.isArray(value) &&
    value.every(
      it => typeof it === 'string' && Buffer.byteLength(it) <= LONGEST_KEY && bundleNameProblem(it) === undefined
    )
  )
}
