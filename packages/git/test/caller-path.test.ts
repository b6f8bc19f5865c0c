import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { openRepository } from '../src/index.ts'
import { inheritedEnvironment } from '../src/start-git.ts'

const caller = { path: process.env['PATH'], folder: process.cwd() }

afterEach(() => {
  process.env['PATH'] = caller.path
  process.chdir(caller.folder)
})

describe('a PATH that leads into the current folder', () => {
  let marks = ''

  beforeEach(async () => {
    marks = join(await temporaryFolder(), 'marks')
    await mkdir(marks)
  })

  /** Puts a program named git into a folder, which says that it ran. */
  async function layGit(folder: string, name: string): Promise<void> {
    await writeFile(join(folder, 'git'), `#!/bin/sh\n: > '${join(marks, name)}'\n`)
    await chmod(join(folder, 'git'), 0o755)
  }

  it.each(['.:', ':', './:'])('finds no git in the repository that is read: %s', async first => {
    const { directory, commit, git } = await gitSandbox()
    const id = await commit({ a: '1' })
    await git('config', 'core.repositoryFormatVersion', '1')
    await git('config', 'extensions.objectFormat', 'sha1')
    await layGit(directory, 'work-tree')
    await layGit(join(directory, '.git'), 'git-folder')
    process.env['PATH'] = `${first}${caller.path}`

    expect(await openRepository(directory).head()).toBe(id)
    expect(await readdir(marks)).toEqual([])
  })

  it('finds no git in the folder that the caller stands in', async () => {
    const { directory, commit } = await gitSandbox()
    await commit({ a: '1' })
    await layGit(directory, 'work-tree')
    process.env['PATH'] = `.:${caller.path}`
    process.chdir(directory)

    expect(await openRepository('.').dirtyPaths(['.'])).toEqual(['git'])
    expect(await readdir(marks)).toEqual([])
  })

  it.each([
    ['/opt/git:.:/opt/other', '/opt/git:/opt/other'],
    [':/opt/git', '/opt/git'],
    ['/opt/git::/opt/other:', '/opt/git:/opt/other'],
    ['other:./other:../other:/opt/git', '/opt/git']
  ])('is cut down to absolute folders: %j', (path, kept) => {
    process.env['PATH'] = path

    expect(inheritedEnvironment()['PATH']).toBe(kept)
  })

  it.each(['', '.', 'other:'])('is refused when no folder of it is absolute: %j', path => {
    process.env['PATH'] = path

    expect(inheritedEnvironment).toThrow('No folder of PATH is absolute')
  })
})
