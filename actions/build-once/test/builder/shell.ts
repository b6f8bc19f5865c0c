import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand } from '@sluice/core'

const SHELL = '/bin/sh'

/** Copies this machine's shell with what it is linked to into a folder, so that a Dockerfile without a base image can run lines of it. */
export async function copyShell(folder: string): Promise<void> {
  const { stdout } = await runCommand('ldd', [SHELL])
  const libraries = [...stdout.toString('utf8').matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? [])
  for (const path of [SHELL, ...libraries]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await copyFile(path, join(folder, path))
  }
}
