import type { LedgerCommit } from './ledger-log.ts'

/** When the commits that added records were made, by the records' numbers: milliseconds since the epoch. */
export type CommitTimes = ReadonlyMap<number, number>

/**
 * When records were added, as their commits say. GitHub dates the commits that it makes, so that a writer of records cannot choose
 * these dates; who pushes commits of their own can.
 */
export class CommitTimeline {
  readonly #times = new Map<number, number>()

  get times(): CommitTimes {
    return this.#times
  }

  /** Takes in the next commit. */
  add({ parents, time, changes }: LedgerCommit): void {
    // The first commit opens the ledger. In a shallow clone one in its midst passes for it, with all records of before.
    if (parents.length !== 1) return
    for (const { status, kind } of changes) {
      // Of a record that was removed and added again, the first time is the one that is not chosen afterwards.
      if (status === 'A' && kind?.kind === 'record' && !this.#times.has(kind.sequence))
        this.#times.set(kind.sequence, time)
    }
  }
}
