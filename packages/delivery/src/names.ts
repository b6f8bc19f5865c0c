/** CloudFormation: a stack's name has at most 128 characters. */
export const STACK_NAME_LIMIT = 128
/** IAM: a role's name has at most 64 characters. */
export const ROLE_NAME_LIMIT = 64
/** S3: a bucket's name has at most 63 characters; `sluice-<product>-<12 digits>` is one. */
export const PRODUCT_LIMIT = 63 - 'sluice--'.length - 12

/** The CloudFormation stack of a unit in an environment. */
export function stackName(product: string, environment: string, unit: string): string {
  return `${product}-${environment}-${unit}`
}

/** What a role of an environment is for. */
export type EnvironmentDuty = 'promote' | 'plan' | 'deploy' | 'execution'

/** The IAM role for one duty in one environment. */
export function environmentRoleName(product: string, environment: string, duty: EnvironmentDuty): string {
  return `sluice-${product}-${environment}-${duty}`
}
