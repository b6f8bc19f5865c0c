import { environmentSection, type Grounds } from '@sluice/ledger'
import type { History } from './history.ts'

/**
 * What records rest on that were decided by what some environments have seen.
 * @param history that they were decided by.
 * @param again decides by the ledger as it is then. @throws UserError when the records may not be written any more.
 */
export async function groundsIn(
  history: Pick<History, 'newest'>,
  environments: readonly string[],
  again: () => Promise<void>
): Promise<Grounds> {
  return { at: (await history.newest())?.sequence ?? 0, sections: environments.map(environmentSection), again }
}
