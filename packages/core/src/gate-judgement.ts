import { gateChanges } from './gate-changes.ts'
import type { Approval, Protection, Reviewer } from './gate-record.ts'
import { approvalsSince } from './new-approvals.ts'
import { objectionTo, type Party } from './self-approval.ts'

/** What is known of a gate that asks reviewers, when somebody wants to pass it. */
export interface AskedGate {
  /** The answers that were there when the plan was made. */
  readonly snapshot: readonly Approval[]
  /** The answers that are there now. */
  readonly answers: readonly Approval[]
  /** Who has a part in the delivery: none of them is a second person. */
  readonly parties: readonly Party[]
  /** The gate as it was when the plan was made; absent where that was not recorded. */
  readonly planned: Protection | undefined
  /** The gate as it is now. */
  readonly now: Protection
}

/**
 * How it is known that who answered was asked: as one of the reviewers, by GitHub's number; as a member of a team, which GitHub confirmed to
 * who wrote it down, of the moment when the deployment started; or not at all, since nobody may read the team.
 */
export type ReviewerProof = 'named' | 'confirmed' | 'undecided'

/** Whether a gate is open, and by whose word; or the first reason why it is not. */
export type GateJudgement =
  | {
      readonly open: true
      readonly approval: Approval
      readonly proof: ReviewerProof
      readonly fresh: readonly Approval[]
    }
  | { readonly open: false; readonly why: 'rejected'; readonly answer: Approval }
  | { readonly open: false; readonly why: 'unanswered' }
  | { readonly open: false; readonly why: 'changed'; readonly changes: readonly string[] }
  /** Each as `<login>, <objection>`. */
  | { readonly open: false; readonly why: 'objected'; readonly objections: readonly string[] }

/** Whether some answers open a gate, or why they do not. */
export type AnswersJudgement = Exclude<GateJudgement, { readonly why: 'changed' }>

/** The best proof first: one approval is enough, so the one that shows most is told. */
const PROOFS: readonly ReviewerProof[] = ['named', 'confirmed', 'undecided']

/**
 * Whether a plan was approved: by a new answer since it was made, of a reviewer who has no part in it, at the gate that it was made for, and
 * rejected by nobody (promise 5). Who lets a deployment begin and who verifies the ledger years later have this one rule.
 */
export function judgeGate({ snapshot, answers, parties, planned, now }: AskedGate): GateJudgement {
  const judged = judgeAnswers(approvalsSince(snapshot, answers), parties, now)
  if (!judged.open && judged.why !== 'objected') return judged
  const changes = planned === undefined ? ['how it was protected then was not recorded'] : gateChanges(planned, now)
  return changes.length > 0 ? { open: false, why: 'changed', changes } : judged
}

/** The same of answers to what has no plan: they were all given at the gate as it is, so that it cannot have changed meanwhile. */
export function judgeAnswers(
  fresh: readonly Approval[],
  parties: readonly Party[],
  { reviewers }: Pick<Protection, 'reviewers'>
): AnswersJudgement {
  const rejected = fresh.find(({ state }) => state === 'rejected')
  if (rejected !== undefined) return { open: false, why: 'rejected', answer: rejected }
  if (fresh.length === 0) return { open: false, why: 'unanswered' }
  const judged = fresh.map(answer => {
    const proof = proofOf(answer, reviewers)
    const objection = objectionTo(answer, parties) ?? (proof === undefined ? NOT_ASKED : undefined)
    return { answer, proof, objection }
  })
  for (const wanted of PROOFS) {
    const counts = judged.find(({ proof, objection }) => proof === wanted && objection === undefined)
    if (counts !== undefined) return { open: true, approval: counts.answer, proof: wanted, fresh }
  }
  const objections = judged.map(({ answer, objection }) => `${answer.login}, ${objection}`)
  return { open: false, why: 'objected', objections: [...new Set(objections)] }
}

const NOT_ASKED = 'who was not among the reviewers when the plan was made'

/** Whether somebody is a reviewer by name, or rather by GitHub's number of the account: logins can be given to somebody else. */
export function isNamedReviewer(userId: string, reviewers: readonly Reviewer[]): boolean {
  return reviewers.some(({ type, id }) => type === 'User' && id === userId)
}

/** How somebody who answered is known to be a reviewer; absent: they are none. What an answer says of it counts only where a team was asked. */
function proofOf({ userId, reviewer }: Approval, reviewers: readonly Reviewer[]): ReviewerProof | undefined {
  if (isNamedReviewer(userId, reviewers)) return 'named'
  if (reviewer === 'no' || !reviewers.some(({ type }) => type === 'Team')) return undefined
  return reviewer === 'member' ? 'confirmed' : 'undecided'
}
