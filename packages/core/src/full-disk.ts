import { UserError } from './errors.ts'

const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up'
}

/**
 * Runs what writes files. Where the disk has no room, the system's own message names neither the file nor the disk: this one does.
 * @param what is written, for people.
 * @param where it is written to.
 * @throws UserError when there is no room; any other error as it is.
 */
export async function writing<T>(what: string, where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error: unknown) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
    const why = FULL[code]
    if (why === undefined) throw error
    throw new UserError(`${what} could not be written to ${where}: ${why} (${code}). Make room there and try again.`, {
      cause: error
    })
  }
}
