import { type Digest, type LedgerRecord, sameAs, undoneBy } from '@sluice/core'
import { grouped } from './grouped.ts'

/** The records of an environment by the releases that they speak of: who asks about one need not read the others. */
export class Words {
  readonly #byName: ReadonlyMap<Digest, readonly LedgerRecord[]>
  readonly #bySequence: ReadonlyMap<number, LedgerRecord>

  /** @param here the records of the environment. */
  constructor(here: readonly LedgerRecord[]) {
    this.#byName = grouped(here, record => [...namesIn(record), ...undoneBy(record)])
    this.#bySequence = new Map(here.map(record => [record.sequence, record]))
  }

  /** All that is said of some releases, and of what was found to be the same; newest first. @param before the first record that does not count. */
  on(releases: readonly Digest[], before: number): readonly LedgerRecord[] {
    const names = new Set(releases)
    const found = new Map<number, LedgerRecord>()
    // Names that are added on the way are visited, too.
    for (const name of names) {
      for (const record of this.#byName.get(name) ?? []) {
        if (record.sequence >= before) continue
        for (const it of [record, this.#acceptanceOf(record)]) {
          if (it === undefined) continue
          found.set(it.sequence, it)
          for (const other of namesIn(it)) names.add(other)
        }
      }
    }
    return [...found.values()].toSorted((a, b) => b.sequence - a.sequence)
  }

  /** The acceptance that a record goes by. */
  #acceptanceOf(record: LedgerRecord): LedgerRecord | undefined {
    const by = record.event === 'unchanged' ? record.detail?.acceptedBy : undefined
    return by === undefined || by >= record.sequence ? undefined : this.#bySequence.get(by)
  }
}

function namesIn(record: LedgerRecord): readonly Digest[] {
  return [record.release?.digest, sameAs(record)].filter(it => it !== undefined)
}
