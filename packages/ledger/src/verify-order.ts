import { approvalOfAnother, approvalsSince, type Digest, EVENT_RULES, type LedgerRecord } from '@sluice/core'
import { findAdoptionProblem } from './adoption-problem.ts'
import { recordPath } from './paths.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'

export interface OrderRules {
  /**
   * The order of the environments, as delivery.yml has it now: none may be skipped (promise 3). The ledger does not tell the order of its past,
   * so an environment joins with its first record: what was delivered before is not wrong because it was put in between later. One without
   * any record is demanded all along.
   */
  readonly environments?: readonly string[]
}

/** What has happened so far. */
interface Past {
  /** `<event> <what it was about>` */
  readonly facts: Set<string>
  /** The plans that were announced, by environment and run: each with the gate as it stood, and the answers that were there before. */
  readonly announced: Map<string, LedgerRecord>
  /** Environments that have a record. */
  readonly joined: Set<string>
  /** The withdrawals that hold, by environment and release: until the release is accepted anew. */
  readonly withdrawn: Map<string, LedgerRecord>
}

/** What the whole ledger says, also of what comes later in it. */
interface Frame {
  readonly environments: readonly string[]
  /** The commit of each release, as the registry's account announced it first. */
  readonly commits: ReadonlyMap<Digest, string>
}

/**
 * Each event follows from earlier ones. Only rules that no honest run can break: a run that dies between two records, is repeated, or is
 * overtaken by another must not look like fraud.
 */
export function* orderProblems(ledger: Snapshot, rules: OrderRules): Generator<LedgerProblem> {
  const records = ledger.records.flatMap(({ record }) => (record === undefined ? [] : [record]))
  const seen = new Set(records.map(({ environment }) => environment))
  const { environments = [] } = rules
  const frame: Frame = { environments, commits: commitsOf(records) }
  const past: Past = {
    facts: new Set(),
    announced: new Map(),
    joined: new Set(environments.filter(name => !seen.has(name))),
    withdrawn: new Map()
  }
  for (const record of records) {
    const { sequence, environment } = record
    const problem =
      findCommitProblem(record, frame) ??
      findOrderProblem(record, past) ??
      findSkip(record, frame, past) ??
      findWithdrawalProblem(record, frame, past) ??
      findAdoptionProblem(record)
    if (problem !== undefined) yield { path: recordPath(sequence), sequence, problem }
    for (const fact of factsOf(record)) past.facts.add(fact)
    if (record.event === 'planned') past.announced.set(gateOf(record), record)
    noteWithdrawal(record, past)
    if (environment !== undefined) past.joined.add(environment)
  }
}

function commitsOf(records: readonly LedgerRecord[]): ReadonlyMap<Digest, string> {
  const announced = records.filter(({ event }) => event === 'released').reverse()
  return new Map(announced.flatMap(({ release }) => (release === undefined ? [] : [[release.digest, release.commit]])))
}

/** A release is of one commit: newer and older are told by it (promise 8). */
function findCommitProblem({ release }: LedgerRecord, { commits }: Frame): string | undefined {
  if (release === undefined) return undefined
  const commit = commits.get(release.digest)
  if (commit === undefined || commit === release.commit) return undefined
  return `it says commit ${release.commit} of release ${release.digest}, which was released of ${commit}`
}

function findOrderProblem(record: LedgerRecord, { facts, announced }: Past): string | undefined {
  const { event, environment, release, run } = record
  if (EVENT_RULES[event].needsRelease) {
    if (release === undefined) return `${event} names no release`
    if (!facts.has(`released ${release.digest}`)) {
      return `${event} of release ${release.digest}, which was never released`
    }
  }
  const place = `${environment} ${release?.digest}`
  if (event === 'started') {
    const refusal = findGateProblem(record, announced.get(gateOf(record)))
    if (refusal !== undefined) return `started in ${environment}, whose gate has reviewers, ${refusal}`
  }
  if (event === 'deployed' && !facts.has(`started ${place} ${run.repository} ${run.id}`)) {
    return `deployed in ${environment} by run ${run.id}, which never recorded that it started`
  }
  // What was left unchanged may have been deployed by a run that died before it could say so, or before there was a ledger.
  if (record.event === 'accepted' && record.detail?.unchanged !== true && !facts.has(`deployed ${place}`)) {
    return `accepted in ${environment} a release that was not deployed there`
  }
  return undefined
}

