import { type EnvironmentDuty, environmentRoleName, partitionOf, registryRoleName } from '@sluice/core'
import type { Delivery } from './delivery.ts'
import { accountNamed, environmentNamed } from './find-by-name.ts'

/** An IAM role that Sluice uses, by the name that its bootstrap template gives it. */
export interface Role {
  readonly name: string
  readonly arn: string
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly region: string
}

/** Who may do what in one environment. */
export type EnvironmentRoles = Readonly<Record<EnvironmentDuty, Role>>

export interface DeliveryRoles {
  /** Pushes artifacts and writes release documents; in the registry's account. */
  readonly push: Role
  /** Reads artifacts; in the registry's account. */
  readonly pull: Role
  /** @throws UserError naming the environments that exist. */
  environment(name: string): EnvironmentRoles
}

/** The roles of a delivery: `promote` is in the registry's account, where tags move; the others are in the environment's. */
export function deliveryRoles(delivery: Delivery): DeliveryRoles {
  const { product, registry } = delivery
  const role = (account: string, name: string): Role => {
    const { id, region } = accountNamed(delivery, account)
    return { name, arn: `arn:${partitionOf(region)}:iam::${id}:role/${name}`, account, region }
  }
  return {
    push: role(registry.account, registryRoleName(product, 'push')),
    pull: role(registry.account, registryRoleName(product, 'pull')),
    environment(name) {
      const { account } = environmentNamed(delivery, name)
      const duty = (where: string, of: EnvironmentDuty): Role => role(where, environmentRoleName(product, name, of))
      return {
        promote: duty(registry.account, 'promote'),
        plan: duty(account, 'plan'),
        deploy: duty(account, 'deploy'),
        record: duty(account, 'record'),
        execution: duty(account, 'execution')
      }
    }
  }
}
