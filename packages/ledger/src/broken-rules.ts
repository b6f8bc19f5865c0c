import { findBrokenRule } from './record-rules.ts'
import { pastBefore } from './replay.ts'
import type { Skips } from './skips.ts'
import type { Snapshot } from './snapshot.ts'
import { Past } from './verify-past.ts'

/** What repairs have left out so far. */
interface Believing {
  /** Whether a record is a repair that counts. */
  isRepair(sequence: number): boolean
  /** The repair that leaves a record out; absent: none does. */
  leftOutBy(sequence: number): number | undefined
}

/**
 * Which of some records break a rule by what was believed when each was written, and how: what a repair left out counted until then. The past is
 * told once for all of them, and once for each repair.
 */
export function brokenWhenWritten(
  ledger: Snapshot,
  isAsked: Skips,
  { isRepair, leftOutBy }: Believing
): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  let past = new Past()
  for (const { record, sequence } of ledger.records) {
    if (record === undefined) continue
    if (isRepair(sequence))
      past = pastBefore(ledger, sequence, other => (leftOutBy(other) ?? Number.POSITIVE_INFINITY) <= sequence)
    const problem = isAsked(sequence) ? findBrokenRule(record, past) : undefined
    if (problem !== undefined) found.set(sequence, problem)
    past.add(record)
  }
  return found
}

/** Which of some records break a rule if others do not count. */
export function brokenWithout(ledger: Snapshot, isAsked: Skips, skips: Skips): ReadonlySet<number> {
  const found = new Set<number>()
  const past = new Past()
  for (const { record, sequence } of ledger.records) {
    if (record === undefined) continue
    if (isAsked(sequence) && findBrokenRule(record, past) !== undefined) found.add(sequence)
    if (!skips(sequence)) past.add(record)
  }
  return found
}
