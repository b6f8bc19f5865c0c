import { chmod, readFile, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { Failure, runCommand, UserError } from '@sluice/core'
import { gitSandbox, sandboxAt, temporaryFolder } from '@sluice-lab/samples'
import { COUNTED_COMMITS, openRepository, relate } from '../src/index.ts'

const NOWHERE = '0'.repeat(40)

describe('openRepository', () => {
  it('reads files and trees of a commit, not of the work tree', async () => {
    const { repository, commit, write } = await gitSandbox()
    const first = await commit({ 'a/one.txt': 'one', 'a/b/two.txt': 'two' })
    const second = await commit({ 'a/one.txt': 'changed' })
    await write({ 'a/one.txt': 'uncommitted', 'a/new.txt': 'new' })

    expect((await repository.fileAt(first, 'a/one.txt'))?.toString()).toBe('one')
    expect((await repository.fileAt(second, 'a/one.txt'))?.toString()).toBe('changed')
    expect(await repository.fileAt(second, 'a/new.txt')).toBeUndefined()
    expect(await repository.treeOf(first, 'a/b')).toBe(await repository.treeOf(second, 'a/b'))
    expect(await repository.treeOf(first, 'a')).not.toBe(await repository.treeOf(second, 'a'))
    expect(await repository.treeOf(second, 'absent')).toBeUndefined()
    expect(await repository.head()).toBe(second)
  })

  it('knows the commit that a branch of origin had when everything was fetched', async () => {
    const { repository, commit, git } = await gitSandbox()
    const fetched = await commit({ a: 'one' })
    await git('update-ref', 'refs/remotes/origin/main', fetched)
    const later = await commit({ a: 'two' })
    await git('tag', 'main', later)

    expect(await repository.fetchedTip('main', later)).toBe(fetched)
    expect(await repository.fetchedTip('other', later)).toBeUndefined()
    expect(await repository.fetchedTip('main', NOWHERE)).toBeUndefined()
    await expect(repository.fetchedTip('main', '--all')).rejects.toThrow(UserError)
  })

  it('does not know it of a clone whose history is cut off', async () => {
    const { directory, commit } = await gitSandbox()
    await commit({ a: 'one' })
    const last = await commit({ a: 'two' })
    const shallow = await temporaryFolder()
    await runCommand('git', ['clone', '--quiet', '--depth=1', pathToFileURL(directory).href, shallow])

    expect(await openRepository(shallow).fetchedTip('main', last)).toBeUndefined()
    expect(await openRepository(await temporaryFolder()).fetchedTip('main', last)).toBeUndefined()
  })

  it('gives the tree of the root for a dot', async () => {
    const { repository, commit, git } = await gitSandbox()
    const id = await commit({ a: 'one' })

    expect(await repository.treeOf(id, '.')).toBe(await git('rev-parse', 'HEAD^{tree}'))
    expect(await repository.entryAt(id, '.')).toMatchObject({ kind: 'directory' })
  })

  it('tells files, folders, links and submodules apart, and follows no link', async () => {
    const { directory, repository, commit, git } = await gitSandbox()
    await symlink('/etc/passwd', join(directory, 'link'))
    await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`)
    await git('commit', '-q', '-m', 'module')
    const id = await git('rev-parse', 'HEAD')
    const linked = await commit({ 'run.sh': 'x' })
    await chmod(join(directory, 'run.sh'), 0o755)
    const executable = await commit({})

    expect(await repository.entryAt(id, 'module')).toEqual({ kind: 'submodule', id: '1'.repeat(40) })
    expect(await repository.entryAt(linked, 'link')).toMatchObject({ kind: 'link' })
    expect(await repository.fileAt(linked, 'link')).toBeUndefined()
    expect(await repository.entryAt(executable, 'run.sh')).toMatchObject({ kind: 'file' })
  })

  it('takes paths literally, whatever characters they have', async () => {
    const { repository, commit } = await gitSandbox()
    const names = [':(top)a', '*', 'a b', 'ü/ö', '--help', '[x]']
    const id = await commit(Object.fromEntries(names.map(name => [name, name])))

    for (const name of names) expect((await repository.fileAt(id, name))?.toString()).toBe(name)
    expect(await repository.treeOf(id, '?')).toBeUndefined()
    expect(await repository.dirtyPaths(['?'])).toEqual([])
  })

  it('reads bytes as they are', async () => {
    const { repository, commit, directory } = await gitSandbox()
    const id = await commit({ '.gitattributes': '* text=auto eol=crlf\n', 'a.txt': 'one\ntwo\n' })

    expect((await repository.fileAt(id, 'a.txt'))?.toString()).toBe('one\ntwo\n')
    expect(await readFile(join(directory, 'a.txt'), 'utf8')).toBe('one\ntwo\n')
  })

  it('finds changed, staged, deleted and unknown files below the paths asked for, and ignored ones not', async () => {
    const { directory, repository, commit, write, git } = await gitSandbox()
    await commit({ 'a/changed': '1', 'a/staged': '1', 'a/deleted': '1', 'b/changed': '1', '.gitignore': 'ignored\n' })
    await write({
      'a/changed': '2',
      'a/staged': '2',
      'a/new file': '1',
      'a/deep/new': '1',
      'a/ignored': '1',
      'b/changed': '2'
    })
    await git('add', 'a/staged')
    await rm(join(directory, 'a/deleted'))

    expect([...(await repository.dirtyPaths(['a']))].sort()).toEqual([
      'a/changed',
      'a/deep/new',
      'a/deleted',
      'a/new file',
      'a/staged'
    ])
    expect(await repository.dirtyPaths([])).toEqual([])
    expect(await repository.dirtyPaths(['.'])).toContain('b/changed')
  })

  it('lists what one commit has over another, newest first', async () => {
    const { repository, commit } = await gitSandbox()
    const first = await commit({ a: '1' }, 'first')
    const second = await commit({ a: '2' }, 'second: a\ttab, `ticks`\n\nand a body')
    const third = await commit({ a: '3' }, 'third')

    expect(await repository.log(first, third)).toEqual([
      { commit: third, subject: 'third', author: 'author' },
      { commit: second, subject: 'second: a\ttab, `ticks`', author: 'author' }
    ])
    expect((await repository.log(undefined, second)).map(entry => entry.commit)).toEqual([second, first])
    expect(await repository.log(third, third)).toEqual([])
  })

  it('lists one commit more than it counts, so that a longer list is seen as such', async () => {
    const { directory, repository, commit } = await gitSandbox()
    const first = await commit({ a: '1' })
    const made = Array.from({ length: COUNTED_COMMITS + 5 }, (_, n) =>
      ['commit refs/heads/long', `committer a <a@b> ${n} +0000`, 'data 0', ...(n === 0 ? [`from ${first}`] : [])].join(
        '\n'
      )
    )
    const { code } = await runCommand('git', ['fast-import', '--quiet'], {
      cwd: directory,
      input: `${made.join('\n')}\n`
    })
    const last = await runCommand('git', ['rev-parse', 'refs/heads/long'], { cwd: directory })

    const log = await repository.log(first, last.stdout.toString('utf8').trim())

    expect([code, log.length]).toEqual([0, COUNTED_COMMITS + 1])
  })

  it('says how a release stands to what is deployed', async () => {
    const { repository, commit, git } = await gitSandbox()
    const base = await commit({ a: '1' })
    const ahead = await commit({ a: '2' })
    await git('checkout', '-q', '-b', 'side', base)
    const side = await commit({ b: '1' })

    expect(await relate(repository, ahead, base)).toBe('ahead')
    expect(await relate(repository, base, ahead)).toBe('behind')
    expect(await relate(repository, base, base)).toBe('identical')
    expect(await relate(repository, side, ahead)).toBe('diverged')
  })

  it('refuses to call commits diverged when a shallow clone hides the history', async () => {
    const { directory, commit, git } = await gitSandbox()
    await commit({ a: '1' })
    const older = await commit({ a: '2' })
    await git('branch', 'older', older)
    await commit({ a: '3' })
    const newer = await commit({ a: '4' })
    const clone = sandboxAt(await temporaryFolder())
    await clone.git('clone', '-q', '--depth=1', '--no-single-branch', pathToFileURL(directory).href, '.')

    const answer = clone.repository.isAncestor(older, newer)

    await expect(answer).rejects.toThrow(UserError)
    await expect(answer).rejects.toThrow(/is a shallow clone.*fetch-depth: 2147483647/)
  })

  it('asks for the full history when a commit is not there', async () => {
    const { repository, commit } = await gitSandbox()
    const id = await commit({ a: '1' })

    await expect(repository.isAncestor(NOWHERE, id)).rejects.toThrow(/Commit 0{40} is not in .*fetch-depth: 2147483647/)
    await expect(repository.treeOf(NOWHERE, 'a')).rejects.toThrow(UserError)
    await expect(repository.log(NOWHERE, id)).rejects.toThrow(UserError)
  })

  it.each(['HEAD', 'main', '--all', '-h', 'a'.repeat(39), `${'a'.repeat(40)}^`, ''])(
    'refuses %p as a commit, which may move or be an option',
    async name => {
      const { repository, commit } = await gitSandbox()
      await commit({ a: '1' })

      await expect(repository.treeOf(name, 'a')).rejects.toThrow(/is not a commit. Give its full id/)
    }
  )

  it('says so where there is no repository, or no commit yet', async () => {
    const empty = await gitSandbox()
    const nothing = openRepository(await temporaryFolder())

    await expect(empty.repository.head()).rejects.toThrow(/has no commit checked out/)
    await expect(nothing.head()).rejects.toThrow(UserError)
    await expect(nothing.treeOf(NOWHERE, 'a')).rejects.toThrow(/is not a git repository/)
    await expect(nothing.dirtyPaths(['a'])).rejects.toThrow(Failure)
  })

  it('is not led to another repository by variables of an outer git', async () => {
    const { repository, commit } = await gitSandbox()
    const id = await commit({ a: '1' })
    const other = await gitSandbox()
    await other.commit({ a: '2' })
    process.env['GIT_DIR'] = join(other.directory, '.git')
    try {
      expect(await repository.head()).toBe(id)
      expect((await repository.fileAt(id, 'a'))?.toString()).toBe('1')
    } finally {
      delete process.env['GIT_DIR']
    }
  })

  it('runs no program that the settings of the repository name', async () => {
    const { directory, repository, commit, git } = await gitSandbox()
    await commit({ a: '1' })
    await git('config', 'core.fsmonitor', `touch ${join(directory, 'ran')}; false`)

    await repository.dirtyPaths(['.'])

    await expect(stat(join(directory, 'ran'))).rejects.toThrow(/ENOENT/)
  })
})
