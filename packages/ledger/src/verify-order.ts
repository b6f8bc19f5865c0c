import type { LedgerRecord } from '@sluice/core'
import type { LedgerProblem, Snapshot } from './snapshot.ts'

/** Events that are about one release in one environment and can only follow a release of that digest. */
const NEEDS_RELEASE: ReadonlySet<string> = new Set(['planned', 'started', 'deployed', 'unchanged', 'accepted'])

/**
 * Each event follows from earlier ones. Only rules that no honest run can break: a run that dies between two records, is repeated, or is
 * overtaken by another must not look like fraud.
 */
export function* orderProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const seen = new Set<string>()
  for (const { record, path, sequence } of ledger.records) {
    if (record === undefined) continue
    const problem = findOrderProblem(record, seen)
    if (problem !== undefined) yield { path, sequence, problem }
    for (const fact of factsOf(record)) seen.add(fact)
  }
}

function findOrderProblem(record: LedgerRecord, seen: ReadonlySet<string>): string | undefined {
  const { event, environment, release, run } = record
  if (NEEDS_RELEASE.has(event)) {
    if (environment === undefined || release === undefined) return `${event} names no environment or no release`
    if (!seen.has(`released ${release.digest}`))
      return `${event} of release ${release.digest}, which was never released or adopted`
  }
  const place = `${environment} ${release?.digest}`
  if (event === 'started' && isGated(record) && !record.approvals?.some(approval => approval.state === 'approved')) {
    return `started in ${environment}, whose gate has reviewers, without an approval`
  }
  if (event === 'deployed' && !seen.has(`started ${place} ${run.repository} ${run.id}`)) {
    return `deployed in ${environment} by run ${run.id}, which never recorded that it started`
  }
  if (event === 'accepted' && !seen.has(`deployed ${place}`)) {
    return `accepted in ${environment} a release that was neither deployed nor unchanged there`
  }
  return undefined
}

/** Whether the gate, as it stood when the record was made, let nobody through without a reviewer. */
function isGated(record: LedgerRecord): boolean {
  const { protection } = record
  return protection !== undefined && protection.reviewers.length > 0 && !protection.adminBypass
}

/** What a record lets later ones rely on. */
function factsOf(record: LedgerRecord): readonly string[] {
  const { event, environment, release, run } = record
  if (release === undefined) return []
  const place = `${environment} ${release.digest}`
  switch (event) {
    case 'released':
      return [`released ${release.digest}`]
    case 'adopted':
      return [`released ${release.digest}`, `deployed ${place}`]
    case 'started':
      return [`started ${place} ${run.repository} ${run.id}`]
    case 'deployed':
    case 'unchanged':
      return [`deployed ${place}`]
    default:
      return []
  }
}
