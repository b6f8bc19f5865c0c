export { type BoundaryPolicy, boundaryPolicies } from './boundary.ts'
export type { PermissionPolicy, Statement, TrustPolicy } from './policy-document.ts'
export { type RolePolicies, type RolePolicyOptions, rolePolicies } from './role-policies.ts'
export type { TrustedRepository } from './role-trust.ts'
