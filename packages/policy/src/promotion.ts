import { type Digest, type LedgerRecord, type PromotionKind, type Relation, releaseId } from '@sluice/core'
import { findAcceptance } from './acceptance.ts'
import { type Refusal, refuse, type Verdict } from './verdict.ts'

export interface PromotionRequest {
  readonly release: { readonly digest: Digest; readonly commit: string }
  /** Where the release wants to go. */
  readonly environment: string
  /** The environment before it; absent for the first. */
  readonly previous: string | undefined
  readonly kind: PromotionKind
  /** Verified records of the release and of both environments, newest first. */
  readonly records: readonly LedgerRecord[]
  /** The release's commit against the deployed one; absent when nothing is deployed. */
  readonly relation: Relation | undefined
  /** How long the release must have been accepted before, in milliseconds. */
  readonly soak: number
  readonly now: number
}

/**
 * Whether a release may enter an environment (promises 3 and 8): it was accepted in the environment before and soaked there; it is not
 * older than what is deployed, except as a rollback to what was accepted here; it has not diverged, except as a hotfix.
 * A hotfix need not soak, but skips no environment.
 */
export function evaluatePromotion(request: PromotionRequest): Verdict<{ readonly acceptance?: LedgerRecord }> {
  return findWrongDirection(request) ?? evaluateAcceptance(request)
}

function findWrongDirection({ release, environment, kind, relation, records }: PromotionRequest): Refusal | undefined {
  const it = `Release ${name(release)} (commit ${release.commit.slice(0, 12)})`
  switch (relation) {
    case undefined: {
      const deployed = records.find(({ event, environment: where }) => event === 'deployed' && where === environment)
      if (deployed === undefined) return undefined
      return refuse(
        'failed',
        `${it} may not enter ${environment}: how its commit relates to the deployed one (record ${deployed.sequence}) is unknown.`,
        'Fetch the full history of the repository (fetch-depth: 0) and run again.'
      )
    }
    case 'behind':
      if (kind === 'rollback') return undefined
      return refuse(
        'superseded',
        `${it} may not enter ${environment}: a newer release is deployed there.`,
        'Keep the newer release, or roll back deliberately with kind `rollback`.'
      )
    case 'diverged':
      if (kind === 'hotfix') return undefined
      return refuse(
        'failed',
        `${it} may not enter ${environment}: its commit and the deployed one have diverged.`,
        'Merge the deployed commit and deliver the merge, or promote with kind `hotfix`.'
      )
    case 'ahead':
      if (kind !== 'rollback') return undefined
      return refuse(
        'failed',
        `${it} is not a rollback of ${environment}: it is newer than what is deployed there.`,
        'Promote it with kind `release`.'
      )
    case 'identical':
      return undefined
  }
}

function evaluateAcceptance(request: PromotionRequest): Verdict<{ readonly acceptance?: LedgerRecord }> {
  const { release, environment, previous, kind, records, soak, now } = request
  const where = kind === 'rollback' ? environment : previous
  if (where === undefined) return { allowed: true }
  const acceptance = findAcceptance(records, where, release.digest)
  if (acceptance === undefined) {
    return refuse(
      'failed',
      `Release ${name(release)} may not enter ${environment}: the ledger holds no record that it was accepted in ${where}.`,
      kind === 'rollback'
        ? `Roll back to a release that was accepted in ${environment}, as \`sluice status\` lists them.`
        : `Deliver it to ${where} first; it moves on once its acceptance checks pass there.`
    )
  }
  const ready = acceptance.acceptedSince + soak
  // The runner that recorded the acceptance may be ahead of GitHub's clock: who asks for no soak waits for neither.
  if (kind === 'release' && soak > 0 && now < ready) {
    return refuse(
      'failed',
      `Release ${name(release)} may not enter ${environment} yet: it must soak in ${where} until ${new Date(ready).toISOString()}.`,
      'Re-run the failed jobs after that time; only a hotfix skips the soak.'
    )
  }
  return { allowed: true, acceptance: acceptance.record }
}

function name(release: { readonly digest: Digest }): string {
  return releaseId(release.digest)
}
