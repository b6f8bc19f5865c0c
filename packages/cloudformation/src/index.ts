export { type AppliedStack, type ApplyOutcome, describeFailure, type FailedStack } from './apply-outcome.ts'
export { applyStacks } from './apply-stacks.ts'
export { AccessDenied } from './connection.ts'
export {
  compareRetired,
  type DeletionOutcome,
  type DeletionRequest,
  deleteRetired
} from './delete-retired.ts'
export { type Difference, describeDifference } from './difference.ts'
export { discardStacks, waitingChangeSets } from './discard-stacks.ts'
export { describeStacks, type LiveStack } from './live-stack.ts'
export { keepNested } from './nested-templates.ts'
export { planRetired, type RetiredRequest, type RetiredUnit } from './plan-retired.ts'
export { planStacks, planWithMoves } from './plan-stacks.ts'
export type { ApplyRequest, KeepTemplate, Sources, StackRequest, StacksRequest } from './request.ts'
export type { RootCause } from './root-cause.ts'
export { runsOwnCode, takesCode } from './sources.ts'
export type { StackEvent } from './stack-events.ts'
export { readResources, type StackResource } from './stack-resources.ts'
export { templateProblems } from './wanted-stack.ts'
