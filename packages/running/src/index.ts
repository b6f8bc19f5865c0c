export { NotAllowed } from './ask.ts'
export { explainFailure, type FailureStory } from './explain-failure.ts'
export { type RunningFunction, readFunctions } from './lambda.ts'
export {
  type LiveResource,
  type RunningContainer,
  type RunningService,
  readRunning
} from './read-running.ts'
