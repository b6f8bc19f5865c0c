import type { LedgerRecord } from '@sluice/core'
import { isBlank } from './blank.ts'
import type { Past } from './verify-past.ts'

/**
 * Why a release could not enter an environment: it was not accepted in the one before, or stands withdrawn there. What was accepted in the environment itself may
 * come back: a rollback asks nobody else, and got there by the order of its time.
 * @param before the environment before it; `undefined`: there is none.
 */
export function findSkip(record: LedgerRecord, before: string | undefined, past: Past): string | undefined {
  const { event, environment = '', release, time } = record
  if (event !== 'started' || release === undefined || before === undefined) return undefined
  if (past.facts.has(`accepted ${environment} ${release.digest}`)) return undefined
  const withdrawn = past.withdrawalOf(before, release.digest, time)
  if (withdrawn !== undefined)
    return `started in ${environment} a release that was withdrawn in ${before} by record ${withdrawn.sequence}`
  if (past.isAccepted(before, release.digest, time)) return undefined
  return past.facts.has(`accepted ${before} ${release.digest}`)
    ? `started in ${environment} a release whose acceptance in ${before} had ended`
    : `started in ${environment} a release that was not accepted in ${before}`
}

/** What was withdrawn in an environment enters it again only as a hotfix, until it was accepted anew. */
export function findWithdrawalProblem(record: LedgerRecord, past: Past): string | undefined {
  const { environment = '', release } = record
  if (record.event === 'withdrawn') return findUnfounded(record.detail ?? {}, environment, past)
  if (record.event !== 'started' || release === undefined) return undefined
  const here = past.withdrawalOf(environment, release.digest, record.time)
  return here === undefined || record.detail?.promotion?.kind === 'hotfix'
    ? undefined
    : `started in ${environment} a release that was withdrawn there by record ${here.sequence}`
}

/** A withdrawal says why, and takes with it nothing but what was the same there. */
function findUnfounded(
  { reason = '', also = [] }: { readonly reason?: string; readonly also?: readonly string[] },
  environment: string,
  { facts }: Past
): string | undefined {
  if (isBlank(reason)) return 'withdrawn without a reason'
  const other = also.find(digest => !facts.has(`deployed ${environment} ${digest}`))
  return other === undefined
    ? undefined
    : `withdrawn in ${environment} together with release ${other}, which was never deployed there`
}
