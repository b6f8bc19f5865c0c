import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { messageOf, UserError, visible } from '@sluice/core'
import { readSmallFile } from './read-file.ts'

/** Files that are open at a time: a long ledger has more anchors than a process may open. */
const AT_ONCE = 100

/**
 * The files below a folder, by their paths with slashes: the objects of a bucket that `aws s3 sync` has copied there. What is no regular file is left
 * alone.
 * @throws UserError when the folder cannot be read.
 */
export async function readExported(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    const read = async (file: string): Promise<readonly [string, string]> => {
      const key = file.slice(join(folder, sep).length).split(sep).join('/')
      return [key, Buffer.from(await readSmallFile(file, key)).toString('utf8')]
    }
    const exported = new Map<string, string>()
    for (let start = 0; start < files.length; start += AT_ONCE)
      for (const [key, text] of await Promise.all(files.slice(start, start + AT_ONCE).map(read)))
        exported.set(key, text)
    return exported
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    throw new UserError(
      `${visible(folder)} could not be read: ${messageOf(error)}. Name the folder that the anchors were copied to.`,
      { cause: error }
    )
  }
}
