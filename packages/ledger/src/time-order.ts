import { CLOCK_SKEW, type LedgerRecord } from '@sluice/core'

/**
 * Compares times along the chain: a back-dated record would shorten a soak, one from the future would outlive a plan's expiry. A record gets
 * its time between reading the head and swapping in the new one, so an honest ledger's times run forwards but for the clocks that gave them.
 */
export function findTimeProblem(older: LedgerRecord, newer: LedgerRecord): string | undefined {
  if (Date.parse(older.time) - Date.parse(newer.time) <= CLOCK_SKEW) return undefined
  return `time runs backwards: record ${older.sequence} is of ${older.time}, record ${newer.sequence} of ${newer.time}`
}

/** The record with the later time. */
export function laterOf(record: LedgerRecord, other: LedgerRecord | undefined): LedgerRecord {
  return other !== undefined && Date.parse(other.time) > Date.parse(record.time) ? other : record
}
