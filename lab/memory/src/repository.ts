import { canonicalJson, sha256, UserError } from '@sluice/core'
import type { LogEntry, Repository, TreeEntry } from '@sluice/git'

/** Commits in a line, each with all its files. */
export class MemoryRepository implements Repository {
  readonly directory = '/nowhere'
  /** Oldest first. */
  readonly #commits: { readonly id: string; readonly message: string; readonly files: ReadonlyMap<string, string> }[] =
    []

  /** Adds a commit: the files of the one before, with these; `undefined` removes one. */
  add(files: Readonly<Record<string, string | undefined>> = {}, message = 'change'): string {
    const all = new Map(this.#commits.at(-1)?.files)
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) all.delete(path)
      else all.set(path, text)
    }
    const id = sha256(`commit ${this.#commits.length}`).slice('sha256:'.length).slice(0, 40)
    this.#commits.push({ id, message, files: all })
    return id
  }

  readonly head = async (): Promise<string> => {
    const last = this.#commits.at(-1)
    if (last === undefined) throw new UserError('The repository has no commit yet.')
    return last.id
  }

  readonly fetchedTip = this.head

  readonly directoryWith = async (): Promise<string> => this.directory

  readonly fileAt = async (commit: string, path: string): Promise<Buffer | undefined> => {
    const text = this.#filesOf(commit).get(path)
    return text === undefined ? undefined : Buffer.from(text)
  }

  readonly entryAt = async (commit: string, path: string): Promise<TreeEntry | undefined> => {
    const files = this.#filesOf(commit)
    const file = files.get(path)
    if (file !== undefined) return { kind: 'file', id: sha256(file) }
    const below = [...files]
      .filter(([name]) => path === '.' || name.startsWith(`${path}/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return below.length === 0 ? undefined : { kind: 'directory', id: sha256(canonicalJson(below)) }
  }

  readonly treeOf = async (commit: string, path: string): Promise<string | undefined> =>
    (await this.entryAt(commit, path))?.id

  readonly dirtyPaths = async (): Promise<readonly string[]> => []

  readonly checkFolder = async (): Promise<void> => undefined

  readonly isAncestor = async (ancestor: string, commit: string): Promise<boolean> =>
    this.#placeOf(ancestor) <= this.#placeOf(commit)

  readonly log = async (from: string | undefined, to: string): Promise<readonly LogEntry[]> =>
    this.#commits
      .slice(from === undefined ? 0 : this.#placeOf(from) + 1, this.#placeOf(to) + 1)
      .map(({ id, message }) => ({ commit: id, subject: message, author: 'author' }))
      .reverse()

  #filesOf(commit: string): ReadonlyMap<string, string> {
    return this.#commits[this.#placeOf(commit)]?.files ?? new Map()
  }

  #placeOf(commit: string): number {
    const place = this.#commits.findIndex(({ id }) => id === commit)
    if (place < 0) throw new UserError(`Commit ${commit} is not in ${this.directory}.`)
    return place
  }
}
