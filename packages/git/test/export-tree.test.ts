import { chmod, lstat, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { runCommand, UserError } from '@sluice/core'
import { type GitSandbox, gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { exportTree } from '../src/index.ts'

const out = async (): Promise<string> => join(await temporaryFolder(), 'out')

/** A commit with a tree that git's own commands would not make. */
async function forge(sandbox: GitSandbox, name: string): Promise<string> {
  const blob = await sandbox.git('hash-object', '-w', '--stdin')
  const tree = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')])
  const args = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin']
  const { stdout } = await runCommand('git', args, { cwd: sandbox.directory, input: tree })
  return sandbox.git('commit-tree', '-m', 'forged', stdout.toString('utf8').trim())
}

describe('exportTree', () => {
  it('writes a folder of a commit without changed, unknown or ignored files, and leaves the clone alone', async () => {
    const { directory, commit, write, git } = await gitSandbox()
    const id = await commit({ 'a/b/c': 'committed', 'other/d': '1', '.gitignore': 'ignored\n' })
    await write({ 'a/b/c': 'changed', 'a/new': '1', 'a/ignored': '1' })
    const before = await git('status', '--porcelain')
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: 'a', into, purpose: 'image' })

    expect(await readdir(into, { recursive: true })).toEqual(['b', 'b/c'])
    expect(await readFile(join(into, 'b/c'), 'utf8')).toBe('committed')
    expect(await git('status', '--porcelain')).toBe(before)
  })

  it('writes the same modes, times and bytes whatever the machine and its settings', async () => {
    const { directory, commit, git } = await gitSandbox()
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
    await commit({
      '.gitattributes': '* text eol=crlf export-subst\n',
      'plain.txt': 'one\n$Format:%H$\n',
      'folder/run.sh': 'x'
    })
    await writeFile(join(directory, 'bytes'), bytes)
    await chmod(join(directory, 'folder/run.sh'), 0o700)
    await symlink('folder/run.sh', join(directory, 'link'))
    const id = await commit({})
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: '.', into, purpose: 'image' })

    const seconds = Number(await git('show', '-s', '--format=%ct', id))
    const mode = async (path: string): Promise<string> => ((await stat(join(into, path))).mode & 0o777).toString(8)
    expect(await Promise.all(['plain.txt', 'folder/run.sh', 'folder', '.'].map(mode))).toEqual([
      '644',
      '755',
      '755',
      '755'
    ])
    for (const path of ['plain.txt', 'folder/run.sh', 'folder', 'link', '.'])
      expect((await lstat(join(into, path))).mtimeMs).toBe(seconds * 1000)
    expect(await readlink(join(into, 'link'))).toBe('folder/run.sh')
    expect(await readFile(join(into, 'plain.txt'), 'utf8')).toBe('one\n$Format:%H$\n')
    expect(await readFile(join(into, 'bytes'))).toEqual(bytes)
  })

  it('takes the time that it is given', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ a: '1' })
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: '.', into, epoch: 1_000_000_000, purpose: 'image' })

    expect((await stat(join(into, 'a'))).mtimeMs).toBe(1_000_000_000_000)
  })

  it('writes names with spaces, line ends and other alphabets', async () => {
    const { directory, commit } = await gitSandbox()
    const names = ['a b', 'ü', 'line\nend', '-x', 'tab\tbed', '🚢']
    const id = await commit(Object.fromEntries(names.map(name => [`in/${name}`, name])))
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: './in/', into, purpose: 'image' })

    expect((await readdir(into)).sort()).toEqual([...names].sort())
    for (const name of names) expect(await readFile(join(into, name), 'utf8')).toBe(name)
  })

  it('writes more than it holds in memory at a time', async () => {
    const { directory, commit } = await gitSandbox()
    const large = 'x'.repeat(20 * 1024 * 1024)
    const id = await commit({ a: large, b: large, c: 'small' })
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: '.', into, purpose: 'image' })

    expect((await stat(join(into, 'b'))).size).toBe(large.length)
    expect(await readFile(join(into, 'c'), 'utf8')).toBe('small')
  })

  it('does not overwrite what is there already', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ a: '1' })
    const into = await temporaryFolder()
    await writeFile(join(into, 'a'), 'mine')

    await expect(exportTree({ repository: directory, commit: id, path: '.', into, purpose: 'image' })).rejects.toThrow(
      /EEXIST/
    )
    expect(await readFile(join(into, 'a'), 'utf8')).toBe('mine')
  })

  it('refuses what is no folder, a submodule, and a commit that is a name', async () => {
    const { directory, commit, git } = await gitSandbox()
    await commit({ 'a/file': '1' })
    await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},a/module`)
    await git('commit', '-q', '-m', 'module')
    const id = await git('rev-parse', 'HEAD')
    const attempt = async (path: string, of = id): Promise<void> =>
      exportTree({ repository: directory, commit: of, path, into: await out(), purpose: 'image' })

    await expect(attempt('a/file')).rejects.toThrow(`a/file is not a folder of commit ${id}. Commit it`)
    await expect(attempt('absent')).rejects.toThrow(UserError)
    await expect(attempt('a')).rejects.toThrow('a/module is a submodule, whose files are not in this commit.')
    await expect(attempt('a', 'HEAD')).rejects.toThrow(/is not a commit/)
  })

  it.each(['..', '.git', '.GIT', '.'])('refuses a forged tree that holds the name %p', async name => {
    const sandbox = await gitSandbox()
    await sandbox.commit({ a: '1' })
    const commit = await forge(sandbox, name)

    await expect(
      exportTree({ repository: sandbox.directory, commit, path: '.', into: await out(), purpose: 'image' })
    ).rejects.toThrow(/a name that leads out of it/)
  })
})
