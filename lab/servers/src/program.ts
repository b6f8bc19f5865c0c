import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Administrators' programs are not on every user's PATH. */
const ALSO = ['/usr/sbin', '/sbin']

/** The path of a program on PATH, found without starting any process. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const directory of [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO]) {
    if (directory === '') continue
    const file = join(directory, name)
    if (await isExecutable(file)) return file
  }
  return undefined
}

/** Whether a file exists (also at the end of its symbolic links) and may be executed. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
