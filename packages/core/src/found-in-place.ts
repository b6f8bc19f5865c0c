import type { Digest } from './digest.ts'
import type { LedgerEvent } from './ledger-event.ts'
import { type RecordDraft, unchangedBy } from './record.ts'

/** What is asked of a record, or of what is to become one. */
interface Told {
  readonly event: LedgerEvent
  readonly detail?: object
}

/** Whether what was live already was accepted anew, whatever had been begun: a plan found nothing to change, and the checks passed. */
export function confirmsLive({ event, detail }: Told): boolean {
  return event === 'accepted' && detail !== undefined && 'unchanged' in detail && detail.unchanged === true
}

/** Whether a release was found to be what is there, so that it was not deployed. The one definition: who writes, who verifies and who shows go by it. */
export function foundInPlace(record: Told): boolean {
  return record.event === 'unchanged' || confirmsLive(record)
}

/** The release that another was compared with where its announcement found that it changes nothing: what becomes of the one becomes of the other. */
export function announcedAs(record: RecordDraft, environment: string): Digest | undefined {
  return unchangedBy(record).find(place => place.environment === environment)?.release
}
