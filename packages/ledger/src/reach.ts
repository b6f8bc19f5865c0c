import type { LedgerPath } from './paths.ts'

/** A commit, as far as it tells how far the records go. */
interface Step {
  /** Files of records, and what became of them; a submodule is none. */
  readonly records: readonly { readonly sequence: number; readonly isThere: boolean }[]
  /** How many records `HEAD.json` counts then; absent: it is missing or malformed. */
  readonly counted: number | undefined
}

/** How far the records went before a commit, and how far by it. */
export interface Stretch {
  readonly before: number
  readonly after: number
}

/**
 * How far a ledger goes, commit by commit: a record is part of it from the commit on whose `HEAD.json` counts it, and all before it are there. A file that
 * somebody put in the place of a later record is none until then: the record that comes there takes its place, and a repair removes it. It never goes back.
 */
export class Reach {
  #last = 0
  /** Numbers of files beyond it. */
  readonly #beyond = new Set<number>()

  /** The number of the last record; 0: there is none. */
  get last(): number {
    return this.#last
  }

  /** Takes in the next commit. */
  take({ records, counted }: Step): Stretch {
    const before = this.#last
    for (const { sequence, isThere } of records) {
      if (sequence <= before) continue
      if (isThere) this.#beyond.add(sequence)
      else this.#beyond.delete(sequence)
    }
    const most = counted ?? Number.POSITIVE_INFINITY
    while (this.#last < most && this.#beyond.delete(this.#last + 1)) this.#last += 1
    return { before, after: this.#last }
  }
}

/** Whether a commit may write a file that lies with a record: it brings the record. */
export function comesWith(kind: LedgerPath | undefined, { before, after }: Stretch): boolean {
  const sequence = placeOf(kind)
  return sequence !== undefined && sequence > before && sequence <= after
}

/** Whether a file lies where a later record will be. */
export function isBeyond(kind: LedgerPath | undefined, last: number): boolean {
  return (placeOf(kind) ?? 0) > last
}

/** The number of the record with which a file lies. */
function placeOf(kind: LedgerPath | undefined): number | undefined {
  return kind?.kind === 'record' || kind?.kind === 'signature' || kind?.kind === 'token' ? kind.sequence : undefined
}
