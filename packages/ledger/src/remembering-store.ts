import type { FetchedLedger } from './fetched-ledger.ts'
import { encodeHead } from './head.ts'
import { HEAD_PATH, type LedgerPath, parseLedgerPath } from './paths.ts'
import { type FileChange, type LedgerHead, type LedgerStore, parseHead } from './store.ts'

/** What is known of a commit: `undefined` stands for a file that does not exist. */
interface KnownCommit {
  readonly files: Map<string, Uint8Array | undefined>
  /** The commit that it was put on, by this process: what it did not write is as it was there. */
  readonly parent?: string
}

/**
 * A ledger that is asked for nothing twice. A commit never changes: what was read of one, what this process wrote into one, and what the
 * clone of the job has of one, is known. Where the branch stands is known only as of the last look, so whoever goes by that says how old
 * it may be; an append may be wrong about it, since it lands only where the branch still stands.
 */
export function rememberingStore(store: LedgerStore, fetched: FetchedLedger, branch: string): LedgerStore {
  const memory = new Memory(fetched)
  let tip: string | undefined

  const headAt = async (oid: string, alongside: readonly string[]): Promise<LedgerHead | undefined> => {
    const known = await memory.find(oid, [HEAD_PATH, ...alongside])
    if (known.unknown.length > 0) return undefined
    const files = new Map([...known.files].filter(([path]) => alongside.includes(path)))
    return { ...parseHead(known.files.get(HEAD_PATH), branch), oid, files }
  }

  return {
    async head(alongside = [], since = 'now') {
      const at = since === 'now' ? undefined : (tip ?? (since === 'job' ? await fetched.tip() : undefined))
      const known = at === undefined ? undefined : await headAt(at, alongside)
      if (known !== undefined) return known
      const head = await store.head(alongside)
      tip = head?.oid
      if (head !== undefined) {
        memory.note(head.oid, alongside, head.files)
        memory.note(head.oid, [HEAD_PATH], new Map([[HEAD_PATH, encodeHead(head)]]))
      }
      return head
    },
    async read(paths, at) {
      if (at === undefined) return store.read(paths)
      const { files, unknown } = await memory.find(at, paths)
      if (unknown.length === 0) return files
      const read = await store.read(unknown, at)
      memory.note(at, unknown, read)
      return new Map([...files, ...read])
    },
    async commit(expectedOid, message, files, landed) {
      tip = undefined
      return store.commit(expectedOid, message, files, oid => {
        memory.noteCommit(oid, expectedOid, files)
        tip = oid
        landed?.(oid)
      })
    },
    create: async first => store.create(first)
  }
}

/** Files that are written once: whoever reads one proves it by what names it, wherever it comes from. */
const LASTING: readonly (LedgerPath['kind'] | undefined)[] = ['record', 'signature', 'evidence', 'key']

/** Files of commits, as far as they are known. */
class Memory {
  readonly #commits = new Map<string, KnownCommit>()
  readonly #fetched: FetchedLedger

  constructor(fetched: FetchedLedger) {
    this.#fetched = fetched
  }

  note(oid: string, asked: readonly string[], found: ReadonlyMap<string, Uint8Array>): void {
    const { files } = this.#commitOf(oid)
    for (const path of asked) files.set(path, found.get(path))
  }

  noteCommit(oid: string, parent: string, files: readonly FileChange[]): void {
    this.#commits.set(oid, { parent, files: new Map(files.map(({ path, content }) => [path, content])) })
  }

  /** Finds files of a commit, and says of which nothing is known. */
  async find(
    oid: string,
    paths: readonly string[]
  ): Promise<{ readonly files: ReadonlyMap<string, Uint8Array>; readonly unknown: readonly string[] }> {
    const files = new Map<string, Uint8Array>()
    let unknown = paths
    let at = oid
    for (let next: string | undefined = oid; next !== undefined; next = this.#commits.get(next)?.parent) {
      at = next
      const known = this.#commits.get(at)?.files
      unknown = unknown.filter(path => {
        const content = known?.get(path)
        if (content !== undefined) files.set(path, content)
        return known?.has(path) !== true
      })
    }
    if (unknown.length === 0) return { files, unknown }
    const fetched = await this.#fetched.read(at, unknown)
    if (fetched !== undefined) this.note(at, unknown, fetched)
    const rest = fetched ?? (await this.#findOlder(unknown))
    return {
      files: new Map([...files, ...rest]),
      unknown: fetched === undefined ? unknown.filter(path => !rest.has(path)) : []
    }
  }

  /** Of a newer commit than the clone has: what is written once and never again. */
  async #findOlder(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const tip = await this.#fetched.tip()
    const lasting = paths.filter(path => LASTING.includes(parseLedgerPath(path)?.kind))
    return (tip === undefined || lasting.length === 0 ? undefined : await this.#fetched.read(tip, lasting)) ?? new Map()
  }

  #commitOf(oid: string): KnownCommit {
    const known = this.#commits.get(oid) ?? { files: new Map() }
    this.#commits.set(oid, known)
    return known
  }
}
