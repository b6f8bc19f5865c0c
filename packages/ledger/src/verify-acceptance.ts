import type { LedgerRecord, Release } from '@sluice/core'
import type { Past } from './verify-past.ts'

/**
 * What lets a release be called accepted (promise 3): this run deployed it, or it is made of the very units that were live; and nothing that
 * the same attempt recorded before speaks against it.
 */
export function findAcceptanceProblem(record: LedgerRecord, past: Past): string | undefined {
  if (record.event !== 'accepted' && record.event !== 'unchanged') return undefined
  const { event, environment = '', release, run } = record
  if (release === undefined) return undefined
  if (past.facts.has(`bypassed ${environment} ${run.repository} ${run.id} ${run.attempt}`))
    return `${event} in ${environment} by an attempt whose gate was bypassed`
  if (event === 'unchanged' || record.detail?.unchanged === true) return findMoved(record, environment, past)
  const deployed = `deployed ${environment} ${release.digest}`
  if (!past.facts.has(deployed)) return `accepted in ${environment} a release that was not deployed there`
  return past.facts.has(`${deployed} ${run.repository} ${run.id}`)
    ? undefined
    : `accepted in ${environment} by run ${run.id} a release that it did not deploy`
}

/** What was left as it is was there: the ledger holds something as live, and it has the same units. */
function findMoved({ event, release, time }: LedgerRecord, environment: string, past: Past): string | undefined {
  if (release === undefined) return undefined
  const lived = past.lived(environment, time)
  if (lived.length === 0) return `${event} in ${environment}, where nothing was deployed before`
  const document = past.documents.get(release.digest)
  const isSame = lived.some(live => live === release.digest || haveSameUnits(document, past.documents.get(live)))
  return isSame
    ? undefined
    : `${event} in ${environment}, where other units were live than release ${release.digest} has`
}

/**
 * Whether two releases are made of the same. A fingerprint is enough where the digest is another, and the other way round: the one may be built
 * anew, the other may be counted anew by a newer version.
 */
function haveSameUnits(one: Release | undefined, other: Release | undefined): boolean {
  if (one === undefined || other === undefined) return false
  const names = Object.keys(one.units)
  if (names.length !== Object.keys(other.units).length) return false
  return names.every(name => {
    const [a, b] = [one.units[name], other.units[name]]
    return a?.kind === b?.kind && (a?.digest === b?.digest || a?.fingerprint === b?.fingerprint)
  })
}
