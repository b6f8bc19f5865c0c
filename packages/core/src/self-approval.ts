import type { Approval, Authors } from './gate-record.ts'

/** Somebody, as GitHub knows them. */
export interface Person {
  /** Absent where GitHub told the login alone. */
  readonly id?: string
  readonly login: string
}

/** Somebody who has a part in a delivery, and so is no second person. */
export interface Party extends Person {
  /** What they did, as the rest of a sentence that begins with "who". */
  readonly part: string
}

/** Everybody who has a part in a delivery: who started it, who started this attempt of it, and who wrote what it would bring. */
export function partiesOf(of: {
  readonly actor: Person
  readonly triggeringActor: Person
  readonly authors: Authors | undefined
}): readonly Party[] {
  const parties = [
    { ...of.actor, part: 'started this delivery' },
    { ...of.triggeringActor, part: 're-ran it' },
    ...(of.authors?.accounts ?? []).map(author => ({ ...author, part: 'wrote or committed a part of it' }))
  ]
  return parties.filter((party, index) => parties.findIndex(other => isSame(other, party)) === index)
}

/** Whether both are one person. Logins change and ids are not always shown: one of both is enough. */
export function isSame(one: Person, other: Person): boolean {
  return (
    (one.id !== undefined && one.id !== '' && one.id === other.id) ||
    one.login.toLowerCase() === other.login.toLowerCase()
  )
}

/**
 * Why an approval is none: it is of nobody, of no person, of somebody who has a part in what is approved, or of somebody who was not asked.
 * Who decides about a deployment and who reads the ledger have this one rule (promise 5).
 * @returns the rest of a sentence that begins with the login; absent where the approval counts.
 */
export function objectionTo(answer: Approval, parties: readonly Party[]): string | undefined {
  const { userId, login, bot, reviewer } = answer
  if (userId === '' || login.toLowerCase() === 'ghost') return 'whose account was deleted'
  if (bot === true || login.toLowerCase().endsWith('[bot]')) return 'which is no person'
  const party = parties.find(it => isSame(it, { id: userId, login }))
  if (party !== undefined) return `who ${party.part}`
  return reviewer === 'no' ? 'who was not among the reviewers when the plan was made' : undefined
}

/** The first approval of a person who has no part in the delivery; absent when there is none. */
export function approvalOfAnother(answers: readonly Approval[], ...parties: readonly Person[]): Approval | undefined {
  const known = parties.map(party => ({ ...party, part: '' }))
  return answers.find(answer => answer.state === 'approved' && objectionTo(answer, known) === undefined)
}
