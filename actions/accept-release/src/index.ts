export { parseAddress } from './inputs.ts'
export { runChecks } from './run.ts'
