import { didYouMean, UserError } from '@sluice/core'
import type { Delivery } from './delivery.ts'
import { show } from './problem.ts'

/** An environment by name. @throws UserError naming those that exist. */
export function environmentNamed(delivery: Delivery, name: string): Delivery['environments'][number] {
  return find('environment', delivery.environments, name)
}

/** A unit by name. @throws UserError naming those that exist. */
export function unitNamed(delivery: Delivery, name: string): Delivery['units'][number] {
  return find('unit', delivery.units, name)
}

/** An account by its name in delivery.yml. @throws UserError naming those that exist. */
export function accountNamed(delivery: Delivery, name: string): Delivery['accounts'][string] {
  const found = Object.hasOwn(delivery.accounts, name) ? delivery.accounts[name] : undefined
  return found ?? absent('account', name, Object.keys(delivery.accounts))
}

function find<Named extends { readonly name: string }>(what: string, all: readonly Named[], name: string): Named {
  const found = all.find(it => it.name === name)
  return (
    found ??
    absent(
      what,
      name,
      all.map(it => it.name)
    )
  )
}

function absent(what: string, name: string, known: readonly string[]): never {
  throw new UserError(
    `delivery.yml has no ${what} ${show(name)}${didYouMean(name, known)}. It has: ${known.join(', ')}.`
  )
}
