import type { Digest, LedgerRecord, PromotionKind, RecordOf } from '@sluice/core'
import { UserError } from '@sluice/core'
import type { Grounds } from '@sluice/ledger'
import { evaluateAcceptance } from '@sluice/policy'
import { groundsIn } from './grounds-in.ts'
import type { History } from './history.ts'
import { historyOf } from './history-of.ts'
import type { Pipeline } from './pipeline.ts'

/** A release that is about to be deployed. */
export interface Entrant {
  readonly release: { readonly digest: Digest; readonly commit: string }
  readonly environment: string
  readonly kind: PromotionKind
}

/**
 * Refuses a release that was not accepted where it must have been, or that was withdrawn (promise 3). Whoever announces a deployment and
 * whoever carries it out ask by themselves: that somebody asked before is the caller's word, and hours may have passed since.
 */
export async function requireAcceptance(
  pipeline: Pick<Pipeline, 'environment' | 'environmentBefore' | 'github' | 'history'>,
  { release, environment, kind }: Entrant
): Promise<void> {
  const { soak } = pipeline.environment(environment)
  const previous = pipeline.environmentBefore(environment)?.name
  const verdict = evaluateAcceptance({
    release,
    environment,
    previous,
    kind,
    records: await pipeline.history.relevantTo(
      release.digest,
      [environment, previous].filter(it => it !== undefined)
    ),
    soak,
    now: pipeline.github.now()
  })
  if (!verdict.allowed)
    throw new UserError(`${verdict.reason} ${verdict.remedy}`, { outputs: { verdict: verdict.outcome } })
}

/**
 * What an intent rests on that was just decided: minutes may pass before it lands, and behind a withdrawal it would leave a ledger that does not
 * verify. So the append asks again for what it was decided on, by the ledger that it is put on.
 */
export async function acceptanceAsGrounds(
  pipeline: Parameters<typeof requireAcceptance>[0] & Parameters<typeof historyOf>[0],
  entrant: Entrant
): Promise<Grounds> {
  const { environment, release } = entrant
  const environments = [environment, pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
  return groundsIn(pipeline.history, environments, async () => {
    const history = historyOf(pipeline, 'now').about({ release: release.digest, environments })
    await requireAcceptance({ ...pipeline, history }, entrant)
  })
}

/**
 * The withdrawal of what is live in an environment, under any of the names that it has.
 * @param live the last deployment, and the releases that were found to change nothing since.
 */
export async function withdrawalOfLive(
  history: Pick<History, 'withdrawal'>,
  environment: string,
  live: readonly LedgerRecord[]
): Promise<RecordOf<'withdrawn'> | undefined> {
  for (const digest of new Set(live.flatMap(({ release }) => release?.digest ?? []))) {
    const found = await history.withdrawal(environment, digest)
    if (found !== undefined) return found
  }
  return undefined
}
