export { type Acceptance, findAcceptance, findUndoing, findWithdrawal, isWithdrawal } from './acceptance.ts'
export { type ApprovalRequest, decodeApprovals, evaluateApproval } from './approval.ts'
export { commitsToAsk, decodeAuthors } from './authors.ts'
export {
  type DecidingRef,
  decodeBranchRules,
  decodeBranchStanding,
  decodeTagStanding,
  evaluateRefs,
  MOST_RULES
} from './deciding-refs.ts'
export { guardianOf } from './guardian.ts'
export {
  decodeJobs,
  deploysOfOthers,
  jobsOfStage,
  type OwnDeploy,
  type OwnQuestion,
  otherQuestions,
  type RanJob
} from './jobs.ts'
export { deriveOutcome, isExplained } from './outcome.ts'
export type { Outcome, OutcomeRequest } from './outcome-request.ts'
export { evaluateAcceptance, evaluatePromotion, type PromotionRequest } from './promotion.ts'
export { decodeProtection, type ExpectedGate, evaluateProtection, evaluateSameGate } from './protection.ts'
export { evaluateReviewers, type Membership, reviewerStanding, teamsToAsk } from './reviewers.ts'
export type { Refusal, Verdict } from './verdict.ts'
