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
  return eachPersonOnce(parties)
}

/**
 * Each once, as they were named first. Where that is by login alone, the number that tells who it is comes from where they are named later: without
 * it, who is renamed would be somebody else. A login alone is given to somebody else when its owner leaves it, so two numbers are two people; and an
 * account with two logins has a part under either. Takes as long as the list is: anybody can name thousands of co-authors.
 */
export function eachPersonOnce<T extends Person>(people: readonly T[]): readonly T[] {
  const merged: T[] = []
  const [byLogin, byBoth] = [new Map<string, number>(), new Map<string, number>()]
  for (const person of people) {
    const login = person.login.toLowerCase()
    const [first, both] = [byLogin.get(login), hasId(person) ? `${person.id} ${login}` : undefined]
    const before = first === undefined ? undefined : merged[first]
    if (before === undefined) byLogin.set(login, merged.length)
    if (both === undefined ? before !== undefined : byBoth.has(both)) continue
    if (first !== undefined && before !== undefined && !hasId(before) && both !== undefined) {
      merged[first] = { ...before, id: person.id }
      byBoth.set(both, first)
      continue
    }
    if (both !== undefined) byBoth.set(both, merged.length)
    merged.push(person)
  }
  return merged
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
  return eachPersonOnce(parties)
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
