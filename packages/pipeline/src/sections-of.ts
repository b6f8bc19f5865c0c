import type { Delivery } from '@sluice/delivery'
import { environmentSection, type Section } from '@sluice/ledger'

/** The sections of a product's ledger: its own, and that of each environment in delivery.yml. */
export function sectionsOf({ environments }: Pick<Delivery, 'environments'>): readonly Section[] {
  return ['product', ...environments.map(({ name }) => environmentSection(name))]
}
