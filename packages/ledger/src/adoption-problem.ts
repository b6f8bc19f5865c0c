import { judgeAnswers, type LedgerRecord, partiesOf, type RecordDraft, starterOf } from '@sluice/core'
import type { Past } from './verify-past.ts'

/**
 * Why an adoption does not count: it takes the place of a build that Sluice did not see, so it must say what was adopted, why, and how that was
 * checked; and where the gate has reviewers, one of them other than who asked must have agreed, to this and to nothing else.
 */
export function findAdoptionProblem(record: LedgerRecord, past: Past): string | undefined {
  if (record.event !== 'adopted') return undefined
  const { unit, detail, approvals = [], protection } = record
  if (unit === undefined) return 'adopted names no unit'
  if ((detail?.reason ?? '').trim() === '') return `adopted ${unit.digest} without a reason`
  if ((detail?.checked ?? '').trim() === '') return `adopted ${unit.digest} without saying how it was checked`
  const first = past.adoptedBefore(record)
  if (first !== undefined && adoptsOther(record, first))
    return `adopted ${unit.digest} of ${unit.name} in a run whose approval was for what record ${first.sequence} adopted`
  if (protection === undefined || protection.reviewers.length === 0) return undefined
  const parties = partiesOf({ ...starterOf(record), authors: undefined })
  const gate = judgeAnswers(approvals, parties, protection)
  if (gate.open) return undefined
  switch (gate.why) {
    case 'rejected':
      return `adopted ${unit.digest} though ${gate.answer.login} rejected it`
    case 'unanswered':
      return `adopted ${unit.digest} without an approval`
    case 'objected':
      return `adopted ${unit.digest} with no approval that counts: ${gate.objections.join('; ')}`
  }
}

type Adopted = Pick<RecordDraft, 'unit'>

/** Whether two records adopt different things: another unit, or another digest of it. */
export function adoptsOther({ unit: one }: Adopted, { unit: other }: Adopted): boolean {
  return one !== undefined && other !== undefined && (one.name !== other.name || one.digest !== other.digest)
}
