import type { Approval } from './record.ts'

/** Somebody, as GitHub knows them. */
export interface Person {
  readonly id: string
  readonly login: string
}

/**
 * The first approval of somebody else than the author; absent when only the author approved, or nobody. Who decides about a deployment
 * and who reads the ledger have this one rule (promise 5).
 * @param author who started the run: not a second person.
 */
export function approvalOfAnother(answers: readonly Approval[], author: Person): Approval | undefined {
  return answers.find(answer => answer.state === 'approved' && !isAnswerOf(answer, author))
}

/** Whether an answer is a person's own. Logins change and ids are not always shown: one of both is enough. */
function isAnswerOf(answer: Approval, person: Person): boolean {
  return answer.userId === person.id || answer.login.toLowerCase() === person.login.toLowerCase()
}
