import { Failure } from '@sluice/core'
import { ownGit, ownGitArguments, ownGitEnvironment, runOwnGit } from '@sluice/git'
import { type GitObject, ObjectReader } from './object-reader.ts'
import { ObjectWriter, type TreeMember } from './object-writer.ts'
import { entriesOfTree, type TreeEntry } from './tree-object.ts'

/** Author or committer of a commit. */
export interface Person {
  readonly name: string
  readonly email: string
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** One path of a tree that changes; without `oid` the path goes away. */
export interface TreeChange {
  readonly path: string
  readonly mode?: string
  readonly oid?: string
}

/** A file that differs between two commits. */
export interface FileChange {
  readonly path: string
  readonly status: 'added' | 'removed' | 'modified'
  readonly oid: string | undefined
  readonly additions: number
  readonly deletions: number
}

const ZERO = '0'.repeat(40)
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const FOLDER = '040000'

/** A bare git repository: what is written is what any git reads; refs are moved and histories compared by git itself. */
export class GitDirectory {
  readonly directory: string
  readonly #where: readonly string[]
  readonly #reader: ObjectReader
  readonly #writer: ObjectWriter
  readonly #refNames = new Map<string, boolean>()

  constructor(directory: string) {
    this.directory = directory
    this.#where = [`--git-dir=${directory}`]
    this.#writer = new ObjectWriter(directory)
    this.#reader = new ObjectReader(ownGitArguments(this.#where, ['cat-file', '--batch']), ownGitEnvironment())
  }

  /** The object of that name (`main`, `main:path`, an id); `undefined` when there is none. */
  async read(name: string): Promise<GitObject | undefined> {
    return this.#reader.read(name)
  }

  /** The commit that a name leads to; tags are followed. */
  async commitOf(name: string): Promise<GitObject | undefined> {
    return this.read(`${name}^{commit}`)
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    return this.#writer.write('blob', content)
  }

  /**
   * Writes the tree that comes from `base` (nothing: the empty tree) by some changes, each to a path of its own.
   * A file makes place for a folder, and a folder for a file; a folder without members goes.
   */
  async writeTree(base: string | undefined, changes: readonly TreeChange[]): Promise<string> {
    const entries = base === undefined ? [] : ((await this.tree(`${base}^{tree}`)) ?? [])
    const members = new Map<string, TreeMember>(entries.map(({ path, mode, oid }) => [path, { mode, oid }]))
    const below = new Map<string, TreeChange[]>()
    for (const change of changes) {
      const [, name = change.path, rest] = /^([^/]*)\/(.*)$/s.exec(change.path) ?? []
      const { mode = '100644', oid } = change
      if (rest !== undefined) below.set(name, [...(below.get(name) ?? []), { ...change, path: rest }])
      else if (oid !== undefined) members.set(name, { mode, oid })
      else if (members.get(name)?.mode !== FOLDER) members.delete(name)
    }
    for (const [name, inFolder] of below) {
      const member = members.get(name)
      const folder = member?.mode === FOLDER ? member.oid : undefined
      const oid = await this.writeTree(folder, inFolder)
      if (oid !== EMPTY_TREE) members.set(name, { mode: FOLDER, oid })
      else if (folder !== undefined) members.delete(name)
    }
    return this.#writer.writeTree(members)
  }

  /** Writes a commit object (git, "commit object"). */
  async writeCommit(commit: {
    readonly tree: string
    readonly parents: readonly string[]
    readonly message: string
    readonly author: Person
    readonly committer: Person
  }): Promise<string> {
    const { tree, parents, message, author, committer } = commit
    const headers = [
      `tree ${tree}`,
      ...parents.map(parent => `parent ${parent}`),
      `author ${signatureOf(author)}`,
      `committer ${signatureOf(committer)}`
    ]
    const text = `${headers.join('\n')}\n\n${message.replace(/\n?$/, '\n')}`
    return this.#writer.write('commit', Buffer.from(text))
  }

