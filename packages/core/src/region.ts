import type { AccountId } from './account-id.ts'
import { partitionIn, SUFFIX_PATTERN } from './partition.ts'

/** An AWS region, as the source of a regular expression. */
export const REGION_PATTERN = '[a-z]{2,4}(?:-[a-z]+)+-\\d'

/** An account's ECR registry ("Amazon ECR private registry"): by IPv4, or by both (`on.aws`); with FIPS. */
export const ECR_HOST_PATTERN = `(\\d{12})(?:\\.dkr\\.ecr(?:-fips)?\\.${REGION_PATTERN}\\.${SUFFIX_PATTERN}|\\.dkr-ecr(?:-fips)?\\.${REGION_PATTERN}\\.on\\.aws)`

/** The part of AWS that a region is in, as ARNs name it. */
export function partitionOf(region: string): string {
  return partitionIn(region).id
}

/** The host of an account's ECR registry. */
export function ecrHost(accountId: AccountId, region: string): string {
  return `${accountId}.dkr.ecr.${region}.${partitionIn(region).suffix}`
}

/** Where a service is asked in a region, by IPv4. */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${partitionIn(region).suffix}`
}

/** The account that an ECR host belongs to; `undefined` for any other host. */
export function accountOfEcrHost(host: string): string | undefined {
  return new RegExp(`^${ECR_HOST_PATTERN}$`).exec(host)?.[1]
}

/** The region that an ECR host is in; `undefined` for any other host. */
export function regionOfEcrHost(host: string): string | undefined {
  return accountOfEcrHost(host) === undefined
    ? undefined
    : new RegExp(`(?<=ecr(?:-fips)?\\.)${REGION_PATTERN}`).exec(host)?.[0]
}
