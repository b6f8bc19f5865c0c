import { type EnvironmentDuty, environmentRoleName, partitionOf, registryRoleName, UserError } from '@sluice/core'
import type { Delivery } from './delivery.ts'
import { show } from './problem.ts'
import { didYouMean } from './suggest.ts'

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
        execution: duty(account, 'execution')
      }
    }
  }
}

/** An environment by name. @throws UserError naming those that exist. */
export function environmentNamed(delivery: Delivery, name: string): Delivery['environments'][number] {
  const found = delivery.environments.find(environment => environment.name === name)
  return (
    found ??
    absent(
      'environment',
      name,
      delivery.environments.map(environment => environment.name)
    )
  )
}

/** A unit by name. @throws UserError naming those that exist. */
export function unitNamed(delivery: Delivery, name: string): Delivery['units'][number] {
  const found = delivery.units.find(unit => unit.name === name)
  return (
    found ??
    absent(
      'unit',
      name,
      delivery.units.map(unit => unit.name)
    )
  )
}

/** An account by its name in delivery.yml. @throws UserError naming those that exist. */
export function accountNamed(delivery: Delivery, name: string): Delivery['accounts'][string] {
  const found = Object.hasOwn(delivery.accounts, name) ? delivery.accounts[name] : undefined
  return found ?? absent('account', name, Object.keys(delivery.accounts))
}

function absent(what: string, name: string, known: readonly string[]): never {
  throw new UserError(
    `delivery.yml has no ${what} ${show(name)}${didYouMean(name, known)}. It has: ${known.join(', ')}.`
  )
}
