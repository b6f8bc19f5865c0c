import { readFile, stat } from 'node:fs/promises'
import { messageOf, UserError } from '@sluice/core'

/** In bytes. Far above what a delivery.yml may have, which its parser says, and what keys and anchors have: this keeps out what would not fit into memory. */
const LIMIT = 1024 * 1024

/** The bytes of the file that a command was given. @throws UserError when it cannot be read. */
export async function readGiven(path: string, file: string, command: string): Promise<Uint8Array> {
  try {
    return await readSmallFile(path, file)
  } catch (error: unknown) {
    if (error instanceof UserError) throw error
    throw new UserError(`${file} could not be read: ${messageOf(error)}. Name the file: sluice ${command} FILE.`, {
      cause: error
    })
  }
}

/**
 * The bytes of a delivery.yml, of a key or of an anchor, in a folder that may come from anybody: a pipe or a device there may have no end.
 * @param file as messages name it.
 * @throws UserError when it is no regular file, or far too long; whatever the system says when it cannot be read.
 */
export async function readSmallFile(path: string, file: string): Promise<Uint8Array> {
  const found = await stat(path)
  // Of a folder, the system itself says that it is one.
  if (!found.isFile() && !found.isDirectory())
    throw new UserError(`${file} is a pipe or a device, which may have no end. Replace it with a regular file.`)
  if (found.size > LIMIT)
    throw new UserError(
      `${file} has ${found.size} bytes, which is far too long. Shorten the file, or name the right one.`
    )
  return readFile(path)
}