  /**
   * Moves a ref from one commit to another, only if it still points where the caller thinks; `expected` undefined: only if it does not exist.
   * git itself decides, so of many at once exactly one wins.
   */
  async moveRef(ref: string, to: string, expected: string | undefined): Promise<'moved' | 'stale'> {
    for (let attempt = 1; ; attempt++) {
      const result = await this.#run(['update-ref', ref, to, expected ?? ZERO])
      if (result.code === 0) return 'moved'
      const now = (await this.read(ref))?.oid
      if (now !== expected) return 'stale'
      // Unmoved, so somebody else held the lock of the ref and gave up.
      if (attempt === 5) throw new Failure(`git update-ref ${ref} failed: ${result.stderr.trim()}`)
    }
  }

  /** Whether git takes this name for a ref. Asked once for each name: the answer depends on nothing else. */
  async isRefName(ref: string): Promise<boolean> {
    const known = this.#refNames.get(ref)
    if (known !== undefined) return known
    const isName = (await this.#run(['check-ref-format', ref])).code === 0
    this.#refNames.set(ref, isName)
    return isName
  }

  /** The best common ancestor; `undefined` when the two have none. */
  async mergeBase(a: string, b: string): Promise<string | undefined> {
    const result = await this.#run(['merge-base', a, b])
    return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined
  }

  /** The commits that `to` has and `from` does not, oldest first. */
  async between(from: string, to: string): Promise<readonly string[]> {
    return lines(await this.#git(['rev-list', '--reverse', '--topo-order', `${from}..${to}`]))
  }

  /** How many commits each side has that the other does not. */
  async distance(a: string, b: string): Promise<{ readonly onlyA: number; readonly onlyB: number }> {
    const [onlyA = '0', onlyB = '0'] = (await this.#git(['rev-list', '--left-right', '--count', `${a}...${b}`])).split(
      '\t'
    )
    return { onlyA: Number(onlyA), onlyB: Number(onlyB) }
  }

  /** What changed from one commit to another; without `from`: everything in `to`. */
  async changes(from: string | undefined, to: string): Promise<readonly FileChange[]> {
    const range = from === undefined ? ['--root', to] : [from, to]
    const flags = ['--no-commit-id', '-r', '-z', '--no-renames', '--raw', '--numstat', '--abbrev=40']
    const parts = (await this.#git(['diff-tree', ...flags, ...range])).split('\0')
    const raw = new Map<string, { status: FileChange['status']; oid: string | undefined }>()
    const files: FileChange[] = []
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] ?? ''
      if (part.startsWith(':')) {
        const [, , , oid, letter] = part.split(' ')
        const status = letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified'
        raw.set(parts[++index] ?? '', { status, oid: status === 'removed' ? undefined : oid })
        continue
      }
      const [, additions = '', deletions = '', path = ''] = /^([^\t]*)\t([^\t]*)\t(.+)$/s.exec(part) ?? []
      const change = raw.get(path)
      // Binary files count as `-`.
      if (change !== undefined) {
        files.push({ path, ...change, additions: Number(additions) || 0, deletions: Number(deletions) || 0 })
      }
    }
    return files
  }

  /** The entries of a tree, one level deep, without the sizes of files; `undefined` when the name leads to no tree. */
  async tree(name: string): Promise<readonly TreeEntry[] | undefined> {
    const object = await this.read(name)
    return object?.type === 'tree' ? entriesOfTree(object.content) : undefined
  }

  /** The entries of a tree, one level deep, with the sizes of files. */
  async entries(tree: string): Promise<readonly TreeEntry[]> {
    const text = await this.#git(['ls-tree', '-z', '-l', tree])
    return text
      .split('\0')
      .filter(line => line !== '')
      .map(line => {
        const tab = line.indexOf('\t')
        const [mode = '', type = '', oid = '', size = '-'] = line.slice(0, tab).split(/ +/)
        return { mode, type, oid, path: line.slice(tab + 1), ...(size === '-' ? {} : { size: Number(size) }) }
      })
  }

  /** Ends what runs in the background. */
  async close(): Promise<void> {
    await this.#reader.close()
  }

  async #run(args: readonly string[]): ReturnType<typeof runOwnGit> {
    return runOwnGit(this.#where, args)
  }

  async #git(args: readonly string[]): Promise<string> {
    return ownGit(this.#where, args)
  }
}

/** Without what would end a name or a line, as git writes it. */
function signatureOf({ name, email, time }: Person): string {
  const plain = (text: string): string => text.replace(/[<>\n\0]/g, '').trim()
  return `${plain(name)} <${plain(email)}> ${Math.floor(time / 1000)} +0000`
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n')
}
