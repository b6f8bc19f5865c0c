import { readFile, stat } from 'node:fs/promises'
import { UserError } from '@sluice/core'

/**
 * How many bytes a file of a git directory has; absent when there is none. Links are followed, as git does.
 * @throws UserError when something else is there: reading a pipe or a device may never end.
 */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  if (found.isFile()) return found.size
  throw new UserError(`${path} is not a regular file, as git keeps one there. Clone the repository again.`)
}

/** Longer are no settings of a repository, however many branches it follows. */
const SETTINGS_LIMIT = 4 * 1024 * 1024

/**
 * The file `config` of a repository; empty when there is none, or none that may be read.
 * @throws UserError when it is no file, or too long for one.
 */
export async function readSettings(path: string): Promise<Buffer> {
  const size = await sizeOfFile(path)
  if (size === undefined) return Buffer.alloc(0)
  if (size > SETTINGS_LIMIT)
    throw new UserError(
      `${path} has ${size} bytes, and settings at most ${SETTINGS_LIMIT}. Clone the repository again.`
    )
  return readFile(path).catch(() => Buffer.alloc(0))
}
