import { type LedgerRecord, sha256 } from '@sluice/core'
import {
  type CommitOutcome,
  type FileChange,
  type LedgerHead,
  type LedgerStore,
  openSnapshot,
  parseHead
} from '@sluice/ledger'

/** A ledger branch that nobody else writes to. */
export class MemoryLedger implements LedgerStore {
  readonly #files = new Map<string, Uint8Array>()
  #oid = ''

  async head(alongside: readonly string[] = []): Promise<LedgerHead | undefined> {
    const head = this.#files.get('HEAD.json')
    if (head === undefined) return undefined
    const pointer = parseHead(head, 'memory')
    return { ...pointer, oid: this.#oid, files: await this.read(alongside) }
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return new Map([...this.#files].filter(([path]) => paths.includes(path)))
  }

  async commit(
    expectedOid: string,
    message: string,
    files: readonly FileChange[],
    landed?: (oid: string) => void
  ): Promise<CommitOutcome> {
    if (expectedOid !== this.#oid) return 'conflict'
    for (const { path, content } of files) {
      if (content === undefined) this.#files.delete(path)
      else this.#files.set(path, content)
    }
    this.#oid = sha256(`${this.#oid} ${message}`)
    landed?.(this.#oid)
    return 'landed'
  }

  async create(head: Uint8Array): Promise<boolean> {
    if (!this.#files.has('HEAD.json')) this.#files.set('HEAD.json', head)
    return true
  }

  /** The ledger as it is now, whatever is written to it later: what a job has read that began now. */
  copy(): MemoryLedger {
    const copy = new MemoryLedger()
    for (const [path, content] of this.#files) copy.#files.set(path, content)
    copy.#oid = this.#oid
    return copy
  }

  /** What is on the ledger, oldest first. */
  records(): readonly LedgerRecord[] {
    return openSnapshot(this.#files).records.flatMap(({ record }) => (record === undefined ? [] : [record]))
  }

  /** Puts a file beside the records, as evidence is; without a text, takes it away. */
  put(path: string, text: string | undefined): void {
    if (text === undefined) this.#files.delete(path)
    else this.#files.set(path, Buffer.from(text))
  }
}
