import * as v from 'valibot'
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
