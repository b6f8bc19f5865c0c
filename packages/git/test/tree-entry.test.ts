import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { runCommand, UserError } from '@sluice/core'
import { gitSandbox, temporaryFolder } from '@sluice-lab/samples'

const { PATH } = process.env

afterEach(() => {
  process.env['PATH'] = PATH
})

/** Puts before git what counts how often it is started. */
async function countGit(): Promise<() => Promise<number>> {
  const folder = await temporaryFolder()
  const starts = join(folder, 'starts')
  const { stdout } = await runCommand('sh', ['-c', 'command -v git'])
  await writeFile(starts, '')
  await writeFile(
    join(folder, 'git'),
    `#!/bin/sh\necho >> '${starts}'\nexec '${stdout.toString('utf8').trim()}' "$@"\n`
  )
  await chmod(join(folder, 'git'), 0o755)
  process.env['PATH'] = `${folder}:${PATH}`
  return async () => (await readFile(starts)).length
}

describe('the entries of a commit', () => {
  it('are found by one process when they are asked for together, and by none when they are known', async () => {
    const { repository, commit } = await gitSandbox()
    const id = await commit({ 'a/one.txt': 'one', 'a/b/two.txt': 'two', 'c.txt': 'three' })
    const starts = await countGit()

    const kinds = await Promise.all(
      ['a', 'a/one.txt', './a/b/', 'c.txt', 'absent', 'a/absent'].map(async path =>
        repository.entryAt(id, path).then(entry => entry?.kind)
      )
    )

    expect(kinds).toEqual(['directory', 'file', 'directory', 'file', undefined, undefined])
    expect(await repository.treeOf(id, 'a/b')).toBe((await repository.entryAt(id, './a/b'))?.id)
    expect(await repository.treeOf(id, 'absent')).toBeUndefined()
    expect(await starts()).toBe(1)
  })

  it('give files by two processes, however many', async () => {
    const { repository, commit } = await gitSandbox()
    const id = await commit({ 'a/one.txt': 'one', 'a/b/two.txt': 'two', 'c.txt': '' })
    const starts = await countGit()

    const files = await Promise.all(
      ['a/one.txt', 'c.txt', 'a/b', 'a/b/two.txt'].map(async path => repository.fileAt(id, path))
    )

    expect(files.map(file => file?.toString('utf8'))).toEqual(['one', '', undefined, 'two'])
    expect(await starts()).toBe(2)
  })

  it('are those of a commit: its tree, which has the same, is refused', async () => {
    const { repository, commit, git } = await gitSandbox()
    await commit({ a: '1' })

    await expect(repository.entryAt(await git('rev-parse', 'HEAD^{tree}'), 'a')).rejects.toThrow(UserError)
  })

  it('are looked for again after a commit was not there', async () => {
    const { repository, commit, git } = await gitSandbox()
    const id = await commit({ a: '1' })
    const name = `objects/${id.slice(0, 2)}/${id.slice(2)}`
    const object = join(repository.directory, '.git', name)
    const bytes = await readFile(object)
    await runCommand('rm', ['-f', object])
    await expect(repository.entryAt(id, 'a')).rejects.toThrow(/is not in .*fetch-depth: 2147483647/)
    await writeFile(object, bytes)

    expect((await repository.entryAt(id, 'a'))?.id).toBe(await git('rev-parse', 'HEAD:a'))
  })
})
