import type { LedgerRecord } from '@sluice/core'
import { type Known, retrace } from '@sluice/ledger'
import { isSameAttempt } from './acceptance-state.ts'

/** An environment after one of its records. */
export interface Moment {
  readonly record: LedgerRecord
  readonly known: Known
  /** The record since which it may have something else than was deployed last, where nothing has settled that. */
  readonly unknownSince: LedgerRecord | undefined
}

/** Retraces an environment. @param here its records, oldest first. */
export function* momentsOf(here: readonly LedgerRecord[]): Generator<Moment> {
  let unknownSince: LedgerRecord | undefined
  let n = 0
  for (const known of retrace(here)) {
    const record = here[n]
    n += 1
    if (record === undefined) continue
    unknownSince = isSettled(known) ? undefined : (unknownSince ?? known.judged)
    yield { record, known, unknownSince }
  }
}

/** How an environment is now; `undefined` before its first record. */
export function lastMomentOf(here: readonly LedgerRecord[]): Moment | undefined {
  let last: Moment | undefined
  for (const moment of momentsOf(here)) last = moment
  return last
}

/** Whether the ledger knows what is there: what was deployed last, or was accepted since. */
function isSettled({ judged, deployed }: Known): boolean {
  if (judged === undefined || judged.event === 'accepted' || judged === deployed) return true
  // It says that its own deployment was not approved, which changes nothing of what that was.
  return judged.event === 'bypassed' && deployed !== undefined && isSameAttempt(judged, deployed)
}
