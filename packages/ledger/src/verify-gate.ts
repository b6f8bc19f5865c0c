import {
  gateChanges,
  judgeGate,
  type LedgerRecord,
  PLAN_EXPIRY,
  type Protection,
  partiesAtGate,
  type RecordOf,
  starterOf
} from '@sluice/core'
import { DECIDED } from './verify-accepted.ts'
import type { Past } from './verify-past.ts'

/** What the gates of a ledger's environments have to be. */
export interface GateRules {
  /**
   * Judges the gate that a plan or an intent was recorded with, by the policy that the record names.
   * @returns what is wrong; `undefined`: nothing, or nobody can tell.
   */
  readonly judgeGate?: (record: RecordOf<'planned' | 'started'>) => string | undefined
  /** Judges in the same way whom an adoption or a repair asked. */
  readonly judgeConsent?: (record: RecordOf<'adopted' | 'repaired'>) => string | undefined
}

/** What is found about a gate. */
export interface GateFinding {
  readonly problem?: string
  /** What the ledger says, and nobody can prove by it. */
  readonly note?: string
}

/**
 * What lets a deployment begin (promises 4 and 5), and what else only a reviewer's word lets happen: a gate as the policy demands it, the plan that was announced for it, and, where somebody is
 * asked, the approval of a second person, judged as it was judged then.
 */
export function findGate(record: LedgerRecord, past: Past, rules: GateRules): GateFinding {
  if (record.event === 'planned')
    return problemOnly(findPlanProblem(record) ?? findOtherEnvironment(record) ?? rules.judgeGate?.(record))
  if (record.event === 'adopted' || record.event === 'repaired') return problemOnly(rules.judgeConsent?.(record))
  if (record.event !== 'started') return {}
  const { environment, protection } = record
  if (protection === undefined)
    return { problem: `started in ${environment} without saying how its gate was protected` }
  const planned = past.announcementOf(record)
  const found =
    isAsked(protection) || isAsked(planned?.protection) ? findAnswer(record, planned, protection) : undefined
  if (found?.problem !== undefined) return found
  const fault = findSameGate(record, planned, protection) ?? findOtherEnvironment(record) ?? rules.judgeGate?.(record)
  return { ...found, ...problemOnly(fault) }
}

function problemOnly(problem: string | undefined): GateFinding {
  return problem === undefined ? {} : { problem }
}

/** The number of the GitHub Environment is that of the gate. */
function findOtherEnvironment({ event, environment, environmentId, protection }: LedgerRecord): string | undefined {
  return environmentId === undefined || environmentId === protection?.id
    ? undefined
    : `${event} for ${environment} at GitHub Environment ${environmentId}, but its gate is that of ${protection?.id}`
}

function isAsked(protection: Protection | undefined): boolean {
  return protection !== undefined && protection.reviewers.length > 0
}

/** A plan is announced with the gate as it stood, and, where somebody will be asked, with who may not answer. */
function findPlanProblem({ environment, protection, detail }: RecordOf<'planned'>): string | undefined {
  if (protection === undefined) return `planned for ${environment} without saying how its gate was protected`
  if (!isAsked(protection) || detail?.authors !== undefined) return undefined
  return `planned for ${environment}, whose gate has reviewers, without saying who wrote what it would bring`
}

function findAnswer(
  started: LedgerRecord,
  planned: LedgerRecord | undefined,
  protection: Protection
): GateFinding | undefined {
  const where = `started in ${started.environment}, whose gate has reviewers`
  if (planned === undefined) return { problem: `${where}, without a plan that this run recorded` }
  if (Date.parse(started.time) - Date.parse(planned.time) > PLAN_EXPIRY + DECIDED)
    return { problem: `${where}, after the plan of record ${planned.sequence} had expired` }
  const gate = judgeGate({
    snapshot: planned.approvals ?? [],
    answers: started.approvals ?? [],
    parties: partiesAtGate(starterOf(started), planned),
    planned: planned.protection,
    now: protection
  })
  if (gate.open) {
    if (gate.proof === 'named') return undefined
    const teams = protection.reviewers.filter(({ type }) => type === 'Team').map(({ name }) => name)
    const who = `started in ${started.environment} with the approval of ${gate.approval.login}, who was`
    // Members are asked for at the start: GitHub does not tell who was one before.
    return gate.proof === 'confirmed'
      ? {
          note: `${who} a member of ${teams.join(' or ')} when the deployment started: the ledger does not prove that of when the plan was made`
        }
      : { note: `${who} a reviewer only as a member of ${teams.join(' or ')}: the ledger does not prove that` }
  }
  switch (gate.why) {
    case 'rejected':
      return { problem: `${where}, though ${gate.answer.login} rejected the plan` }
    case 'unanswered':
      return { problem: `${where}, without a new approval of the plan` }
    case 'changed':
      return { problem: `${where}, though the gate had changed since the plan: ${gate.changes.join('; ')}` }
    case 'objected':
      return { problem: `${where}, with no approval that counts: ${gate.objections.join('; ')}` }
  }
}

/** Who is not asked cannot tell: a GitHub Environment that was made anew since the plan lets in whom it likes. */
function findSameGate(
  { environment }: LedgerRecord,
  planned: LedgerRecord | undefined,
  protection: Protection
): string | undefined {
  if (planned?.protection === undefined) return undefined
  const changes = gateChanges(planned.protection, protection)
  return changes.length === 0
    ? undefined
    : `started in ${environment}, though the gate had changed since the plan: ${changes.join('; ')}`
}
