import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { type GitSandbox, gitSandbox, sandboxAt, temporaryFolder } from '@sluice-lab/samples'
import {
  againstOrigin,
  branchesOf,
  exportTree,
  findBranch,
  git,
  openRepository,
  ownGit,
  readBlobs
} from '../src/index.ts'
import { layTraps, walkIn } from './handed-folder.ts'

const changed = new Map<string, string | undefined>()

function setEnvironment(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!changed.has(name)) changed.set(name, process.env[name])
    process.env[name] = value
  }
}

afterEach(() => {
  for (const [name, value] of changed) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  changed.clear()
})

/** All that this package reads of a repository. */
async function readEverything({ directory }: GitSandbox, commit: string, into: string): Promise<unknown> {
  const repository = openRepository(directory)
  const first = (await repository.log(undefined, commit)).at(-1)?.commit ?? commit
  return {
    head: await repository.head(),
    branch: await findBranch(directory, 'main'),
    origin: await againstOrigin(directory, 'main'),
    log: await repository.log(undefined, commit),
    ancestor: await repository.isAncestor(first, commit),
    tree: await repository.treeOf(commit, '.'),
    file: (await repository.fileAt(commit, 'a/one.txt'))?.toString(),
    blobs: (await readBlobs(directory, [`${commit}:a/one.txt`])).map(String),
    dirty: [...(await repository.dirtyPaths(['.']))].sort(),
    checked: await repository.checkFolder(commit, 'a', 'bundle'),
    exported: await exportTree({ repository: directory, commit, path: '.', into, purpose: 'checkout' }),
    written: await readFile(join(into, 'a/one.txt'), 'utf8')
  }
}

async function twoCommits(): Promise<{ sandbox: GitSandbox; first: string; second: string }> {
  const sandbox = await gitSandbox()
  const first = await sandbox.commit({ 'a/one.txt': 'one' }, 'first')
  const second = await sandbox.commit({ 'a/one.txt': 'two' }, 'second')
  return { sandbox, first, second }
}

