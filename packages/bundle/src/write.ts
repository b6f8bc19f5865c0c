import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Digest, parseDigest, UserError, writing } from '@sluice/core'
import { type TreeFile, walkTree } from './walk-tree.ts'

/** What was written. */
export interface WrittenBundle {
  /** Of the archive's bytes. */
  readonly digest: Digest
  readonly bytes: number
  readonly files: number
}

// The archive format holds local time, so this is noon in every time zone; no zone skips noon, and a time of the
// commit would give one tree several digests.
const MODIFIED = new Date(1980, 0, 1, 12)

/**
 * Writes the files of a directory as a zip whose bytes depend on names, contents and the executable bit alone.
 *
 * Nothing is compressed: the output of zlib differs between versions of Node and between processors, so a compressed
 * bundle would have another digest when it is built elsewhere.
 * @throws UserError for a directory without files, for what {@link walkTree} refuses, and when the disk is full.
 */
export async function writeBundle(request: {
  readonly directory: string
  readonly file: string
}): Promise<WrittenBundle> {
  // Loaded late, like all that most actions never need.
  const { ZipFile } = await import('yazl')
  const zip = new ZipFile()
  const hash = createHash('sha256')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    }
  })
  const files: TreeFile[] = []
  for await (const file of walkTree(request.directory)) files.push(file)
  if (files.length === 0) throw new UserError('The bundle has no files. Commit at least one file under its path.')

  const written = pipeline(zip.outputStream, measure, createWriteStream(request.file))
  const failed = new Promise<never>((_resolve, reject) => zip.once('error', reject))
  for (const { path, source, executable } of files) {
    const mode = executable ? 0o100755 : 0o100644
    zip.addFile(source, path, { mtime: MODIFIED, mode, compress: false, forceDosTimestamp: true })
  }
  zip.end()
  await writing('The bundle', request.file, async () => Promise.race([written, failed]))
  return { digest: parseDigest(`sha256:${hash.digest('hex')}`), bytes, files: files.length }
}
