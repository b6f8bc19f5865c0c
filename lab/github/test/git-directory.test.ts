import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { GitDirectory } from '../src/git-directory.ts'
import { type Site, startSite } from './site.ts'

describe('a git directory', () => {
  let site: Site
  let git: GitDirectory
  beforeEach(async () => {
    site = await startSite()
    git = new GitDirectory(site.directory)
  })
  afterEach(async () => {
    await git.close()
    await site.stop()
  })

  it('answers many questions at once, each with its own object', async () => {
    const large = Buffer.alloc(300_000, 'z')
    const names = ['main:a.txt', 'absent', await git.writeBlob(large), 'side:d.txt', '', 'main^{tree}']

    const answers = await Promise.all(names.map(async name => git.read(name)))

    expect(answers.map(answer => [answer?.type, answer?.content.length])).toEqual([
      ['blob', 6],
      [undefined, undefined],
      ['blob', large.length],
      ['blob', 5],
      [undefined, undefined],
      ['tree', expect.any(Number)]
    ])
  })

  it('sees a commit that another process made meanwhile', async () => {
    expect(await git.commitOf('later')).toBeUndefined()
    await site.git('branch', 'later', site.commits.first)

    expect((await git.commitOf('later'))?.oid).toBe(site.commits.first)
  })

  it('can be read again after it was closed', async () => {
    await git.read('main')
    await git.close()
    await git.close()

    expect((await git.commitOf('main'))?.oid).toBe(site.commits.third)
  })

  it('fails, and does not wait for ever, when there is no repository', async () => {
    const absent = new GitDirectory(join(site.directory, 'absent'))

    await expect(absent.read('main')).rejects.toThrow('git cat-file ended')
    await expect(absent.writeBlob(Buffer.from('x'))).rejects.toThrow('The blob cannot be written')
  })

  it('moves a ref only from where it is expected to be', async () => {
    const { first, second, third } = site.commits

    expect(await git.moveRef('refs/heads/main', second, first)).toBe('stale')
    expect(await git.moveRef('refs/heads/main', second, undefined)).toBe('stale')
    expect(await git.moveRef('refs/heads/main', second, third)).toBe('moved')
    expect(await git.moveRef('refs/heads/new', first, undefined)).toBe('moved')
    expect(await site.git('rev-parse', 'main', 'new')).toBe(`${second}\n${first}`)
  })

  it('says so when a lock that nobody holds any more keeps a ref where it is', async () => {
    await writeFile(join(site.directory, 'refs', 'heads', 'main.lock'), '')

    await expect(git.moveRef('refs/heads/main', site.commits.first, site.commits.third)).rejects.toThrow('main.lock')
  })

  it('reads trees with folders, links and submodules', async () => {
    const blob = await git.writeBlob(Buffer.from('target'))
    const tree = await git.writeTree(undefined, [
      { path: 'folder/file', oid: blob },
      { path: 'link', mode: '120000', oid: blob },
      { path: 'module', mode: '160000', oid: site.commits.first },
      { path: 'run.sh', mode: '100755', oid: blob }
    ])

    expect((await git.tree(tree))?.map(({ path, mode, type }) => [path, mode, type])).toEqual([
      ['folder', '040000', 'tree'],
      ['link', '120000', 'blob'],
      ['module', '160000', 'commit'],
      ['run.sh', '100755', 'blob']
    ])
    expect((await git.entries(tree)).map(({ oid }) => oid)).toEqual((await git.tree(tree))?.map(({ oid }) => oid))
    expect(await git.tree(blob)).toBeUndefined()
  })

  it('writes the trees and commits that git writes', async () => {
    const [x, y] = [await git.writeBlob(Buffer.from('x')), await git.writeBlob(Buffer.from('y'))]
    const first = await git.writeTree(undefined, [
      { path: 'a/b/c', oid: x },
      { path: 'a-b', oid: x },
      { path: 'a.b', oid: y },
      { path: 'gone/file', oid: x },
      { path: 'turns', oid: x },
      { path: 'unturns/deep/file', oid: x }
    ])
    const second = await git.writeTree(first, [
      { path: 'a/b/d', oid: y },
      { path: 'gone/file' },
      { path: 'gone' },
      { path: 'a-b/never' },
      { path: 'turns/file', oid: y },
      { path: 'unturns', oid: y }
    ])
    const person = { name: 'Ann <Example>', email: 'ann@shop.example', time: 1_700_000_000_500 }
    const parents = [site.commits.first, site.commits.third]
    const commit = await git.writeCommit({
      tree: second,
      parents,
      message: 'Say\n\nmore',
      author: person,
      committer: person
    })

    expect((await site.git('ls-tree', '-r', '--format=%(path) %(objectname)', second)).split('\n')).toEqual([
      `a-b ${x}`,
      `a.b ${y}`,
      `a/b/c ${x}`,
      `a/b/d ${y}`,
      `turns/file ${y}`,
      `unturns ${y}`
    ])
    expect(await site.git('log', '-1', '--format=%an|%ae|%at|%P|%B', commit)).toBe(
      `Ann Example|ann@shop.example|1700000000|${parents.join(' ')}|Say\n\nmore\n`.trim()
    )
    expect(await git.writeTree(second, [])).toBe(second)
    expect(await site.git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
  })

  it('tells what changed, also in binary files and odd names', async () => {
    const before = await git.writeTree(undefined, [{ path: 'gone', oid: await git.writeBlob(Buffer.from('a\n')) }])
    const after = await git.writeTree(undefined, [
      { path: 'tab\tbed', oid: await git.writeBlob(Buffer.from('a\nb\n')) },
      { path: 'binary', oid: await git.writeBlob(Buffer.from([0, 1])) }
    ])

    expect((await git.changes(before, after)).map(({ oid: _, ...change }) => change)).toEqual([
      { path: 'binary', status: 'added', additions: 0, deletions: 0 },
      { path: 'gone', status: 'removed', additions: 0, deletions: 1 },
      { path: 'tab\tbed', status: 'added', additions: 2, deletions: 0 }
    ])
  })
})
