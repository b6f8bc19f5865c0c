import { judgeAnswers, type LedgerRecord, partiesOf, starterOf } from '@sluice/core'

/**
 * Why an adoption does not count: it takes the place of a build that Sluice did not see, so it must say what was adopted, why, and how that was
 * checked; and where the gate has reviewers, one of them other than who asked must have agreed.
 */
export function findAdoptionProblem(record: LedgerRecord): string | undefined {
  if (record.event !== 'adopted') return undefined
  const { unit, detail, approvals = [], protection } = record
  if (unit === undefined) return 'adopted names no unit'
  if ((detail?.reason ?? '').trim() === '') return `adopted ${unit.digest} without a reason`
  if ((detail?.checked ?? '').trim() === '') return `adopted ${unit.digest} without saying how it was checked`
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
