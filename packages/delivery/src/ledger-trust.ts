import type { Delivery } from './delivery.ts'

/** Whose records of a ledger count, as a delivery.yml says. */
export interface DeliveryTrust {
  /** The keys whose signatures count: for whom, and in which records. */
  readonly trust: Delivery['ledger']['trust']
  /** There is no key, so records without a signature count. */
  readonly advisory: boolean
  /** What every record must be about: the product, under the names that it has had. */
  readonly products: readonly string[]
}

/** Reads off a delivery.yml whose records count, and for what: every reader of the ledger goes by this. */
export function trustRulesOf({ product, ledger }: Pick<Delivery, 'product' | 'ledger'>): DeliveryTrust {
  return {
    trust: ledger.trust,
    advisory: ledger.key === undefined,
    products: [product, ...ledger.formerly]
  }
}
