import * as v from 'valibot'
import { plural } from './plural.ts'
import { count, digest, listOf, members } from './shape.ts'

const SKIPPED_RECORD = members({
  sequence: count,
  /** SHA-256 of the file, as it lies there. */
  hash: digest,
  /** SHA-256 of the file of the record before it: what a record that is not valid says of that counts for nothing. Absent for the first. */
  previous: v.exactOptional(digest),
  /** Why it is not valid. */
  why: v.string()
})

/** A record that is left out, as the record that leaves it out names it. */
export type SkippedRecord = v.InferOutput<typeof SKIPPED_RECORD>

/** What a `repaired` record says in `detail`. */
export const REPAIR_DETAIL = members({
  /** Whoever records it gives one, and `sluice verify` misses it. */
  reason: v.exactOptional(v.string()),
  /** The newest record of the section that counts; absent: there is none. */
  good: v.exactOptional(members({ sequence: count, hash: digest })),
  /** Oldest first. */
  skipped: v.exactOptional(listOf(SKIPPED_RECORD)),
  /** Records are left, here or in other sections, that have to be left out before anybody may go on. */
  more: v.exactOptional(v.boolean())
})

type RepairDetail = v.InferOutput<typeof REPAIR_DETAIL>

/**
 * What leaving out a repair does, in sentences: it was right by a `ledger.trust` that was changed since. None where it left out nothing.
 * @param sequence of the `repaired` record.
 */
export function withoutRepair(sequence: number, { skipped = [] }: Pick<RepairDetail, 'skipped'>): readonly string[] {
  if (skipped.length === 0) return []
  const numbers = skipped.map(it => it.sequence)
  return [
    `Record ${sequence} is a repair itself: it left out ${plural(numbers.length, 'record')} (${numbers.join(', ')}), which count again without it.`,
    'That is right if their key did not leak, and `until` was too low. If it leaked, write back the `until` from before: then there is nothing to repair.'
  ]
}
