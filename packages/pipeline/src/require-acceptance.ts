import type { Digest, LedgerRecord, PromotionKind, RecordOf } from '@sluice/core'
import { UserError } from '@sluice/core'
import { evaluateAcceptance } from '@sluice/policy'
import type { History } from './history.ts'
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
