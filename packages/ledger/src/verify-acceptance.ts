import {
  checksIn,
  type Digest,
  findEvidence,
  foundInPlace,
  type LedgerRecord,
  type Release,
  readChecks,
  sameAs,
  unchangedBy
} from '@sluice/core'
import type { Past } from './verify-past.ts'
import type { Documents } from './verify-release.ts'

/**
 * What lets a release be called accepted (promise 3): this run deployed it, or it is made of the very units that were live; its checks passed, as the
 * report beside the record says; and nothing that the same attempt recorded before speaks against it.
 */
export function findAcceptanceProblem(record: LedgerRecord, evidence: Documents, past: Past): string | undefined {
  if (record.event !== 'accepted' && record.event !== 'unchanged') return undefined
  const { environment = '', release } = record
  if (release === undefined) return undefined
  const problem =
    findBypass(record, past) ?? findOvertaken(record, past) ?? findUnproven(record, release.digest, evidence)
  if (problem !== undefined) return problem
  return foundInPlace(record)
    ? (findMoved(record, environment, past) ?? findUnconfirmed(record, past))
    : findUndeployed(record, past)
}

/**
 * Why what was left as it is cannot count as accepted: it names what was deployed, so that it stands and falls with that, and, where no check asked
 * anything, the acceptance of what was live, which nothing had ended.
 */
export function findUnconfirmed(record: LedgerRecord, past: Past): string | undefined {
  const { event, environment = '', time } = record
  if (!foundInPlace(record)) return undefined
  const same = sameAs(record)
  if (same === undefined) return `${event} in ${environment} without saying which deployment was found in place`
  if (!past.lived(environment, time).includes(same))
    return `${event} in ${environment} as the same as release ${same}, which was not live there`
  if (record.event !== 'unchanged') return undefined
  const by = record.detail?.acceptedBy
  if (by === undefined) return `unchanged in ${environment} without naming what accepted it`
  return past.acceptances.confirmedIn(environment, time).some(({ sequence }) => sequence === by)
    ? undefined
    : `unchanged in ${environment} by record ${by}, which is no acceptance of what was live there then`
}

/** Why an attempt cannot have accepted anything: it told before that its gate was bypassed. */
export function findBypass({ event, environment, run }: LedgerRecord, past: Past): string | undefined {
  if (event !== 'accepted' && event !== 'unchanged') return undefined
  return past.facts.has(`bypassed ${environment} ${run.repository} ${run.id} ${run.attempt}`)
    ? `${event} in ${environment} by an attempt whose gate was bypassed`
    : undefined
}

/**
 * Why an acceptance cannot have been written: the release was withdrawn behind the back of the run, which would have been refused. What was
 * withdrawn is accepted anew only by a run that begins to deploy it once more.
 */
export function findOvertaken(record: LedgerRecord, { facts }: Past): string | undefined {
  const { event, environment, release, run } = record
  if (event !== 'accepted' || release === undefined) return undefined
  const place = `${environment} ${release.digest}`
  const [since, missing] = foundInPlace(record)
    ? [`passed ${place}`, 'no one accepted since']
    : [`started ${place} ${run.repository} ${run.id}`, `run ${run.id} did not start since`]
  const withdrawn = facts.get(`withdrawn ${place}`)
  return withdrawn === undefined || withdrawn < (facts.get(since) ?? 0)
    ? undefined
    : `accepted in ${environment} a release that record ${withdrawn} withdrew there, and that ${missing}`
}

/** Why a run cannot have accepted what it did not find there: it did not deploy it. */
export function findUndeployed(record: LedgerRecord, past: Past): string | undefined {
  const { event, environment, release, run } = record
  if (event !== 'accepted' || release === undefined || foundInPlace(record)) return undefined
  const deployed = `deployed ${environment} ${release.digest}`
  if (!past.facts.has(deployed)) return `accepted in ${environment} a release that was not deployed there`
  return past.facts.has(`${deployed} ${run.repository} ${run.id}`)
    ? undefined
    : `accepted in ${environment} by run ${run.id} a release that it did not deploy`
}

/** Of what was accepted, the report of its checks is there: whoever doubts it looks at that, and not for a job that GitHub forgets. */
function findUnproven(record: LedgerRecord, release: Digest, evidence: Documents): string | undefined {
  if (record.event !== 'accepted') return undefined
  const { environment, detail } = record
  const named = findEvidence(record, 'checks')
  if (named === undefined) return `accepted in ${environment} without a report of its checks`
  const bytes = evidence.get(named)
  if (bytes === undefined) return `accepted in ${environment}, and the report of its checks is missing`
  const report = readChecks(Buffer.from(bytes).toString('utf8'))
  if (report?.environment !== environment || report?.release !== release)
    return `accepted in ${environment} by a report that is not of this release there`
  if (!report.checks.every(({ passed }) => passed))
    return `accepted in ${environment}, though a check of its report did not pass`
  const count = checksIn(report)
  return count === detail?.checks
    ? undefined
    : `accepted in ${environment} by ${detail?.checks ?? 'no'} checks, but its report is of ${count}`
}

/**
 * A release that is announced to change nothing (`detail.unchanged`) is made of what was live, and that was accepted: no plan and no check
 * looks at it any more.
 */
export function findUnchangedProblem(record: LedgerRecord, past: Past): string | undefined {
  const document = record.release === undefined ? undefined : past.documents.get(record.release.digest)
  for (const { environment, release } of unchangedBy(record)) {
    const isAccepted =
      past.facts.has(`accepted ${environment} ${release}`) &&
      past.acceptances.confirmedIn(environment, record.time).length > 0
    if (!isAccepted)
      return `it says that it changes nothing in ${environment}, where release ${release} was not accepted`
    if (!haveSameUnits(document, past.documents.get(release)))
      return `it says that it changes nothing in ${environment}, but it has other units than release ${release}`
    if (!past.lived(environment, record.time).some(live => haveSameUnits(document, past.documents.get(live))))
      return `it says that it changes nothing in ${environment}, where other units were live`
  }
  return undefined
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
