/**
 * When the commits were made by which records became part of a ledger, by the records' numbers: milliseconds since the epoch. GitHub dates the commits that it makes, so that a writer of
 * records cannot choose these dates; who pushes commits of their own can.
 */
export type CommitTimes = ReadonlyMap<number, number>
