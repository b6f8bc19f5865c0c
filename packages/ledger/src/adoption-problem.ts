import { approvalOfAnother, type LedgerRecord } from '@sluice/core'

/**
 * Why an adoption does not count: it takes the place of a build that Sluice did not see, so it must say what was adopted, why, and how that was
 * checked; and where the gate has reviewers, one of them other than who asked must have agreed.
 */
export function findAdoptionProblem(record: LedgerRecord): string | undefined {
  if (record.event !== 'adopted') return undefined
  const { unit, detail, approvals = [], protection, actor } = record
  if (unit === undefined) return 'adopted names no unit'
  if ((detail?.reason ?? '').trim() === '') return `adopted ${unit.digest} without a reason`
  if ((detail?.checked ?? '').trim() === '') return `adopted ${unit.digest} without saying how it was checked`
  const rejected = approvals.find(({ state }) => state === 'rejected')
  if (rejected !== undefined) return `adopted ${unit.digest} though ${rejected.login} rejected it`
  if (protection === undefined || protection.reviewers.length === 0) return undefined
  return approvalOfAnother(approvals, actor) === undefined
    ? `adopted ${unit.digest} with no approval but that of ${actor.login}, who asked for it`
    : undefined
}
