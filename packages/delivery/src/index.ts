export * from './delivery.ts'
export { stackName } from './names.ts'
export { parseDelivery } from './parse.ts'
export { ConfigError, formatProblem, type Position, type Problem } from './problem.ts'
