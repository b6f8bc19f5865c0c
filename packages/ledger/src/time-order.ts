import { CLOCK_SKEW, type LedgerRecord, printMoment } from '@sluice/core'

/** A record's number, and when it says that it was written. */
export type Timed = Pick<LedgerRecord, 'sequence' | 'time'>

/**
 * Compares times along the chain: a back-dated record would shorten a soak, one from the future would outlive a plan's expiry. A record gets
 * its time between reading the head and swapping in the new one, so an honest ledger's times run forwards but for the clocks that gave them.
 */
export function findChainTimeProblem(older: Timed, newer: Timed): string | undefined {
  if (Date.parse(older.time) - Date.parse(newer.time) <= CLOCK_SKEW) return undefined
  return `time runs backwards: record ${older.sequence} is of ${older.time}, record ${newer.sequence} of ${newer.time}`
}

/** How long a record may be on its way to the ledger, in milliseconds, while it is signed and vouched for. What takes longer is not sent: see Landing. */
export const ON_THE_WAY = 5 * 60_000

/**
 * Compares what a record says with when it was committed. Without that, a record from the future would make each honest one after it look
 * dated back.
 */
export function findCommitTimeProblem({ time }: Timed, committed: number | undefined): string | undefined {
  if (committed === undefined) return undefined
  const age = committed - Date.parse(time)
  if (age >= -CLOCK_SKEW && age <= CLOCK_SKEW + ON_THE_WAY) return undefined
  return `it says ${time}, but it was committed at ${printMoment(committed)}`
}

/** The record with the later time. */
export function laterOf<T extends Timed>(record: T, other: T | undefined): T {
  return other !== undefined && Date.parse(other.time) > Date.parse(record.time) ? other : record
}
