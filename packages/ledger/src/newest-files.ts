import type { LedgerRecord } from '@sluice/core'
import type { RecordFiles } from './examine.ts'
import { NEWEST_TOKEN_PATH, type NewestOf, newestPath } from './paths.ts'
import { type Section, sectionOf } from './section.ts'

/** The newest record of a ledger and of each of its sections, for the copies that are kept of them. */
export class NewestFiles {
  #newest: RecordFiles | undefined
  readonly #sections = new Map<Section, RecordFiles>()

  /** Takes in the next record's files. @param record what they hold; absent where they hold none. */
  note({ record, ...files }: RecordFiles & { readonly record: LedgerRecord | undefined }): void {
    this.#newest = files
    if (record !== undefined) this.#sections.set(sectionOf(record), files)
  }

  /** The copies, by their paths: what a record lacks is an empty one. */
  copies(): Map<string, Uint8Array> {
    const copies = new Map<string, Uint8Array>()
    if (this.#newest === undefined) return copies
    const copy = (of: NewestOf, { bytes, signature }: RecordFiles): void => {
      copies.set(newestPath(of), bytes ?? new Uint8Array())
      copies.set(`${newestPath(of)}.sig`, signature ?? new Uint8Array())
    }
    copy('ledger', this.#newest)
    copies.set(NEWEST_TOKEN_PATH, this.#newest.token ?? new Uint8Array())
    for (const [section, files] of this.#sections) copy(section, files)
    return copies
  }
}
