import { approvalsSince, type LedgerRecord } from '@sluice/core'
import type { LedgerProblem, Snapshot } from './snapshot.ts'

/** Events that are about one release in one environment and can only follow a release of that digest. */
const NEEDS_RELEASE: ReadonlySet<string> = new Set(['planned', 'started', 'deployed', 'unchanged', 'accepted'])

/** What has happened so far. */
interface Past {
  /** `<event> <what it was about>` */
  readonly facts: Set<string>
  /** The plans that were announced, by environment and run: each with the gate as it stood, and the answers that were there before. */
  readonly announced: Map<string, LedgerRecord>
}

/**
 * Each event follows from earlier ones. Only rules that no honest run can break: a run that dies between two records, is repeated, or is
 * overtaken by another must not look like fraud.
 */
export function* orderProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const past: Past = { facts: new Set(), announced: new Map() }
  for (const { record, path, sequence } of ledger.records) {
    if (record === undefined) continue
    const problem = findOrderProblem(record, past)
    if (problem !== undefined) yield { path, sequence, problem }
    for (const fact of factsOf(record)) past.facts.add(fact)
    if (record.event === 'planned') past.announced.set(gateOf(record), record)
  }
}

function findOrderProblem(record: LedgerRecord, { facts, announced }: Past): string | undefined {
  const { event, environment, release, run } = record
  if (NEEDS_RELEASE.has(event)) {
    if (environment === undefined || release === undefined) return `${event} names no environment or no release`
    if (!facts.has(`released ${release.digest}`)) {
      return `${event} of release ${release.digest}, which was never released or adopted`
    }
  }
  const place = `${environment} ${release?.digest}`
  if (event === 'started' && !isApproved(record, announced.get(gateOf(record)))) {
    return `started in ${environment}, whose gate has reviewers, without a new approval of the plan`
  }
  if (event === 'deployed' && !facts.has(`started ${place} ${run.repository} ${run.id}`)) {
    return `deployed in ${environment} by run ${run.id}, which never recorded that it started`
  }
  // What was left unchanged may have been deployed by a run that died before it could say so, or before there was a ledger.
  if (event === 'accepted' && record.detail?.['unchanged'] !== true && !facts.has(`deployed ${place}`)) {
    return `accepted in ${environment} a release that was not deployed there`
  }
  return undefined
}

/** Whether somebody approved after the plan was announced, if its gate had reviewers; a gate without any asks nobody. */
function isApproved(started: LedgerRecord, planned: LedgerRecord | undefined): boolean {
  const protection = started.protection ?? planned?.protection
  if (protection === undefined || protection.reviewers.length === 0) return true
  return approvalsSince(planned?.approvals ?? [], started.approvals ?? []).some(({ state }) => state === 'approved')
}

function gateOf({ environment, run }: LedgerRecord): string {
  return `${environment} ${run.repository} ${run.id}`
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
