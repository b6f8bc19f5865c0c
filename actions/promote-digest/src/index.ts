export type { PromoteInputs } from './inputs.ts'
export { run } from './run.ts'
