export {
  type AppliedStack,
  type ApplyOutcome,
  type ApplyRequest,
  applyStacks,
  describeFailure,
  type FailedStack
} from './apply.ts'
export type { RootCause } from './cause.ts'
export { type Difference, describeDifference } from './difference.ts'
export { discardStacks } from './discard.ts'
export type { StackEvent } from './events.ts'
export { describeStacks, type LiveStack } from './live.ts'
export { liveDifferences } from './live-differences.ts'
export { planStacks } from './plan.ts'
export type { StackRequest, StacksRequest } from './request.ts'
export { readTemplate, type Template, type TemplateParameter, templateDigest } from './template.ts'
