import type { Digest, LedgerRecord, RecordOf } from '@sluice/core'
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

/** The record by which an attempt of a run ended in an environment, by its own word or by that of a run that found it dead; absent: none. */
export async function endOfAttempt(
  history: Pick<History, 'find'>,
  environment: string,
  { id, attempt }: Pick<LedgerRecord['run'], 'id' | 'attempt'>
): Promise<LedgerRecord | undefined> {
  return history.find(environmentSection(environment), ['ended', id, attempt])
}

/** The record that a release was deployed to an environment by half, where nothing was deployed there since. */
export async function halfOf(
  history: Pick<History, 'find' | 'lastDeployed'>,
  environment: string,
  release: Digest
): Promise<RecordOf<'partial'> | undefined> {
  const found = await history.find(environmentSection(environment), ['undone', release])
  if (found?.event !== 'partial') return undefined
  const deployed = await history.lastDeployed(environment)
  return deployed !== undefined && deployed.sequence > found.sequence ? undefined : found
}
