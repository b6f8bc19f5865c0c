import { rm, symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { runCommand, UserError } from '@sluice/core'
import { gitSandbox } from '@sluice-lab/samples'

/** Puts something that no program gets to the end of, or that is no file, where git keeps one. */
const THINGS = new Map<string, (path: string) => Promise<unknown>>([
  ['a pipe', async path => runCommand('mkfifo', [path])],
  ['a device', async path => symlink('/dev/null', path)]
])

const FILES = ['config', 'packed-refs', 'shallow', 'index', 'sharedindex.1', 'info/exclude']

describe('a repository with something else where git keeps a file', () => {
  it.each(FILES.flatMap(file => [...THINGS].map(([what, put]) => ({ file, what, put }))))(
    'is refused at once: $what for $file',
    async ({ file, put }) => {
      const { directory, commit, repository } = await gitSandbox()
      await commit({ a: '1' })
      const path = join(directory, '.git', file)
      await rm(path, { force: true })
      await put(path)

      await expect(repository.dirtyPaths(['.'])).rejects.toThrow(
        new UserError(`${path} is not a regular file, as git keeps one there. Clone the repository again.`)
      )
    }
  )

  it('is refused with settings that are longer than any', async () => {
    const { directory, commit, repository } = await gitSandbox()
    await commit({ a: '1' })
    await truncate(join(directory, '.git/config'), 4 * 1024 * 1024 + 1)

    await expect(repository.head()).rejects.toThrow(
      `${join(directory, '.git/config')} has 4194305 bytes, and settings at most 4194304. Clone the repository again.`
    )
  })

  it('is read when the settings are missing, or a link to a file', async () => {
    const { directory, commit, repository, git } = await gitSandbox()
    const id = await commit({ a: '1' })
    const path = join(directory, '.git/config')
    await git('config', '--file', join(directory, '.git/settings'), 'core.fileMode', 'false')
    await rm(path)

    expect(await repository.head()).toBe(id)
    await symlink('settings', path)
    expect(await repository.dirtyPaths(['.'])).toEqual([])
  })
})
