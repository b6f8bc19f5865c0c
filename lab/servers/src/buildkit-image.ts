import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure, runCommand } from '@sluice/core'
import type { Tools } from './tools.ts'

/**
 * Writes the file system of an image with BuildKit, for `docker import`: its programs, and the libraries that runc is linked to.
 * It stands for the image `moby/buildkit`, which is in a registry that no test may need.
 * @returns the archive.
 */
export async function archiveBuildkit(
  tools: Pick<Tools, 'buildctl' | 'buildkitd' | 'runc'>,
  directory: string
): Promise<string> {
  const rootfs = join(directory, 'buildkit')
  const archive = `${rootfs}.tar`
  await rm(rootfs, { recursive: true, force: true })
  await mkdir(join(rootfs, 'usr', 'bin'), { recursive: true })
  await mkdir(join(rootfs, 'tmp'))
  for (const name of ['buildkitd', 'buildctl', 'runc'] as const)
    await copyFile(tools[name], join(rootfs, 'usr', 'bin', name))
  const { stdout } = await runCommand('ldd', [tools.runc])
  for (const [, library = ''] of stdout.toString('utf8').matchAll(/(\/\S+) \(0x/g)) {
    await mkdir(dirname(join(rootfs, library)), { recursive: true })
    await copyFile(library, join(rootfs, library))
  }
  const { code, stderr } = await runCommand('tar', ['-C', rootfs, '-cf', archive, '.'])
  if (code !== 0) throw new Failure(`The image with BuildKit could not be packed: ${stderr.trim()}`)
  return archive
}

/** What makes an image of the archive, as arguments of `docker import`. */
export const IMPORT_CHANGES = ['--change', 'ENTRYPOINT ["buildkitd"]', '--change', 'ENV PATH=/usr/bin'] as const
