import { sha256 } from '@sluice/core'
import type { CommitOutcome, FileChange, LedgerHead, LedgerStore } from '../src/index.ts'
import { parseHead } from '../src/store.ts'

/** A ledger branch in memory: a real compare-and-swap, every call a turn of the event loop so that writers do overtake each other. */
export class MemoryStore implements LedgerStore {
  /** Calls so far, by name. */
  readonly calls: string[] = []
  #files: ReadonlyMap<string, Uint8Array> | undefined
  #oid = ''

  get files(): ReadonlyMap<string, Uint8Array> {
    return this.#files ?? new Map()
  }

  /** The newest commit. */
  get oid(): string {
    return this.#oid
  }

  async head(alongside: readonly string[] = []): Promise<LedgerHead | undefined> {
    await this.#turn('head')
    const files = this.#files
    if (files === undefined) return undefined
    return { ...parseHead(files.get('HEAD.json'), 'memory'), oid: this.#oid, files: pick(files, alongside) }
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    await this.#turn('read')
    return pick(this.files, paths)
  }

  async commit(
    expectedOid: string,
    message: string,
    files: readonly FileChange[],
    landed?: (oid: string) => void
  ): Promise<CommitOutcome> {
    await this.#turn('commit')
    if (expectedOid !== this.#oid) return 'conflict'
    for (const { path, content } of files) this.tamper(path, content)
    this.#oid = sha256(`${this.#oid} ${message}`)
    landed?.(this.#oid)
    return 'landed'
  }

  async create(head: Uint8Array): Promise<boolean> {
    await this.#turn('create')
    this.#files ??= new Map([['HEAD.json', head]])
    return true
  }

  /** Puts any bytes in place of a file, as somebody with write access to the branch could. */
  tamper(path: string, content: Uint8Array | undefined): void {
    const files = new Map(this.files)
    if (content === undefined) files.delete(path)
    else files.set(path, content)
    this.#files = files
  }

  async #turn(name: string): Promise<void> {
    this.calls.push(name)
    await new Promise(resolve => setImmediate(resolve))
  }
}

function pick(files: ReadonlyMap<string, Uint8Array>, paths: readonly string[]): ReadonlyMap<string, Uint8Array> {
  return new Map([...files].filter(([path]) => paths.includes(path)))
}
