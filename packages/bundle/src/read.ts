import { buffer } from 'node:stream/consumers'
import { bundleNameProblem, messageOf, UserError } from '@sluice/core'
import type { Entry } from 'yauzl'

/** A file of a bundle. */
export interface BundleEntry {
  /** Relative, with `/`; never leaves the folder it is joined to. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly executable: boolean
  /** Its bytes. Begin with it before the next entry is asked for. @throws UserError for bytes that are not what the archive says of them */
  read(): Promise<Buffer>
}

const TYPE = 0o170000
const LINK = 0o120000

/**
 * Reads a bundle, in the order of the archive.
 * @throws UserError when it is no archive, holds a name that would leave the target folder, a link, or a name twice.
 */
export async function readBundle(file: string, onEntry: (entry: BundleEntry) => Promise<void>): Promise<void> {
  const seen = new Set<string>()
  const legible = <T>(reading: Promise<T>): Promise<T> =>
    reading.catch((error: unknown) => {
      throw unreadable(file, error)
    })
  // Loaded late, like all that most actions never need.
  const { openPromise } = await import('yauzl')
  const zip = await legible(openPromise(file, { strictFileNames: true }))
  try {
    const entries = zip.eachEntry()
    for (;;) {
      const next = await legible(entries.next())
      if (next.done === true) return
      const entry = next.value
      if (entry.fileName.endsWith('/')) continue
      checkEntry(file, entry, seen)
      await onEntry({
        path: entry.fileName,
        size: entry.uncompressedSize,
        executable: (modeOf(entry) & 0o100) !== 0,
        read: async () => legible(zip.openReadStreamPromise(entry).then(buffer))
      })
    }
  } finally {
    zip.close()
  }
}

function checkEntry(file: string, entry: Entry, seen: Set<string>): void {
  const name = entry.fileName
  const refuse = (why: string): UserError =>
    new UserError(`${file} holds ${JSON.stringify(name)}, ${why}. Do not use this bundle.`)
  const problem = bundleNameProblem(name)
  if (problem !== undefined) throw refuse(`and ${problem}`)
  if ((modeOf(entry) & TYPE) === LINK) throw refuse('a link')
  if (seen.has(name)) throw refuse('a name that occurs twice')
  seen.add(name)
}

function modeOf(entry: Entry): number {
  return entry.externalFileAttributes >>> 16
}

function unreadable(file: string, error: unknown): UserError {
  return new UserError(`${file} is not a readable zip archive (${messageOf(error)}). Build the bundle again.`, {
    cause: error
  })
}
