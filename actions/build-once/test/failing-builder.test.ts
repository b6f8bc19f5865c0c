import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, UserError } from '@sluice/core'
import { detectBuilder, type ImageRequest } from '../src/builder/index.ts'
import { pathWith } from './builder/programs.ts'
import { recordedLog } from './builder/recorded-log.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-failing-'))
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Builds with a buildah that is this shell script; its command comes behind where its store is. */
async function buildWith(script: string, changes: Partial<ImageRequest> = {}): Promise<unknown> {
  const buildah = `if test "$1" = --version; then echo buildah version 1; exit; fi\n${script}`
  const log = recordedLog()
  const env = { PATH: await pathWith(folder, { buildah }) }
  const builder = await detectBuilder('buildah', { env, sandbox: 'none', log })
  const request = {
    context: folder,
    dockerfile: 'Dockerfile',
    args: {},
    platforms: [],
    log,
    layout: join(folder, 'image')
  }
  return builder.buildImage({ ...request, ...changes }).catch((error: unknown) => error)
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

  it('to end in time is ended with what it started, and the message says where to look', async () => {
    const error = await buildWith(`sleep 60 & echo $! > ${join(folder, 'step')}; wait`, { deadline: 3_000 })

    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message).toBe(
      `${basename(folder)}/Dockerfile was not built within 0.05 minutes by buildah 1 (chroot), which was ended. Its output in the log above shows the step that took so long: shorten it, or re-run the job if the machine was slow.`
    )
    expect(await runs(Number(await readFile(join(folder, 'step'), 'utf8')))).toBe(false)
  })

  it('with the code of a deadline that the Dockerfile has of its own has failed, and is not late', async () => {
    const error = await buildWith('echo "error: the tests took too long"; exit 124')

    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain('failed in buildah 1 (chroot): error: the tests took too long.')
  })

  it('to build for two platforms is not even started', async () => {
    const error = await buildWith('exit 3', { platforms: ['linux/amd64', 'linux/arm64'] })

    expect((error as UserError).message).toBe(
      'buildah 1 (chroot) builds only one platform, but the unit requires linux/amd64, linux/arm64. Use BuildKit, or a single platform.'
    )
  })
})

/** Whether a process is still at work; asked for a while, since a killed one takes a moment to be gone. */
async function runs(pid: number): Promise<boolean> {
  for (let look = 0; look < 200; look++) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 () Z')
    if (/^\d+ \(.*\) [ZX]/.test(stat)) return false
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return true
}
