import type { LedgerRecord } from '@sluice/core'
import { evaluateAcceptance } from '@sluice/policy'
import { Words } from './words.ts'

/**
 * Why a plan that waits would not be applied, were it approved now: its release was withdrawn, or is no longer accepted in the environment before.
 * Nothing where no record since bars it.
 * @param previous the environment before; absent for the first. @param records of all environments, oldest first.
 */
export function barOf(
  plan: LedgerRecord,
  previous: string | undefined,
  records: readonly LedgerRecord[],
  now: number
): string | undefined {
  const { release, environment } = plan
  if (plan.event !== 'planned' || release === undefined || environment === undefined) return undefined
  const near = records.filter(it => it.environment === environment || it.environment === previous)
  const words = new Words(near).on([release.digest], Number.POSITIVE_INFINITY)
  const kind = plan.detail?.promotion?.kind ?? 'release'
  // How long it soaked was asked when it was planned, and only grew since.
  const judge = (known: readonly LedgerRecord[]) =>
    evaluateAcceptance({ release, environment, previous, kind, records: known, soak: 0, now })
  const [then, verdict] = [judge(words.filter(({ sequence }) => sequence < plan.sequence)), judge(words)]
  // The environments may have been others when it was planned: what it lacked already then was not asked for.
  return then.allowed && !verdict.allowed ? verdict.reason : undefined
}
