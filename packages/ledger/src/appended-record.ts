import type { Digest, LedgerRecord } from '@sluice/core'

/** A record on the ledger, with its hash. */
export interface AppendedRecord {
  readonly record: LedgerRecord
  readonly hash: Digest
}

/** A file of the ledger branch. */
export interface LedgerFile {
  readonly path: string
  readonly content: Uint8Array
}
