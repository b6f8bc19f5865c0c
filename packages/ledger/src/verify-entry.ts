import type { LedgerRecord } from '@sluice/core'
import { isBlank } from './blank.ts'
import type { Past } from './verify-past.ts'

/**
 * Why a release could not enter an environment: it was not accepted in the one before. What was accepted in the environment itself may come
 * back: a rollback needs no more, and got there by the order of its time.
 */
export function findSkip(record: LedgerRecord, environments: readonly string[], past: Past): string | undefined {
  const { event, environment = '', release, time } = record
  if (event !== 'started' || release === undefined) return undefined
  if (past.facts.has(`accepted ${environment} ${release.digest}`)) return undefined
  const before = environmentBefore(environment, environments, past.joined)
  if (before === undefined || past.isAccepted(before, release.digest, time)) return undefined
  return past.facts.has(`accepted ${before} ${release.digest}`)
    ? `started in ${environment} a release whose acceptance in ${before} had ended`
    : `started in ${environment} a release that was not accepted in ${before}`
}

/**
 * What was withdrawn in an environment enters it again only as a hotfix, and the next one not at all, until it was accepted anew. What was
 * accepted in the next one already may come back there: a rollback asks nobody else.
 */
export function findWithdrawalProblem(
  record: LedgerRecord,
  environments: readonly string[],
  past: Past
): string | undefined {
  const { environment = '', release } = record
  if (record.event === 'withdrawn') return findUnfounded(record.detail ?? {}, environment, past)
  if (record.event !== 'started' || release === undefined) return undefined
  const find = (where: string): LedgerRecord | undefined => past.withdrawalOf(where, release.digest, record.time)
  const here = find(environment)
  if (here !== undefined && record.detail?.promotion?.kind !== 'hotfix')
    return `started in ${environment} a release that was withdrawn there by record ${here.sequence}`
  if (past.facts.has(`accepted ${environment} ${release.digest}`)) return undefined
  const before = environmentBefore(environment, environments, past.joined)
  const there = before === undefined ? undefined : find(before)
  return there === undefined
    ? undefined
    : `started in ${environment} a release that was withdrawn in ${before} by record ${there.sequence}`
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

function environmentBefore(
  environment: string,
  environments: readonly string[],
  joined: ReadonlySet<string>
): string | undefined {
  return environments.slice(0, Math.max(0, environments.indexOf(environment))).findLast(name => joined.has(name))
}
