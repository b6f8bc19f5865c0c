import type { LedgerRecord } from '@sluice/core'
import type { Fault } from './record-fault.ts'
import type { Replay } from './replay.ts'

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

/** What the repairs of a ledger leave out, of those that were judged so far. */
export class Omissions {
  readonly #leftOut = new Map<number, LeftOut>()
  /** The repairs that count, each with the first record that it leaves out; `undefined`: it leaves out none. */
  readonly #repairs = new Map<number, number | undefined>()

  /** Takes in a repair that counts. */
  add(repair: number, leftOut: readonly LeftOut[]): void {
    for (const one of leftOut) this.#leftOut.set(one.sequence, one)
    this.#repairs.set(repair, lowestOf(leftOut))
  }

  /** Oldest first. */
  get all(): readonly LeftOut[] {
    return [...this.#leftOut.values()].toSorted((a, b) => a.sequence - b.sequence)
  }

  /** The first record that any of them leaves out. */
  get first(): number | undefined {
    return lowestOf(this.#leftOut.values())
  }

  /** Whether a record counts for nothing any more. */
  has(sequence: number): boolean {
    return this.#leftOut.has(sequence)
  }

  /** Whether a record is a repair that counts. */
  isRepair(sequence: number): boolean {
    return this.#repairs.has(sequence)
  }

  /** Whether a record is a repair that counts, and says that more is to be repaired. */
  isUnfinished(it: { readonly sequence: number; readonly record: LedgerRecord | undefined } | undefined): boolean {
    return it !== undefined && this.isRepair(it.sequence) && saysMore(it.record)
  }

  /** Goes back to before what a repair leaves out, and up to that repair without it: what came before it counts as it did. */
  leaveOut<T>(repair: number, replay: Replay<T>): void {
    const first = this.#repairs.get(repair)
    if (first !== undefined) replay.without(first, repair, sequence => this.#isSkippedBy(sequence, repair))
  }

  #isSkippedBy(sequence: number, repair: number): boolean {
    return (this.#leftOut.get(sequence)?.by ?? Number.POSITIVE_INFINITY) <= repair
  }
}

/** The lowest number of some records. */
export function lowestOf(some: Iterable<{ readonly sequence: number }>): number | undefined {
  let first: number | undefined
  for (const { sequence } of some) first = Math.min(first ?? sequence, sequence)
  return first
}
