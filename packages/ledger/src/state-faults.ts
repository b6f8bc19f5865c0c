import type { LedgerRecord } from '@sluice/core'
import type { Skips } from './skips.ts'
import type { Snapshot } from './snapshot.ts'
import { StateMachine } from './state-machine.ts'

/** What is wrong with a record that commits to another state than it leads to. */
export const OTHER_STATE = 'it commits to another state than the records lead to'

/** What is known of the repairs of a ledger by now. */
interface KnownRepairs {
  readonly isRepair: Skips
  /** The state before a repair, without what it and earlier ones leave out. */
  readonly machineBefore: (repair: number) => StateMachine
}

/**
 * The records that commit to another state than those before them lead to. Of those that follow one another only the first is wrong: the others
 * rest on it, until a repair goes on from the right one. Nobody who looked at the ledger as Sluice does can have written it.
 */
export class StateFaults {
  readonly #ledger: Snapshot
  readonly #repairs: KnownRepairs
  readonly #wrong = new Set<number>()
  #machine = new StateMachine()
  #differs = false
  #done = 0

  constructor(ledger: Snapshot, repairs: KnownRepairs) {
    this.#ledger = ledger
    this.#repairs = repairs
  }

  /** The numbers of such records before another one; of the repairs before that one it must be known by now whether they count. */
  before(end: number): ReadonlySet<number> {
    for (const { record, hash, sequence } of this.#ledger.records.slice(this.#done, end - 1)) {
      this.#done = sequence
      if (this.#repairs.isRepair(sequence)) {
        this.#machine = this.#repairs.machineBefore(sequence)
        this.#differs = false
      }
      if (record === undefined || hash === undefined) this.#differs = true
      else {
        this.#judge(record)
        this.#machine.seal(hash)
      }
    }
    return this.#wrong
  }

  #judge(record: LedgerRecord): void {
    const state = this.#machine.add(record)
    if (this.#differs || (state.section === record.state.section && state.ledger === record.state.ledger)) return
    this.#differs = true
    this.#wrong.add(record.sequence)
  }
}
