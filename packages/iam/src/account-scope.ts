import { type AccountId, partitionOf } from '@sluice/core'
import { accountNamed, type Delivery } from '@sluice/delivery'

/** Where something is, as ARNs say it. */
export interface AccountScope {
  readonly id: AccountId
  readonly region: string
  readonly partition: string
}

/** @throws UserError naming the accounts that exist. */
export function accountScope(delivery: Delivery, name: string): AccountScope {
  const { id, region } = accountNamed(delivery, name)
  return { id, region, partition: partitionOf(region) }
}

/** The ARN of something regional in an account. */
export function arn({ id, region, partition }: AccountScope, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${id}:${resource}`
}
