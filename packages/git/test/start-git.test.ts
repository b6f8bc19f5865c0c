import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Failure } from '@sluice/core'
import { gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { git, openBlobs, ownGit } from '../src/index.ts'
import { GIT_DEADLINE, startGit } from '../src/start-git.ts'

const SOURCES = new URL('../src/', import.meta.url)

let path: string | undefined
let mark = ''
let directory = ''

/** Makes a repository; then puts a git first on the PATH that notes which process it is, and never ends. */
beforeEach(async () => {
  directory = (await gitSandbox()).directory
  const folder = await temporaryFolder()
  mark = join(folder, 'mark')
  path = process.env['PATH']
  await writeFile(join(folder, 'git'), `#!/bin/sh\necho $$ > '${mark}'\nexec sleep 3600\n`)
  await chmod(join(folder, 'git'), 0o755)
  process.env['PATH'] = `${folder}:${path}`
})

afterEach(() => {
  process.env['PATH'] = path
  jest.useRealTimers()
})

/** The process that the git noted, as soon as it has. */
async function started(): Promise<number> {
  for (;;) {
    const noted = await readFile(mark, 'utf8').catch(() => '')
    if (noted.endsWith('\n')) return Number(noted)
    await nextTurn()
  }
}

/** Whether a process still does anything: one that ended may wait for its parent to notice. */
async function runs(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return state !== '' && !/^\d+ \(.*\) [ZX]/.test(state)
}

/** Comes back when a process has ended. One that was killed does so as soon as the machine lets it. */
async function ended(pid: number): Promise<void> {
  while (await runs(pid)) await nextTurn()
}

describe('a git that never ends', () => {
  it('is ended when its time is up, and the message says which command it was and on which folder', async () => {
    const reading = git(directory, ['rev-parse', 'HEAD'], { deadline: 1_000 })

    await expect(reading).rejects.toThrow(
      new Failure(
        `git rev-parse did not end within 1 second on ${directory}, and was ended. Check the disk, then try again.`
      )
    )
    await ended(await started())
  })

  it('is ended where it was going to write, too', async () => {
    const writing = ownGit(['-C', '/work'], ['add', '--all'], { deadline: 1_000 })

    await expect(writing).rejects.toThrow('git add did not end within 1 second on -C /work, and was ended.')
    await ended(await started())
  })

  it('is ended where it stays to be asked, as soon as one answer takes too long', async () => {
    const blobs = openBlobs(directory, 1_000)
    const reading = blobs.read(['HEAD:a'])

    await expect(reading).rejects.toThrow(
      new Failure(
        `git did not read 1 file of ${directory} within 1 second, and was ended. Check the disk, then try again.`
      )
    )
    await blobs.close()
    await ended(await started())
  })

  it('has ten minutes where nobody says otherwise', async () => {
    jest.useFakeTimers({ advanceTimers: false, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'] })
    const running = startGit([], ['status'], { on: 'a folder', env: process.env })
    const answer = running.catch((error: unknown) => error)
    const pid = await Promise.race([
      started(),
      answer.then(early => {
        throw early
      })
    ])

    jest.advanceTimersByTime(GIT_DEADLINE - 1)
    expect(await runs(pid)).toBe(true)
    jest.advanceTimersByTime(1)

    expect(await answer).toEqual(
      new Failure(
        'git status did not end within 600 seconds on a folder, and was ended. Check the disk, then try again.'
      )
    )
    await ended(pid)
  })
})

it('git is started in one file alone, so that no command goes without a deadline', async () => {
  const names = (await readdir(SOURCES)).filter(name => name !== 'start-git.ts')
  const sources = await Promise.all(names.map(async name => [name, await readFile(new URL(name, SOURCES), 'utf8')]))

  expect(sources.filter(([, text]) => /runCommand|child_process/.test(text ?? '')).map(([name]) => name)).toEqual([])
})
