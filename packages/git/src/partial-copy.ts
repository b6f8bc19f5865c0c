import { Failure, plural } from '@sluice/core'
import { type FetchTerms, fetchFrom, LEFT_OUT, type Remote } from './fetch-from.ts'
import { type GitObject, readObjects } from './objects.ts'
import { ownGit, runOwnGit } from './own-git.ts'
import { parseTree } from './tree-object.ts'

/** What is copied, from where, and to which folder, which is ours alone. */
export interface PartialCopyOptions extends FetchTerms {
  readonly directory: string
  readonly remote: Remote
  readonly branch: string
  /** Folders at the top of which all folders inside are fetched at once, because they lie deep, and are not many however long the history is. */
  readonly deep?: readonly string[]
  /** Folders at the top that are fetched along with the first ones: something in them will be asked for. */
  readonly soon?: readonly string[]
}

const TREE = '040000'

/** What has content of its own here: of a link it is a path, of a submodule a commit of another repository. */
const FILES = ['100644', '100755']

/**
 * A copy of one branch of a repository on a server, which holds no more of it than was asked for: of a long history only the newest commit, of that only the
 * folders on the way to the files that were read. What it takes does not depend on how much there is.
 *
 * ```
 * commit ─► top ─► folder ─► … ─► files     one fetch a step, for all paths together
 * ```
 *
 * GitHub sends no part of what lies below a folder: all of it, or nothing. So each step is a fetch, except in folders that are said to be `deep`; whoever
 * needs several files asks for them at once.
 */
export class PartialCopy {
  readonly #options: PartialCopyOptions
  readonly #objects = new Map<string, GitObject>()
  readonly #trees = new Map<string, ReadonlyMap<string, Member>>()
  #tip: Promise<string | undefined> | undefined

  constructor(options: PartialCopyOptions) {
    this.#options = options
  }

  /**
   * The commit that the branch stood at when this copy was first asked, by whichever process; `undefined` where the server has no such branch.
   * @throws Failure when it cannot be fetched.
   */
  async tip(): Promise<string | undefined> {
    this.#tip ??= this.#findTip()
    return this.#tip
  }

  /**
   * Reads files of the {@link tip}; those that do not exist are missing.
   * @throws Failure when they cannot be fetched.
   */
  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const tip = await this.tip()
    if (tip === undefined) return new Map()
    for (;;) {
      const ways = paths.map(path => [path, this.#follow(tip, path.split('/'))] as const)
      const trees = new Map(ways.flatMap(([path, way]) => (way?.tree === undefined ? [] : [[way.tree, path] as const])))
      // Files last and together: a server may take one that is asked for by name for a part of a tree that is, and leave it out.
      const blobs = new Set(ways.flatMap(([, way]) => way?.blob ?? []))
      if (trees.size > 0) await this.#loadTrees(this.#treeOf(tip), trees)
      else if (blobs.size > 0) await this.#load([...blobs], LEFT_OUT.all)
      else return new Map(ways.flatMap(([path, way]) => (way?.content === undefined ? [] : [[path, way.content]])))
    }
  }

  /** @param trees each with a path that leads through it. */
  async #loadTrees(top: string, trees: ReadonlyMap<string, string>): Promise<void> {
    const { deep = [], soon = [] } = this.#options
    const members = this.#membersOf(top)
    const isDeep = (path = ''): boolean => deep.includes(path.split('/')[0] ?? '')
    const ids = members === undefined ? [top] : [...trees.keys(), ...soon.flatMap(name => members.get(name)?.id ?? [])]
    const whole = ids.filter(id => id !== top && isDeep(trees.get(id)))
    const single = ids.filter(id => !whole.includes(id))
    await Promise.all([this.#load(whole, LEFT_OUT.files), this.#load(single, LEFT_OUT.all)])
  }

  async #findTip(): Promise<string | undefined> {
    const { directory, branch } = this.#options
    const ref = `refs/remotes/origin/${branch}`
    const known = await this.#commitAt(ref)
    if (known === undefined) {
      await ownGit(['-C', '/'], ['init', '--quiet', '--bare', directory])
      if (!(await this.#fetch([LEFT_OUT.all, '--depth=1'], [`+refs/heads/${branch}:${ref}`]))) return undefined
    }
    const tip = known ?? (await this.#commitAt(ref))
    if (tip !== undefined) await this.#readHere([tip])
    return tip
  }

  async #commitAt(ref: string): Promise<string | undefined> {
    const where = [`--git-dir=${this.#options.directory}`]
    const { code, stdout } = await runOwnGit(where, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    return code === 0 ? stdout.toString('utf8').trim() : undefined
  }

  /** Goes from a commit as far along a path as is known. @returns nothing where the path leads to no file. */
  #follow(commit: string, path: readonly string[]): Way | undefined {
    let at: Member = { mode: TREE, id: this.#treeOf(commit) }
    for (const name of path) {
      if (at.mode !== TREE) return undefined
      const tree = this.#membersOf(at.id)
      if (tree === undefined) return { tree: at.id }
      const next = tree.get(name)
      if (next === undefined) return undefined
      at = next
    }
    if (!FILES.includes(at.mode)) return undefined
    const content = this.#contentOf(at.id, 'blob')
    return content === undefined ? { blob: at.id } : { content }
  }

  #treeOf(commit: string): string {
    const [, tree] =
      /^tree ([0-9a-f]+)\n/.exec(this.#objects.get(commit)?.content.toString('latin1', 0, 100) ?? '') ?? []
    if (tree === undefined) throw new Failure(`${commit} of ${this.#options.remote.url} is not a commit.`)
    return tree
  }

  #membersOf(id: string): ReadonlyMap<string, Member> | undefined {
    const content = this.#contentOf(id, 'tree')
    if (content === undefined) return undefined
    const known = this.#trees.get(id) ?? new Map(parseTree(content).map(it => [it.name, it]))
    this.#trees.set(id, known)
    return known
  }

  /** @throws Failure where there is something else than who names it says. */
  #contentOf(id: string, type: 'blob' | 'tree'): Buffer | undefined {
    const object = this.#objects.get(id)
    if (object === undefined || object.type === type) return object?.content
    throw new Failure(
      `${id} of ${this.#options.remote.url} is named as a ${type}, and is a ${object.type}. Run git fsck there, and look at who pushed the branch.`
    )
  }

  async #load(ids: readonly string[], leftOut: string): Promise<void> {
    const unread = [...new Set(ids)].filter(id => !this.#objects.has(id))
    await this.#readHere(unread)
    const missing = unread.filter(id => !this.#objects.has(id))
    if (missing.length === 0) return
    await this.#fetch([leftOut, '--no-write-fetch-head'], missing)
    await this.#readHere(missing)
    const left = missing.filter(id => !this.#objects.has(id))
    if (left.length === 0) return
    throw new Failure(
      `${this.#options.remote.url} left out ${plural(left.length, 'object')} that git asked for, such as ${left[0]}.`
    )
  }

  async #readHere(ids: readonly string[]): Promise<void> {
    const found = await readObjects(this.#options.directory, ids)
    for (const [n, id] of ids.entries()) {
      const object = found[n]
      if (object !== undefined) this.#objects.set(id, object)
    }
  }

  async #fetch(options: readonly string[], what: readonly string[]): Promise<boolean> {
    const { remote, directory } = this.#options
    return fetchFrom(remote, directory, { options, what }, this.#options)
  }
}

/** How far a path is known: to what it leads to, or to what must be fetched first. */
interface Way {
  readonly tree?: string
  readonly blob?: string
  readonly content?: Buffer
}

interface Member {
  readonly mode: string
  readonly id: string
}