/** Why the gate was not open, if it had reviewers: since the plan was announced somebody else must have approved, and nobody rejected. */
function findGateProblem(started: LedgerRecord, planned: LedgerRecord | undefined): string | undefined {
  const protection = started.protection ?? planned?.protection
  if (protection === undefined || protection.reviewers.length === 0) return undefined
  const fresh = approvalsSince(planned?.approvals ?? [], started.approvals ?? [])
  const rejected = fresh.find(({ state }) => state === 'rejected')
  if (rejected !== undefined) return `though ${rejected.login} rejected the plan`
  if (fresh.length === 0) return 'without a new approval of the plan'
  return approvalOfAnother(fresh, started.actor) === undefined
    ? `with no approval but that of ${started.actor.login}, who started it`
    : undefined
}

/**
 * Why a release could not enter an environment: it was not accepted in the one before. What was accepted in the environment itself may come
 * back: a rollback needs no more, and got there by the order of its time.
 */
function findSkip(record: LedgerRecord, { environments }: Frame, { facts, joined }: Past): string | undefined {
  const { event, environment = '', release } = record
  if (event !== 'started' || facts.has(`accepted ${environment} ${release?.digest}`)) return undefined
  const before = environmentBefore(environment, { environments, joined })
  if (before === undefined || facts.has(`accepted ${before} ${release?.digest}`)) return undefined
  return `started in ${environment} a release that was not accepted in ${before}`
}

function environmentBefore(
  environment: string,
  { environments, joined }: { readonly environments: readonly string[]; readonly joined: ReadonlySet<string> }
): string | undefined {
  return environments.slice(0, Math.max(0, environments.indexOf(environment))).findLast(name => joined.has(name))
}

/** How long a run may have decided before it could record its start, in milliseconds: a withdrawal of that time may have come too late for it. */
const DECIDED = 10 * 60_000

/**
 * What was withdrawn in an environment enters it again only as a hotfix, and the next one not at all, until it was accepted anew. What was
 * accepted in the next one already may come back there: a rollback asks nobody else.
 */
function findWithdrawalProblem(
  record: LedgerRecord,
  { environments }: Frame,
  { facts, joined, withdrawn }: Past
): string | undefined {
  const { environment = '', release } = record
  if (record.event === 'withdrawn' && (record.detail?.reason ?? '').trim() === '') return 'withdrawn without a reason'
  if (record.event !== 'started' || release === undefined) return undefined
  const find = (where: string): LedgerRecord | undefined => {
    const it = withdrawn.get(`${where} ${release.digest}`)
    return it === undefined || Date.parse(record.time) - Date.parse(it.time) < DECIDED ? undefined : it
  }
  const here = find(environment)
  if (here !== undefined && record.detail?.promotion?.kind !== 'hotfix')
    return `started in ${environment} a release that was withdrawn there by record ${here.sequence}`
  if (facts.has(`accepted ${environment} ${release.digest}`)) return undefined
  const before = environmentBefore(environment, { environments, joined })
  const there = before === undefined ? undefined : find(before)
  return there === undefined
    ? undefined
    : `started in ${environment} a release that was withdrawn in ${before} by record ${there.sequence}`
}

function noteWithdrawal(record: LedgerRecord, { withdrawn }: Past): void {
  const { environment, release } = record
  if (release === undefined) return
  if (record.event === 'accepted') withdrawn.delete(`${environment} ${release.digest}`)
  if (record.event !== 'withdrawn') return
  for (const digest of [release.digest, ...(record.detail?.also ?? [])])
    withdrawn.set(`${environment} ${digest}`, record)
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
    case 'started':
      return [`started ${place} ${run.repository} ${run.id}`]
    case 'deployed':
      return [`deployed ${place}`]
    case 'unchanged':
      return [`deployed ${place}`, `accepted ${place}`]
    case 'accepted':
      return [`accepted ${place}`]
    default:
      return []
  }
}
