export type { DeployInputs } from './inputs.ts'
export { run } from './run.ts'
