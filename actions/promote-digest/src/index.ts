export { type PromoteInputs, requireShownRelease } from './inputs.ts'
export { run } from './run.ts'
