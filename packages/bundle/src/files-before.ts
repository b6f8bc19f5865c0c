import { BUNDLE_FILES, plural, UserError } from '@sluice/core'
import type { Bucket } from './bucket.ts'
import { LONGEST_NOTE, NO_FILES, type PublishedFiles, readFiles } from './published-files.ts'

/** What is in a bucket before a bundle comes. */
export interface FilesBefore {
  /** What Sluice has put there. */
  readonly noted: PublishedFiles
  /** The bytes of all that is there, by key. */
  readonly listed: ReadonlyMap<string, number>
}

/** What Sluice has put into a bucket before. @throws UserError where files of the same names are there that it has not. */
export async function filesBefore(s3: Bucket, bucket: string, files: readonly string[]): Promise<FilesBefore> {
  const text = await s3.read(BUNDLE_FILES, LONGEST_NOTE)
  const noted = text === undefined ? NO_FILES : readFiles(text)
  const listed = await s3.list()
  // A note that is not ours says of no file whose it is.
  if (noted === undefined) return { noted: NO_FILES, listed }
  const [own, ours] = [new Set(files), new Set([...noted.files, ...noted.coming, ...noted.leaving])]
  const taken = [...listed.keys()].filter(key => own.has(key) && !ours.has(key))
  const [first] = taken
  if (first !== undefined)
    throw new UserError(
      `${bucket} holds ${plural(taken.length, 'file')} of this bundle that Sluice did not put there, as ${first}. Publish to another bucket, or move ${taken.length === 1 ? 'it' : 'them'} away.`
    )
  return { noted, listed }
}
