import { judgeAnswers, type LedgerRecord, partiesOf, starterOf } from '@sluice/core'

/**
 * Why nobody has agreed to what only a reviewer's word lets happen: where the gate that was asked has reviewers, one of them other than who started
 * the run, and nobody rejected it.
 * @param deed what was done, for the problem.
 */
export function findConsentProblem(record: LedgerRecord, deed: string): string | undefined {
  const { approvals = [], protection } = record
  if (protection === undefined || protection.reviewers.length === 0) return undefined
  const parties = partiesOf({ ...starterOf(record), authors: undefined })
  const gate = judgeAnswers(approvals, parties, protection)
  if (gate.open) return undefined
  switch (gate.why) {
    case 'rejected':
      return `${deed} though ${gate.answer.login} rejected it`
    case 'unanswered':
      return `${deed} without an approval`
    case 'objected':
      return `${deed} with no approval that counts: ${gate.objections.join('; ')}`
  }
}
