import type { LedgerRecord } from '@sluice/core'
import type { Fault } from './record-fault.ts'
import { machineBefore, pastBefore } from './replay.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'
import type { StateMachine } from './state-machine.ts'
import type { Past } from './verify-past.ts'

/** A record that a valid `repaired` record leaves out. */
export interface LeftOut {
  readonly sequence: number
  /** The number of the record that leaves it out. */
  readonly by: number
  /** Why it is not valid, as whoever verifies found. */
  readonly problem: string
  /** What tells it. */
  readonly told: Fault['told']
}

/** Whether a record says that more has to be left out before anybody but the next repair goes on. */
export function saysMore(record: LedgerRecord | undefined): boolean {
  return record?.event === 'repaired' && record.detail?.more === true
}

/** What the `repaired` records of a ledger leave out. */
export class Repairs {
  /** `repaired` records that leave out what they must not. */
  readonly problems: readonly LedgerProblem[]
  readonly #ledger: Snapshot
  readonly #leftOut: ReadonlyMap<number, LeftOut>
  readonly #valid: ReadonlySet<number>

  constructor(
    ledger: Snapshot,
    leftOut: readonly LeftOut[],
    valid: Iterable<number>,
    problems: readonly LedgerProblem[]
  ) {
    this.#ledger = ledger
    this.#leftOut = new Map(leftOut.map(it => [it.sequence, it]))
    this.#valid = new Set(valid)
    this.problems = problems
  }

  /** Oldest first. */
  get leftOut(): readonly LeftOut[] {
    return [...this.#leftOut.values()].toSorted((a, b) => a.sequence - b.sequence)
  }

  /** Whether a record counts for nothing any more. */
  isSkipped(sequence: number): boolean {
    return this.#leftOut.has(sequence)
  }

  /** The state before a repair, without what it and earlier ones leave out. */
  machineBefore(repair: number): StateMachine {
    return machineBefore(this.#ledger, repair, sequence => this.#isSkippedBy(sequence, repair))
  }

  /** What had happened before a repair, without what it and earlier ones leave out. */
  pastBefore(repair: number): Past {
    return pastBefore(this.#ledger, repair, sequence => this.#isSkippedBy(sequence, repair))
  }

  /** Whether a record is a repair that counts. */
  isRepair(sequence: number): boolean {
    return this.#valid.has(sequence)
  }

  /** Whether the ledger ends in a repair that says that more is to be repaired. */
  get isUnfinished(): boolean {
    const { length, records } = this.#ledger
    return this.isRepair(length) && saysMore(records.at(-1)?.record)
  }

  #isSkippedBy(sequence: number, repair: number): boolean {
    return (this.#leftOut.get(sequence)?.by ?? Number.POSITIVE_INFINITY) <= repair
  }
}
