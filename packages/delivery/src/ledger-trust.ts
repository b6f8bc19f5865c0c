import type { Delivery } from './delivery.ts'

/** Whose records of a ledger count, as a delivery.yml says. */
export interface DeliveryTrust {
  /** By account name: SHA-256 of the public key that may sign for it. */
  readonly trust: Delivery['ledger']['trust']
  /** There is no key, so records without a signature count. */
  readonly advisory: boolean
  /** What every record must be about: the product, under the names that it has had. */
  readonly products: readonly string[]
  /**
   * The account that signs for an environment; the registry's for what belongs to none. An environment that delivery.yml no longer names had an
   * account that it no longer tells: any pinned key will do there.
   */
  readonly accountOf: (environment: string | undefined) => string | undefined
}

/** Reads off a delivery.yml whose records count, and for what: every reader of the ledger goes by this. */
export function trustRulesOf({ product, environments, registry, ledger }: Delivery): DeliveryTrust {
  const accounts = new Map(environments.map(({ name, account }) => [name, account]))
  return {
    trust: ledger.trust,
    advisory: ledger.key === undefined,
    products: [product, ...ledger.formerly],
    accountOf: environment => (environment === undefined ? registry.account : accounts.get(environment))
  }
}
