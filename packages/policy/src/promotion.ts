import { type Digest, type LedgerRecord, type PromotionKind, type Relation, releaseId } from '@sluice/core'
import { findAcceptance, findUndoing, findWithdrawal, isWithdrawal, undoesAcceptance } from './acceptance.ts'
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
 * A hotfix need not soak, but skips no environment. What was withdrawn in an environment enters that one again only as a hotfix, and the
 * next one only once it was accepted anew.
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
        'Fetch the whole past of the commit (actions/checkout with fetch-depth: 2147483647) and run again.'
      )
    }
    case 'behind':
      if (kind === 'rollback') return undefined
      return refuse(
        'superseded',
        `${it} may not enter ${environment}: a newer release is deployed there.`,
        'Keep the newer release. To go back, deliver a commit that reverts what came since (`git revert`).'
      )
    case 'diverged':
      if (kind === 'hotfix') return undefined
      return refuse(
        'failed',
        `${it} may not enter ${environment}: its commit and the deployed one have diverged.`,
        'Merge the deployed commit and deliver the merge.'
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

/**
 * Whether a release was accepted where it must have been, and not withdrawn where it wants to go. Direction does not count here, so that
 * whoever is about to touch the environment can ask it again.
 */
export function evaluateAcceptance(
  request: Omit<PromotionRequest, 'relation'>
): Verdict<{ readonly acceptance?: LedgerRecord }> {
  const { release, environment, previous, kind, records, soak, now } = request
  const withdrawn = findWithdrawal(records, environment, release.digest)
  if (withdrawn !== undefined && kind !== 'hotfix') {
    return refuse(
      'failed',
      `Release ${name(release)} may not enter ${environment}: it was withdrawn there (${cited(withdrawn)}).`,
      'Deliver a commit that repairs it, or one that reverts it (`git revert`).'
    )
  }
  const where = kind === 'rollback' ? environment : previous
  if (where === undefined) return { allowed: true }
  // What failed here may be tried again here: a rollback that failed halfway must not bar the way back.
  const undoes = kind === 'rollback' ? isWithdrawal : undoesAcceptance
  const acceptance = findAcceptance(records, where, release.digest, undoes)
  if (acceptance === undefined) return refuseUnaccepted(request, where)
  const ready = acceptance.acceptedSince + soak
  // The runner that recorded the acceptance may be ahead of GitHub's clock: who asks for no soak waits for neither.
  if (kind === 'release' && soak > 0 && now < ready) {
    return refuse(
      'failed',
      `Release ${name(release)} may not enter ${environment} yet: it must soak in ${where} until ${new Date(ready).toISOString()}.`,
      'Re-run the failed jobs after that time.'
    )
  }
  return { allowed: true, acceptance: acceptance.record }
}

function refuseUnaccepted(
  { release, environment, kind, records }: Pick<PromotionRequest, 'release' | 'environment' | 'kind' | 'records'>,
  where: string
): Refusal {
  if (kind === 'rollback') {
    return refuse(
      'failed',
      `Release ${name(release)} may not enter ${environment}: the ledger holds no record that it was accepted in ${where}.`,
      `Roll back to a release that was accepted in ${environment}, as \`sluice history ${environment}\` lists them.`
    )
  }
  const undone = findUndoing(records, where, release.digest)
  return undone === undefined
    ? refuse(
        'failed',
        `Release ${name(release)} may not enter ${environment}: the ledger holds no record that it was accepted in ${where}.`,
        `Deliver it to ${where} first; it moves on once its acceptance checks pass there.`
      )
    : refuse(
        'failed',
        `Release ${name(release)} may not enter ${environment}: the last that the ledger holds of it in ${where} is \`${undone.event}\` (${cited(undone)}).`,
        undone.event === 'withdrawn'
          ? 'Deliver a commit that repairs it, or one that reverts it.'
          : `Deliver it to ${where} again, or deliver a commit that repairs it; it moves on once ${where} accepts it anew.`
      )
}

function cited({ sequence, detail }: LedgerRecord): string {
  const reason = detail !== undefined && 'reason' in detail ? String(detail.reason).trim() : ''
  return `record ${sequence}${reason === '' ? '' : `: ${JSON.stringify(reason)}`}`
}

function name(release: { readonly digest: Digest }): string {
  return releaseId(release.digest)
}
