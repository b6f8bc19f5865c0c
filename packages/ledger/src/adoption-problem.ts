import type { LedgerRecord, RecordDraft } from '@sluice/core'
import { isBlank } from './blank.ts'
import { findConsentProblem } from './consent-problem.ts'
import type { Past } from './verify-past.ts'

/**
 * Why an adoption does not count: it takes the place of a build that Sluice did not see, so it must say what was adopted, why, and how that was
 * checked; and where the gate has reviewers, one of them other than who asked must have agreed, to this and to nothing else.
 */
export function findAdoptionProblem(record: LedgerRecord, past: Past): string | undefined {
  if (record.event !== 'adopted') return undefined
  const { unit, detail } = record
  if (unit === undefined) return 'adopted names no unit'
  if (isBlank(detail?.reason ?? '')) return `adopted ${unit.digest} without a reason`
  if (isBlank(detail?.checked ?? '')) return `adopted ${unit.digest} without saying how it was checked`
  const first = past.adoptedBefore(record)
  if (first !== undefined && adoptsOther(record, first))
    return `adopted ${unit.digest} of ${unit.name} in a run whose approval was for what record ${first.sequence} adopted`
  return findConsentProblem(record, `adopted ${unit.digest}`)
}

type Adopted = Pick<RecordDraft, 'unit'>

/** Whether two records adopt different things: another unit, or another digest of it. */
export function adoptsOther({ unit: one }: Adopted, { unit: other }: Adopted): boolean {
  return one !== undefined && other !== undefined && (one.name !== other.name || one.digest !== other.digest)
}