describe('reading a folder that somebody handed over', () => {
  it('runs nothing of it, where plain git runs a lot', async () => {
    const root = await temporaryFolder()
    const { sandbox, second } = await twoCommits()
    const inner = sandboxAt(join(sandbox.directory, 'module'))
    await mkdir(inner.directory)
    await inner.git('init', '-q', '-b', 'main')
    await inner.commit({ b: '1' })
    await sandbox.git('add', 'module')
    const last = await sandbox.commit({ 'e.bin': 'e' })
    await sandbox.git('rm', '-q', '--cached', 'module')
    await sandbox.git('commit', '-q', '-m', 'Without the module')
    const commit = await sandbox.git('rev-parse', 'HEAD')
    const trap = await layTraps(sandbox, join(root, 'marks'))
    const innerTrap = await layTraps(inner, join(root, 'inner'))
    // Another time than the index knows: git has to look at the content, for which it would ask the filters.
    await sandbox.write({ 'a/one.txt': 'two', 'e.bin': 'changed' })
    await inner.write({ b: '2' })

    const read = (await readEverything(sandbox, commit, join(root, 'out'))) as { readonly dirty: readonly string[] }
    await expect(sandbox.repository.checkFolder(last, '.', 'bundle')).rejects.toThrow(/module is a submodule/)
    await expect(readBlobs(sandbox.directory, ['1'.repeat(40)])).resolves.toEqual([undefined])

    expect(read.dirty).toEqual(['e.bin', 'module/'])
    expect(await trap.sprung()).toEqual([])
    expect(await innerTrap.sprung()).toEqual([])

    await walkIn(sandbox.directory, second)
    expect(await trap.sprung()).toEqual(
      expect.arrayContaining(['alias', 'clean', 'diff-command', 'fsmonitor', 'process', 'program-remote', 'textconv'])
    )
  })

  it.each<[string, (folders: Awaited<ReturnType<typeof twoCommits>>, other: GitSandbox) => Promise<void> | void]>([
    [
      'a replaced commit',
      async ({ sandbox, first, second }) => {
        await sandbox.git('replace', second, first)
        expect(await sandbox.git('show', `${second}:a/one.txt`)).toBe('one')
      }
    ],
    ['a graft', async ({ sandbox, second }) => writeFile(join(sandbox.directory, '.git/info/grafts'), `${second}\n`)],
    [
      'a commit graph that denies a parent',
      async ({ sandbox, first, second }) => {
        await sandbox.git('commit-graph', 'write', '--reachable')
        const file = join(sandbox.directory, '.git/objects/info/commit-graph')
        const graph = await readFile(file)
        // An entry is the id of the commit's tree, then the places of its parents (gitformat-commit-graph, CDAT).
        const tree = Buffer.from(await sandbox.git('rev-parse', `${second}^{tree}`), 'hex')
        graph.writeUInt32BE(0x7000_0000, graph.indexOf(tree) + tree.length)
        await rm(file)
        await writeFile(file, graph)
        expect(await sandbox.git('log', '--format=%H', second)).not.toContain(first)
      }
    ],
    [
      'variables that name another repository',
      (_, { directory }) =>
        setEnvironment({
          GIT_DIR: join(directory, '.git'),
          GIT_COMMON_DIR: join(directory, '.git'),
          GIT_WORK_TREE: directory,
          GIT_INDEX_FILE: join(directory, '.git/index'),
          GIT_OBJECT_DIRECTORY: join(directory, '.git/objects'),
          GIT_NAMESPACE: 'other',
          GIT_CEILING_DIRECTORIES: '/',
          GIT_DISCOVERY_ACROSS_FILESYSTEM: '0'
        })
    ],
    [
      'variables that change what history is',
      async ({ sandbox, second, first }) => {
        const grafts = join(await temporaryFolder(), 'grafts')
        await writeFile(grafts, `${second}\n`)
        await sandbox.git('update-ref', `refs/mine/${second}`, first)
        setEnvironment({ GIT_GRAFT_FILE: grafts, GIT_REPLACE_REF_BASE: 'refs/mine', GIT_SHALLOW_FILE: grafts })
      }
    ],
    [
      'settings in variables',
      ({ sandbox }) =>
        setEnvironment({
          GIT_CONFIG_COUNT: '2',
          GIT_CONFIG_KEY_0: 'core.worktree',
          GIT_CONFIG_VALUE_0: '/',
          GIT_CONFIG_KEY_1: 'log.showSignature',
          GIT_CONFIG_VALUE_1: 'true',
          GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
          GIT_CONFIG: join(sandbox.directory, 'nothing'),
          GIT_CONFIG_GLOBAL: join(sandbox.directory, 'nothing'),
          GIT_EXTERNAL_DIFF: 'false',
          GIT_PAGER: 'false',
          GIT_TRACE: '1',
          GIT_EXEC_PATH: '/nowhere',
          GIT_ATTR_SOURCE: 'HEAD',
          GIT_GLOB_PATHSPECS: '1',
          GIT_DEFAULT_HASH: 'sha256'
        })
    ],
    [
      'settings of the user',
      async () => {
        const home = await temporaryFolder()
        await writeFile(
          join(home, '.gitconfig'),
          '[core]\n\tworktree = /\n\tquotePath = false\n\tabbrev = 4\n[log]\n\tdate = iso\n\tshowSignature = true\n[status]\n\tshort = true\n\tbranch = true\n[format]\n\tpretty = oneline\n'
        )
        setEnvironment({ HOME: home, XDG_CONFIG_HOME: join(home, 'none') })
      }
    ]
  ])('reads the same whatever comes with %s', async (_, meddle) => {
    const folders = await twoCommits()
    const other = await gitSandbox()
    await other.commit({ 'a/one.txt': 'other' })
    const out = await temporaryFolder()
    await folders.sandbox.write({ 'new.txt': '1' })
    const before = await readEverything(folders.sandbox, folders.second, join(out, 'before'))

    await meddle(folders, other)

    expect(await readEverything(folders.sandbox, folders.second, join(out, 'after'))).toEqual(before)
    expect(before).toMatchObject({ dirty: ['new.txt'], ancestor: true, file: 'two' })
  })

  it('reads a folder that belongs to somebody else', async () => {
    const { sandbox, second } = await twoCommits()
    const nobody = 65_534
    const own = async (folder: string): Promise<void> => {
      await chown(folder, nobody, nobody)
      for (const entry of await readdir(folder, { withFileTypes: true }))
        if (entry.isDirectory()) await own(join(folder, entry.name))
    }
    await own(sandbox.directory)
    const into = join(await temporaryFolder(), 'out')

    const plain = await runCommand('git', ['-C', sandbox.directory, 'log'], { env: { PATH: process.env['PATH'] } })
    expect(plain.stderr).toContain('dubious ownership')
    await expect(readEverything(sandbox, second, into)).resolves.toMatchObject({ file: 'two', dirty: [] })
  })

  it('fetches nothing that a partial clone left out, and says so', async () => {
    const { sandbox, second } = await twoCommits()
    await sandbox.git('config', 'uploadpack.allowFilter', 'true')
    const clone = sandboxAt(await temporaryFolder())
    await clone.git('clone', '-q', '--no-checkout', '--filter=blob:none', pathToFileURL(sandbox.directory).href, '.')
    const into = join(await temporaryFolder(), 'out')

    const reading = clone.repository.fileAt(second, 'a/one.txt')
    const exporting = exportTree({ repository: clone.directory, commit: second, path: 'a', into, purpose: 'image' })

    await expect(reading).rejects.toThrow(/This is a partial clone.*Fetch it whole: actions\/checkout without filter/)
    await expect(exporting).rejects.toThrow(/This is a partial clone/)
    await clone.git('cat-file', 'blob', `${second}:a/one.txt`)
    expect((await clone.repository.fileAt(second, 'a/one.txt'))?.toString()).toBe('two')
  })

  it('finds a branch of origin in a partial clone, and takes an answer of no for no fault', async () => {
    const { sandbox, first, second } = await twoCommits()
    await sandbox.git('branch', 'other', first)
    await sandbox.git('config', 'uploadpack.allowFilter', 'true')
    const clone = sandboxAt(await temporaryFolder())
    await clone.git('clone', '-q', '--filter=blob:limit=1m', pathToFileURL(sandbox.directory).href, '.')

    expect(await findBranch(clone.directory, 'other')).toBe(first)
    expect(await findBranch(clone.directory, 'absent')).toBeUndefined()
    expect(await againstOrigin(clone.directory, 'other')).toBeUndefined()
    expect(await clone.repository.isAncestor(second, first)).toBe(false)
  })

  it('lists the branches of a clone and of its origin, the own ones first', async () => {
    const { sandbox, first, second } = await twoCommits()
    await sandbox.git('branch', 'ledger/other', first)
    const clone = sandboxAt(await temporaryFolder())
    await clone.git('clone', '-q', pathToFileURL(sandbox.directory).href, '.')
    await clone.git('branch', 'ledger/other', second)

    expect(await branchesOf(sandbox.directory)).toEqual(
      new Map([
        ['ledger/other', first],
        ['main', second]
      ])
    )
    expect(await branchesOf(clone.directory)).toEqual(
      new Map([
        ['ledger/other', second],
        ['main', second]
      ])
    )
    const nowhere = sandboxAt(await temporaryFolder()).directory
    await expect(branchesOf(nowhere)).rejects.toThrow(
      `git could not list the branches of ${nowhere}: fatal: not a git repository`
    )
  })

  it('leaves nothing behind', async () => {
    const { sandbox, second } = await twoCommits()
    const place = async (args: readonly string[]): Promise<string> => {
      const { stdout } = await git(sandbox.directory, args)
      return stdout.toString('utf8').trim().split('\n')[0] ?? ''
    }

    const seen = await place(['rev-parse', '--git-dir'])
    const failed = await place(['rev-parse', '--git-dir', second, 'nothing'])

    expect(seen).toMatch(/sluice-git-/)
    expect(failed).toMatch(/sluice-git-/)
    await expect(stat(seen)).rejects.toThrow(/ENOENT/)
    await expect(stat(failed)).rejects.toThrow(/ENOENT/)
  })
})

