import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where Debian's packages put programs; never /usr/local, where anything may lie. */
const DEBIAN = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'] as const

/** The path of a program on PATH, found without starting any process. */
export async function findProgram(name: string): Promise<string | undefined> {
  return findIn((process.env['PATH'] ?? '').split(delimiter), name)
}

/** The path of a program that a Debian package installed, whatever PATH says. */
export async function findDebianProgram(
  name: string,
  directories: readonly string[] = DEBIAN
): Promise<string | undefined> {
  return findIn(directories, name)
}

async function findIn(directories: readonly string[], name: string): Promise<string | undefined> {
  for (const directory of directories) {
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
