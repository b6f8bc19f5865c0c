import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type CommitOutcome, type FileChange, type LedgerHead, type LedgerStore, parseHead } from '@sluice/ledger'

/** Files of one record or document: nobody asks for them again while a ledger is written. */
const WRITTEN_ONCE = /^(?:records|evidence)\//

/**
 * A ledger branch that nobody else writes to, and whose commits go into a git repository as they come (`git fast-import`): as many as a long ledger
 * has, of which only what the next append reads stays in memory.
 */
export class ImportedLedger implements LedgerStore {
  readonly #branch: string
  readonly #import: ChildProcess
  readonly #files = new Map<string, Uint8Array>()
  #commits = 0
  #written = 0
  /** When the next commit is made, in milliseconds since the epoch. */
  time = 0

  /** @param directory a bare repository. */
  constructor(directory: string, branch: string) {
    this.#branch = branch
    // Speed counts, not size: git packs the repository again whenever somebody asks it to.
    const args = ['-C', directory, '-c', 'pack.compression=1', 'fast-import', '--quiet', '--depth=20']
    this.#import = spawn('git', args, { stdio: ['pipe', 'inherit', 'inherit'] })
  }

  /** Bytes that were given to git. */
  get written(): number {
    return this.#written
  }

  async head(alongside: readonly string[] = []): Promise<LedgerHead | undefined> {
    const head = this.#files.get('HEAD.json')
    if (head === undefined) return undefined
    return { ...parseHead(head, this.#branch), oid: String(this.#commits), files: await this.read(alongside) }
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    for (const path of paths) {
      const content = this.#files.get(path)
      if (content !== undefined) found.set(path, content)
    }
    return found
  }

  async commit(
    expectedOid: string,
    message: string,
    files: readonly FileChange[],
    landed?: (oid: string) => void
  ): Promise<CommitOutcome> {
    if (expectedOid !== String(this.#commits)) return 'conflict'
    await this.#write(message, files)
    landed?.(String(this.#commits))
    return 'landed'
  }

  async create(head: Uint8Array): Promise<boolean> {
    await this.#write('Open the ledger', [{ path: 'HEAD.json', content: head }])
    return true
  }

  /** Waits until git has everything. */
  async end(): Promise<void> {
    this.#import.stdin?.end()
    const [code] = await once(this.#import, 'close')
    if (code !== 0) throw new Error(`git fast-import ended with exit code ${code}.`)
  }

  async #write(message: string, files: readonly FileChange[]): Promise<void> {
    this.#commits++
    const who = `GitHub <noreply@github.com> ${Math.floor(this.time / 1000)} +0000`
    const parts = [Buffer.from(`commit refs/heads/${this.#branch}\ncommitter ${who}\n`), ...data(Buffer.from(message))]
    for (const { path, content } of files) {
      if (content === undefined) {
        this.#files.delete(path)
        parts.push(Buffer.from(`D ${path}\n`))
        continue
      }
      if (!WRITTEN_ONCE.test(path)) this.#files.set(path, content)
      parts.push(Buffer.from(`M 100644 inline ${path}\n`), ...data(content))
    }
    const bytes = Buffer.concat(parts)
    this.#written += bytes.length
    if (this.#import.stdin?.write(bytes) === false) await once(this.#import.stdin, 'drain')
  }
}

function data(content: Uint8Array): readonly Uint8Array[] {
  return [Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n')]
}
