import { canonicalJson, count, type Digest, digest, type LedgerRecord, type RecordDraft, sha256 } from '@sluice/core'

/** The members of a {@link Reference}, for the forms that have more. */
export const REFERENCE = { sequence: count, body: digest }

/**
 * A record as index and states name it. The number alone would fit another record of a ledger that was rewound and carried on: what was signed once
 * stays signed. A record commits to the states, so they cannot hold its hash; its body is all that it says besides.
 */
export interface Reference {
  readonly sequence: number
  /** See {@link digestOfBody}. */
  readonly body: Digest
}

/** A record that has its place, before it is known what it commits to, and who signs. */
export type RecordBody = RecordDraft & Pick<LedgerRecord, 'version' | 'sequence' | 'previous' | 'time'>

/** The SHA-256 of a record without `state` and `key`, as canonical JSON. It holds `previous`, so it is of this ledger only. */
export function digestOfBody(record: RecordBody): Digest {
  const { state: _, key: __, ...body }: RecordBody & Partial<Pick<LedgerRecord, 'state' | 'key'>> = record
  return sha256(canonicalJson(body))
}

/** A record that is added to a section, and how the section will name it. */
export interface Added {
  readonly record: RecordBody
  readonly reference: Reference
}
