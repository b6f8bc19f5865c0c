import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { messageOf, UserError, visible } from '@sluice/core'
import { readSmallFile } from './read-file.ts'

/**
 * The files below a folder, by their paths with slashes: the objects of a bucket that `aws s3 sync` has copied there. What is no regular file is left
 * alone.
 * @throws UserError when the folder cannot be read.
 */
export async function readExported(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    const read = files.map(async file => {
      const key = file.slice(join(folder, sep).length).split(sep).join('/')
      return [key, Buffer.from(await readSmallFile(file, key)).toString('utf8')] as const
    })
    return new Map(await Promise.all(read))
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    throw new UserError(
      `${visible(folder)} could not be read: ${messageOf(error)}. Name the folder that the anchors were copied to.`,
      { cause: error }
    )
  }
}
