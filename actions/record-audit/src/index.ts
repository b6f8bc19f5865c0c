export type { RecordInputs } from './inputs.ts'
export { run } from './run.ts'
