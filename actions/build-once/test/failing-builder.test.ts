import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, UserError } from '@sluice/core'
import { makeSearchPath } from '@sluice-lab/servers'
import { detectBuilder } from '../src/builder/index.ts'
import { recordedLog } from './builder/recorded-log.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-failing-'))
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Builds with a buildah that is this shell script; its command comes behind where its store is. */
async function buildWith(script: string, platforms: readonly string[] = []): Promise<unknown> {
  const file = join(folder, 'buildah')
  await writeFile(file, `#!/bin/sh\nif test "$1" = --version; then echo buildah version 1; exit; fi\n${script}\n`)
  await chmod(file, 0o755)
  const log = recordedLog()
  const env = { PATH: `${folder}:${await makeSearchPath('setup')}` }
  const builder = await detectBuilder('buildah', { env, sandbox: 'none', hasIdToken: false, log })
  const request = { context: folder, dockerfile: 'Dockerfile', args: {}, platforms, log, layout: join(folder, 'image') }
  return builder.buildImage(request).catch((error: unknown) => error)
}

describe('a builder that fails', () => {
  it('to write what it built is told with its reason, as a fault of the machine', async () => {
    const error = await buildWith('case "$*" in *" push "*) echo no space left on device >&2; exit 125;; esac')

    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message).toBe(`buildah could not write ${join(folder, 'image')}: no space left on device`)
  })

  it('to write a sound image is not taken at its word (promise 1)', async () => {
    const error = await buildWith('exit 0')

    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message).toMatch(/^The builder wrote an image that cannot be pushed: /)
    expect((error as Failure).cause).toBeInstanceOf(UserError)
  })

  it('to build for two platforms is not even started', async () => {
    const error = await buildWith('exit 3', ['linux/amd64', 'linux/arm64'])

    expect((error as UserError).message).toBe(
      'buildah 1 (chroot) builds only one platform, but the unit requires linux/amd64, linux/arm64. Use BuildKit, or a single platform.'
    )
  })
})
