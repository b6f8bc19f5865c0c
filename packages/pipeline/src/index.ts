export { noteApplied, requireApplied } from './applied-plan.ts'
export { partiesOfRun } from './authors.ts'
export { requireBoundConfig, requireOwnConfig } from './bound-config.ts'
export { requireConsent } from './consent.ts'
export { requirePolicyOfNow } from './current-policy.ts'
export { findDeadRuns, findRunsThatAreOver, isRunOver } from './dead-runs.ts'
export type { OpenRun, Standing } from './environment-standing.ts'
export { groundsIn } from './grounds-in.ts'
export type { History } from './history.ts'
export { historyOf } from './history-of.ts'
export { requireTimeToApply } from './job-budget.ts'
export { isLive } from './live-release.ts'
export { requireOnlyAdoption } from './only-adoption.ts'
export { pipelineOfAction, SHARED_INPUTS } from './open-action.ts'
export type { OpsRegistry } from './ops-registry.ts'
export { endOfAttempt, halfOf, partialOf } from './partial-of.ts'
export { openPipeline, type Pipeline, type PipelineOptions } from './pipeline.ts'
export { requireProtectedRefs, requireProtectedRefsOf } from './protected-refs.ts'
export { relateToLive } from './relate-to-live.ts'
export { previewOfRepair, type RepairedSection, type RepairPreview, repairSection } from './repair-section.ts'
export { acceptanceAsGrounds, type Entrant, requireAcceptance, withdrawalOfLive } from './require-acceptance.ts'
export type { RolePurpose } from './role-sessions.ts'
export {
  asksReviewers,
  type GatePipeline,
  readApprovals,
  readEnvironmentId,
  readProtection,
  requireApproval,
  requireApprover,
  requireIntent,
  requireProtectedGate,
  requireRecordedGate
} from './run-gate.ts'
export { isOfJob, readStageResults, type StageResults } from './stage-results.ts'
export type { OwnDeployment } from './subject.ts'
export { findSupersededRuns } from './superseded-runs.ts'
export { isTested, isUnconfined, judgeBuild, storedBuilds } from './trusted-build.ts'
export { awaitTurn, type Turn } from './turn.ts'
export { findUnchanged, type UnchangedPipeline } from './unchanged-everywhere.ts'
export type { Vouching } from './vouching.ts'
export { recordUrl, type WriteRequest, writeRecords } from './write-records.ts'
