import type { LedgerRecord } from '@sluice/core'
import { commitOfNewest } from './newest-token.ts'
import type { Origins } from './origins.ts'
import { tampered } from './untrusted.ts'

/** Records whose signatures count, until somebody has asked where they come from. */
export class UnplacedRecords {
  readonly #origins: Origins | undefined
  readonly #waiting: LedgerRecord[] = []

  constructor(origins: Origins | undefined) {
    this.#origins = origins
  }

  add(record: LedgerRecord): void {
    if (this.#origins !== undefined) this.#waiting.push(record)
  }

  /**
   * Asks where those come from that were added.
   * @param newest whose token was looked at, and is among the files: of the others, the Sluice that wrote after them looked at theirs.
   * @throws UserError for one that comes from where none may.
   */
  async requirePlaced(newest: LedgerRecord | undefined, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const records = this.#waiting.splice(0)
    if (records.length === 0) return
    await this.#origins?.look(records)
    for (const record of records) {
      const problem = this.#origins?.problemOf(record, record === newest ? commitOfNewest(files) : undefined)
      if (problem !== undefined) throw tampered(record.sequence, problem)
    }
  }
}
