export { checkRepository } from './check-repository.ts'
export * from './delivery.ts'
export { exportTree } from './export-tree.ts'
export { type OutputReference, outputReferences } from './expression.ts'
export { dockerfilePath, fingerprintOf } from './fingerprint.ts'
export { jsonSchema } from './json-schema.ts'
export { stackName } from './names.ts'
export { parseDelivery } from './parse.ts'
export type { PermissionPolicy, Statement, TrustPolicy } from './policy-document.ts'
export { ConfigError, formatProblem, type Position, type Problem } from './problem.ts'
export { isDeliveryRef } from './refs.ts'
export { type Relation, relate } from './relation.ts'
export { type LogEntry, openRepository, type Repository, type TreeEntry } from './repository.ts'
export { type RolePolicies, type RolePolicyOptions, rolePolicies } from './role-policies.ts'
export type { TrustedRepository } from './role-trust.ts'
export {
  accountNamed,
  type DeliveryRoles,
  deliveryRoles,
  type EnvironmentRoles,
  environmentNamed,
  type Role,
  unitNamed
} from './roles.ts'
export { didYouMean } from './suggest.ts'
