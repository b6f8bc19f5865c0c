import type { Omissions } from './omissions.ts'
import { findBrokenRule } from './record-rules.ts'
import { type Replay, replayPast } from './replay.ts'
import type { Skips } from './skips.ts'
import type { Snapshot } from './snapshot.ts'
import type { Past } from './verify-past.ts'

/** Which records break a rule. The past is told once for all of them, and from there on again that a repair leaves out. */
export class BrokenRules {
  readonly #ledger: Snapshot
  readonly #omissions: Omissions
  readonly #past: Replay<Past>
  readonly #found = new Map<number, string>()
  #done = 0

  /** @param from the first record that any repair speaks of. */
  constructor(ledger: Snapshot, omissions: Omissions, from: number | undefined) {
    this.#ledger = ledger
    this.#omissions = omissions
    this.#past = replayPast(ledger, from)
  }

  /**
   * How records break a rule by what was believed when each was written: what a repair left out counted until then.
   * @param end of the repairs before this record it must be known by now whether they count.
   */
  before(end: number): ReadonlyMap<number, string> {
    for (const { record, sequence } of this.#ledger.records.slice(this.#done, end - 1)) {
      this.#done = sequence
      if (this.#omissions.isRepair(sequence)) this.#omissions.leaveOut(sequence, this.#past)
      this.#past.begin(sequence)
      if (record === undefined) continue
      const problem = findBrokenRule(record, this.#past.value)
      if (problem !== undefined) this.#found.set(sequence, problem)
      this.#past.value.add(record)
    }
    return this.#found
  }

  /**
   * Which of some records break a rule if others do not count.
   * @param first the first record of all these.
   */
  without(asked: ReadonlySet<number>, skips: Skips, first: number): ReadonlySet<number> {
    const found = new Set<number>()
    const end = this.#done + 1
    this.#past.without(first, end, skips, ({ record, sequence }, past) => {
      if (record !== undefined && asked.has(sequence) && findBrokenRule(record, past) !== undefined) found.add(sequence)
    })
    this.#past.without(first, end, sequence => this.#omissions.has(sequence))
    return found
  }
}