describe('finding the repository of a folder', () => {
  it('reads a linked work tree with its own HEAD', async () => {
    const { sandbox, first, second } = await twoCommits()
    const tree = join(await temporaryFolder(), 'tree')
    await sandbox.git('worktree', 'add', '-q', tree, first)
    await writeFile(join(tree, 'new.txt'), '')

    const linked = openRepository(tree)

    expect(await linked.head()).toBe(first)
    expect(await sandbox.repository.head()).toBe(second)
    expect(await linked.dirtyPaths(['.'])).toEqual(['new.txt'])
    expect(await findBranch(tree, 'main')).toBe(second)
  })

  it('reads a bare repository, one in a folder above, and one whose HEAD is a link', async () => {
    const { sandbox, second } = await twoCommits()
    const bare = join(await temporaryFolder(), 'bare.git')
    await sandbox.git('clone', '-q', '--bare', '.', bare)
    await sandbox.git('pack-refs', '--all')
    const head = join(sandbox.directory, '.git/HEAD')
    await rm(head)
    await symlink('refs/heads/main', head)

    expect(await openRepository(bare).head()).toBe(second)
    await expect(openRepository(bare).dirtyPaths(['.'])).rejects.toThrow(/has no work tree/)
    expect(await openRepository(join(sandbox.directory, 'a')).head()).toBe(second)
  })

  it('reads a repository of SHA-256', async () => {
    const directory = await temporaryFolder()
    await runCommand('git', ['init', '-q', '-b', 'main', '--object-format=sha256', directory])
    const id = await sandboxAt(directory).commit({ a: '1' })

    expect(id).toHaveLength(64)
    expect(await openRepository(directory).head()).toBe(id)
    expect((await openRepository(directory).fileAt(id, 'a'))?.toString()).toBe('1')
  })

  it('takes for no repository what only looks a little like one', async () => {
    const { sandbox } = await twoCommits()
    await rename(join(sandbox.directory, '.git'), join(sandbox.directory, 'git'))
    await writeFile(join(sandbox.directory, '.git'), 'gitdir: elsewhere\n')

    await expect(openRepository(sandbox.directory).head()).rejects.toThrow(/not a git repository/)
    await writeFile(join(sandbox.directory, '.git'), 'gitdir: git\n')
    await expect(openRepository(sandbox.directory).head()).resolves.toMatch(/^[0-9a-f]{40}$/)
    await expect(openRepository(join(sandbox.directory, 'absent')).head()).rejects.toThrow(/not a git repository/)
  })

  it('compares files as the settings of the user and of the repository say', async () => {
    const { sandbox } = await twoCommits()
    const home = await temporaryFolder()
    await writeFile(join(home, '.gitconfig'), '[core]\n\texcludesFile = ~/ignored\n')
    await writeFile(join(home, 'ignored'), '.idea\n')
    setEnvironment({ HOME: home })
    await chmod(join(sandbox.directory, 'a/one.txt'), 0o755)
    await sandbox.write({ '.idea/x': '', 'new.txt': '' })

    expect(await sandbox.repository.dirtyPaths(['.'])).toEqual(['a/one.txt', 'new.txt'])
    await sandbox.git('config', 'core.fileMode', 'false')
    expect(await sandbox.repository.dirtyPaths(['.'])).toEqual(['new.txt'])
    await mkdir(join(home, 'git'))
    await writeFile(join(home, 'git/ignore'), 'new.txt\n')
    await rm(join(home, '.gitconfig'))
    setEnvironment({ XDG_CONFIG_HOME: home })
    expect(await sandbox.repository.dirtyPaths(['.'])).toEqual(['.idea/x'])
  })
})

