import { type AccountId, partitionOf } from '@sluice/core'
import { accountNamed, type Delivery } from '@sluice/delivery'

/** Where something is, as ARNs say it. */
export interface AccountScope {
  readonly id: AccountId
  readonly region: string
  readonly partition: string
  /** ARN of the key with which its buckets are encrypted. Absent: keys of AWS itself, for which no right is needed. */
  readonly kmsKey?: string
}

/** @throws UserError naming the accounts that exist. */
export function accountScope(delivery: Delivery, name: string): AccountScope {
  const { id, region, kmsKey } = accountNamed(delivery, name)
  return { id, region, partition: partitionOf(region), ...(kmsKey === undefined ? {} : { kmsKey }) }
}

/** The ARN of something regional in an account. */
export function arn({ id, region, partition }: AccountScope, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${id}:${resource}`
}
