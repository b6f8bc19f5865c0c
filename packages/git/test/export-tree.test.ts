import { chmod, lstat, mkdir, open, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { runCommand, UserError } from '@sluice/core'
import { type GitSandbox, gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { exportTree } from '../src/index.ts'

const out = async (): Promise<string> => join(await temporaryFolder(), 'out')

/** A commit with a tree that git's own commands would not make. */
async function forge(sandbox: GitSandbox, ...names: readonly (string | Buffer)[]): Promise<string> {
  const blob = await sandbox.git('hash-object', '-w', '--stdin')
  const tree = Buffer.concat(
    names.flatMap(name => [
      Buffer.from('100644 '),
      Buffer.from(name as string),
      Buffer.from([0]),
      Buffer.from(blob, 'hex')
    ])
  )
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

    await expect(attempt('a/file')).rejects.toThrow(`a/file is not a folder in commit ${id}. Commit it`)
    await expect(attempt('absent')).rejects.toThrow(UserError)
    await expect(attempt('a')).rejects.toThrow('a/module is a submodule, whose files are not in this commit.')
    await expect(attempt('a', 'HEAD')).rejects.toThrow(/is not a commit/)
  })

  it('leaves the folder of a submodule empty where files are looked at as they are, as git does', async () => {
    const { directory, commit, git } = await gitSandbox()
    await commit({ 'a/file': '1', large: '2' })
    for (const path of ['vendor/module', 'module'])
      await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},${path}`)
    await git('commit', '-q', '-m', 'modules')
    const id = await git('rev-parse', 'HEAD')
    const into = await out()

    await exportTree({ repository: directory, commit: id, path: '.', into, purpose: 'checkout' })

    const found = (await readdir(into, { recursive: true })).sort()
    expect(found).toEqual(['a', 'a/file', 'large', 'module', 'vendor', 'vendor/module'])
    expect(await readdir(join(into, 'vendor/module'))).toEqual([])
  })

  it.each(['..', '.git', '.GIT', '.'])('refuses a forged tree that holds the name %p', async name => {
    const sandbox = await gitSandbox()
    await sandbox.commit({ a: '1' })
    const commit = await forge(sandbox, name)

    await expect(
      exportTree({ repository: sandbox.directory, commit, path: '.', into: await out(), purpose: 'image' })
    ).rejects.toThrow(/a name that points outside it/)
  })

  it('refuses a name with a backslash in a bundle, and keeps it in an image', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ 'in/a\\b': '1', 'in/a/b': '2' })
    const attempt = async (purpose: 'image' | 'bundle', into: string): Promise<void> =>
      exportTree({ repository: directory, commit: id, path: 'in', into, purpose })
    const into = await out()

    await expect(attempt('bundle', await out())).rejects.toThrow(
      'in/a\\b cannot be part of a bundle: its name holds a backslash, which readers of archives take for a slash. Rename it.'
    )
    await attempt('image', into)
    expect(await readFile(join(into, 'a\\b'), 'utf8')).toBe('1')
  })

  it.each(['\n', '\t', '\x1b', '\x7f'])(
    'refuses a name with %j in a bundle, and writes it as an escape',
    async control => {
      const { commit, repository } = await gitSandbox()
      const id = await commit({ [`in/a${control}b`]: '1' })
      const escaped = `\\u{${control.charCodeAt(0).toString(16)}}`

      await expect(repository.checkFolder(id, 'in', 'image')).resolves.toBeUndefined()
      await expect(repository.checkFolder(id, 'in', 'bundle')).rejects.toThrow(
        `in/a${escaped}b cannot be part of a bundle: its name holds a control character`
      )
    }
  )

  it('refuses names that are not UTF-8 in what is built, and keeps them apart in a copy', async () => {
    const sandbox = await gitSandbox()
    const names = [0xe8, 0xe9].map(byte => Buffer.from([0x63, byte]))
    const commit = await forge(sandbox, ...names)
    const attempt = async (purpose: 'image' | 'bundle' | 'checkout', into: string): Promise<void> =>
      exportTree({ repository: sandbox.directory, commit, path: '.', into, purpose })
    const into = await out()

    await expect(attempt('image', await out())).rejects.toThrow(
      'c\\xe8 cannot be part of an image: its name is not UTF-8. Rename it.'
    )
    await expect(attempt('bundle', await out())).rejects.toThrow(UserError)
    await attempt('checkout', into)
    expect((await readdir(into, { encoding: 'buffer' })).sort(Buffer.compare)).toEqual(names)
  })

  it('lets git itself write a large file, executable as it was', async () => {
    const { directory, commit } = await gitSandbox()
    const large = 'x'.repeat(9 * 1024 * 1024)
    await commit({ large })
    await chmod(join(directory, 'large'), 0o755)
    const id = await commit({})
    const into = await out()
    const written: string[] = []

    await exportTree(
      { repository: directory, commit: id, path: '.', into, purpose: 'image', epoch: 1_000_000_000 },
      { writeFile: async file => void written.push(String(file)) }
    )

    const found = await stat(join(into, 'large'))
    expect([found.size, found.mode & 0o777, found.mtimeMs]).toEqual([large.length, 0o755, 1_000_000_000_000])
    expect(written).toEqual([])
  })

  it('refuses a file of 2 GiB in a bundle by its name', async () => {
    const { directory, git, commit } = await gitSandbox()
    await commit({ a: '' })
    // Only what git says of it counts here, so the object is its header: nobody reads 2 GiB to know that it is too much.
    const object = 'ab'.repeat(20)
    await mkdir(join(directory, '.git/objects', object.slice(0, 2)), { recursive: true })
    const header = deflateSync(`blob ${2 * 1024 ** 3}\0`)
    await writeFile(join(directory, '.git/objects', object.slice(0, 2), object.slice(2)), header)
    await git('update-index', '--add', '--cacheinfo', `100644,${object},media/film`)
    await git('commit', '-q', '-m', 'film')
    const id = await git('rev-parse', 'HEAD')

    const exporting = exportTree({
      repository: directory,
      commit: id,
      path: 'media',
      into: await out(),
      purpose: 'bundle'
    })

    await expect(exporting).rejects.toThrow(
      'media/film cannot be part of a bundle: it has 2147483648 bytes, and a file at most 2147483647.'
    )
  })

  it('says what does not fit on a full disk, and where', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ 'a/file': '1' })
    const into = await out()
    const full = async (): Promise<void> => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }

    const exporting = exportTree(
      { repository: directory, commit: id, path: 'a', into, purpose: 'image' },
      { writeFile: full }
    )

    await expect(exporting).rejects.toThrow(
      `a/file of commit ${id.slice(0, 12)} could not be written to ${into}: the disk is full (ENOSPC). Make room there`
    )
  })

  it('says the same of a large file, which git writes', async () => {
    const { directory, commit } = await gitSandbox()
    const id = await commit({ large: 'x'.repeat(9 * 1024 * 1024) })

    const exporting = exportTree(
      { repository: directory, commit: id, path: '.', into: await out(), purpose: 'image' },
      { open: async () => open('/dev/full', 'w') }
    )

    await expect(exporting).rejects.toThrow(/^large of commit .* the disk is full \(ENOSPC\)/)
  })
})