describe('a branch beside the one of origin', () => {
  it('is older, newer or another', async () => {
    const { sandbox, first, second } = await twoCommits()
    const { directory } = sandbox
    const origin = async (commit: string): Promise<unknown> =>
      sandbox.git('update-ref', 'refs/remotes/origin/main', commit)

    expect(await againstOrigin(directory, 'main')).toBeUndefined()
    await origin(second)
    expect(await againstOrigin(directory, 'main')).toBeUndefined()
    await origin(first)
    expect(await againstOrigin(directory, 'main')).toBe('ahead')
    await origin(await sandbox.git('commit-tree', '-p', second, '-m', 'x', `${second}^{tree}`))
    expect(await againstOrigin(directory, 'main')).toBe('behind')
    await origin(await sandbox.git('commit-tree', '-p', first, '-m', 'x', `${second}^{tree}`))
    expect(await againstOrigin(directory, 'main')).toBe('diverged')
  })
})

describe('writing a repository of our own', () => {
  it('makes the same commit of the same files whatever the machine is set to', async () => {
    const author = { name: 'author', email: 'author@example.com', date: '2026-01-01T00:00:00Z' }
    const make = async (): Promise<string> => {
      const directory = await temporaryFolder()
      await ownGit(['-C', directory], ['init', '-q', '-b', 'main'])
      await writeFile(join(directory, 'a'), 'one\r\n')
      await ownGit(['-C', directory], ['add', '--all'])
      await ownGit(['-C', directory], ['commit', '-q', '-m', 'first'], { author })
      return ownGit(['-C', directory], ['rev-parse', 'HEAD'])
    }
    const before = await make()
    const home = await temporaryFolder()
    await writeFile(join(home, '.gitconfig'), '[core]\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n')
    setEnvironment({ HOME: home, GIT_AUTHOR_NAME: 'other', GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z' })

    expect(await make()).toBe(before)
  })
})
