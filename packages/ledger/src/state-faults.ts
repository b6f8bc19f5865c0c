import type { LedgerRecord } from '@sluice/core'
import type { Omissions } from './omissions.ts'
import { type Replay, replayState } from './replay.ts'
import type { Snapshot } from './snapshot.ts'
import type { StateMachine } from './state-machine.ts'

/** What is wrong with a record that commits to another state than it leads to. */
export const OTHER_STATE = 'it commits to another state than the records lead to'

/**
 * The records that commit to another state than those before them lead to. Of those that follow one another only the first is wrong: the others
 * rest on it, until a repair goes on from the right one. Nobody who looked at the ledger as Sluice does can have written it.
 */
export class StateFaults {
  readonly #ledger: Snapshot
  readonly #omissions: Omissions
  readonly #state: Replay<StateMachine>
  readonly #wrong = new Set<number>()
  #differs = false
  #done = 0

  /** @param from the first record that any repair speaks of. */
  constructor(ledger: Snapshot, omissions: Omissions, from: number | undefined) {
    this.#ledger = ledger
    this.#omissions = omissions
    this.#state = replayState(ledger, from)
  }

  /** The numbers of such records before another one; of the repairs before that one it must be known by now whether they count. */
  before(end: number): ReadonlySet<number> {
    for (const { record, hash, sequence } of this.#ledger.records.slice(this.#done, end - 1)) {
      this.#done = sequence
      if (this.#omissions.isRepair(sequence)) {
        this.#omissions.leaveOut(sequence, this.#state)
        this.#differs = false
      }
      this.#state.begin(sequence)
      if (record === undefined || hash === undefined) this.#differs = true
      else {
        this.#judge(record)
        this.#state.value.seal(hash)
      }
    }
    return this.#wrong
  }

  #judge(record: LedgerRecord): void {
    const state = this.#state.value.add(record)
    if (this.#differs || (state.section === record.state.section && state.ledger === record.state.ledger)) return
    this.#differs = true
    this.#wrong.add(record.sequence)
  }
}
