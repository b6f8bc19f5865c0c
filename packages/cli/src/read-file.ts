import { readFile } from 'node:fs/promises'
import { messageOf, UserError } from '@sluice/core'

/** The bytes of the file that a command was given. @throws UserError when it cannot be read. */
export async function readGiven(path: string, file: string, command: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error: unknown) {
    throw new UserError(`${file} could not be read: ${messageOf(error)}. Name the file: sluice ${command} FILE.`, {
      cause: error
    })
  }
}
