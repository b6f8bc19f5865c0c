import type { Approval, Authors } from './gate-record.ts'
import type { LedgerRecord } from './record.ts'

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
  return merge(parties)
}

/**
 * Each once, by what they did first. Where that is known by login alone, the number that tells who it is comes from what they did later:
 * without it, who is renamed would be somebody else.
 */
function merge(parties: readonly Party[]): readonly Party[] {
  const merged: Party[] = []
  for (const party of parties) {
    const index = merged.findIndex(it => isOne(it, party))
    const before = merged[index]
    if (before === undefined) merged.push(party)
    else if (!hasId(before) && hasId(party)) merged[index] = { ...before, id: party.id }
  }
  return merged
}

/**
 * Whether nothing is lost where the one stands for both. A login alone is given to somebody else when its owner leaves it, and an account with two
 * logins has a part under either.
 */
function isOne(one: Person, other: Person): boolean {
  const mayBeOne = !hasId(one) || !hasId(other) || one.id === other.id
  return mayBeOne && one.login.toLowerCase() === other.login.toLowerCase()
}

function hasId(person: Person): person is Person & { readonly id: string } {
  return person.id !== undefined && person.id !== ''
}

/** Who is about to pass a gate: who started the run, and this attempt of it. */
export interface Starter {
  readonly actor: Person
  readonly triggeringActor: Person
}

/** Who started the attempt that wrote a record. */
export function starterOf({ actor, run }: Pick<LedgerRecord, 'actor' | 'run'>): Starter {
  return { actor, triggeringActor: { login: run.triggeringActor ?? actor.login } }
}

/**
 * Everybody who has a part in what is about to pass a gate: who starts it, whoever wrote it as its plan says, and whoever started the attempt
 * that made the plan, also when another one applies it.
 * @param announcement the record of the plan.
 */
export function partiesAtGate(starter: Starter, announcement: LedgerRecord): readonly Party[] {
  const authors = announcement.event === 'planned' ? announcement.detail?.authors : undefined
  const parties = [
    ...partiesOf({ ...starter, authors }),
    ...partiesOf({ ...starterOf(announcement), authors: undefined })
  ]
  return merge(parties)
}

/** Whether both are one person. Logins change and ids are not always shown: one of both is enough. */
export function isSame(one: Person, other: Person): boolean {
  return (
    (one.id !== undefined && one.id !== '' && one.id === other.id) ||
    one.login.toLowerCase() === other.login.toLowerCase()
  )
}

/**
 * Why an approval is none: it is of nobody, of no person, or of somebody who has a part in what is approved.
 * @returns the rest of a sentence that begins with the login; absent where the approval counts.
 */
export function objectionTo(answer: Approval, parties: readonly Party[]): string | undefined {
  const { userId, login, bot } = answer
  if (userId === '' || login.toLowerCase() === 'ghost') return 'whose account was deleted'
  if (bot === true || login.toLowerCase().endsWith('[bot]')) return 'which is no person'
  const party = parties.find(it => isSame(it, { id: userId, login }))
  return party === undefined ? undefined : `who ${party.part}`
}
