import type { RecordOf } from '@sluice/core'
import { environmentSection } from '@sluice/ledger'
import type { History } from './history.ts'
import type { OwnDeployment } from './subject.ts'

/** The record that a run's deployment of a release to an environment stopped halfway; the newest, if it did more than once. */
export async function partialOf(
  history: Pick<History, 'find'>,
  { runId, environment, release }: OwnDeployment
): Promise<RecordOf<'partial'> | undefined> {
  const found = await history.find(environmentSection(environment), ['partial', runId, release])
  return found?.event === 'partial' ? found : undefined
}
