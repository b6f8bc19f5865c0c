import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure, runCommand } from '@sluice/core'
import type { Tools } from './tools.ts'

/**
 * Writes the file system of an image with BuildKit, for `docker import`: its programs, those with which a shell looks
 * after routes, and the libraries that they are linked to.
 * It stands for the image `moby/buildkit`, which is in a registry that no test may need.
 * @returns the archive.
 */
export async function archiveBuildkit(
  tools: Pick<Tools, 'buildctl' | 'buildkitd' | 'ip' | 'runc'>,
  directory: string
): Promise<string> {
  const rootfs = join(directory, 'buildkit')
  const archive = `${rootfs}.tar`
  await rm(rootfs, { recursive: true, force: true })
  await mkdir(join(rootfs, 'usr', 'bin'), { recursive: true })
  await mkdir(join(rootfs, 'tmp'))
  for (const name of ['buildkitd', 'buildctl', 'runc'] as const)
    await copyFile(tools[name], join(rootfs, 'usr', 'bin', name))
  await copyFile(tools.ip, join(rootfs, 'usr', 'bin', 'ip'))
  await copyFile('/bin/sh', join(rootfs, 'usr', 'bin', 'sh'))
  for (const program of ['runc', 'sh', 'ip']) await copyLibraries(join(rootfs, 'usr', 'bin', program), rootfs)
  const { code, stderr } = await runCommand('tar', ['-C', rootfs, '-cf', archive, '.'])
  if (code !== 0) throw new Failure(`The image with BuildKit could not be packed: ${stderr.trim()}`)
  return archive
}

/** Copies what a program is linked to, as far as it is. */
async function copyLibraries(program: string, rootfs: string): Promise<void> {
  const { stdout } = await runCommand('ldd', [program])
  for (const [, library = ''] of stdout.toString('utf8').matchAll(/(\/\S+) \(0x/g)) {
    await mkdir(dirname(join(rootfs, library)), { recursive: true })
    await copyFile(library, join(rootfs, library))
  }
}

/** What makes an image of the archive, as arguments of `docker import`. */
export const IMPORT_CHANGES = ['--change', 'ENTRYPOINT ["buildkitd"]', '--change', 'ENV PATH=/usr/bin'] as const
