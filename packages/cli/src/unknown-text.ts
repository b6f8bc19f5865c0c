import { type LedgerRecord, releaseId } from '@sluice/core'
import type { Stay } from './stay.ts'

/** Why it is not known what an environment has since a record. */
export function unknownText({ event, run, release }: LedgerRecord): string {
  switch (event) {
    case 'started':
      return `run ${run.id} began to deploy ${release === undefined ? 'a release' : releaseId(release.digest)}, and the ledger does not hold that as done`
    case 'bypassed':
      return `run ${run.id} passed the gate without an approval`
    default:
      return 'a repair changed what was known of it, and what is live has to be accepted anew'
  }
}

/** Until when a release was what an environment had, and since when that is not sure. */
export function untilText({
  until,
  unknownSince,
  replacing
}: Pick<Stay, 'until' | 'unknownSince' | 'replacing'>): string {
  const last = until === undefined ? 'now, by this ledger' : new Date(until).toISOString()
  const end = replacing === undefined ? last : `between ${replacing.time} [record ${replacing.sequence}] and ${last}`
  if (unknownSince === undefined) return end
  const why = `unknown since ${unknownSince.time}: ${unknownText(unknownSince)} [record ${unknownSince.sequence}]`
  return until === undefined ? why : `${end} at the latest; ${why}`
}
