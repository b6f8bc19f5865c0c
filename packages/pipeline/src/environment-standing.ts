import type { LedgerRecord } from '@sluice/core'

/** Where an environment stands, by its records. */
export interface Standing {
  /** The release that was last found to change nothing, if there is one since the last deployment, and that deployment. Newest first. */
  readonly live: readonly LedgerRecord[]
  /** Runs that have not said yet what became of the environment. Newest first. */
  readonly open: readonly OpenRun[]
}

/** An attempt of a run that announced itself, and whose outcome is not on the ledger. */
export interface OpenRun {
  /** The newest that it wrote. */
  readonly last: LedgerRecord
  /** Sequence of its `started` record; absent while it has only planned. */
  readonly begun: number | undefined
}
