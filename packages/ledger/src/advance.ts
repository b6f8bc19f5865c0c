import { type EndedRun, EVENT_RULES, isEnding, type RecordDraft, undoneBy, withdrawnBy } from '@sluice/core'
import { type IndexKey, identityOf, indexKey } from './index-key.ts'
import type { OpenRun, Placed, SectionState } from './state.ts'

/** What a section knows, but for its index, which is a tree of its own. */
export type Knowledge = Omit<SectionState, 'index'>

/** A record that has its place, before it is known what it commits to. */
export type PlacedDraft = RecordDraft & { readonly sequence: number }

/** What a section knows after one of its records. What it does not say, the record leaves as it was. */
export function advance(before: Knowledge, record: PlacedDraft): Knowledge {
  const config = before.config ?? record.policy?.path
  const bound = config === undefined ? {} : { config }
  if (record.environment === undefined) return { ...before, ...bound }
  const { sequence, event } = record
  const { touchesLive, endsBadly } = EVENT_RULES[event]
  const unfinished = touchesLive && !endsBadly ? (event === 'started' ? sequence : undefined) : before.unfinished
  const judged = touchesLive ? { sequence, accepted: event === 'accepted' } : before.judged
  return {
    ...bound,
    ...placesAfter(before, record),
    ...(judged === undefined ? {} : { judged }),
    ...(unfinished === undefined ? {} : { unfinished }),
    open: openAfter(before.open, record)
  }
}

function placesAfter(
  { deployed, found, confirmed }: Knowledge,
  record: PlacedDraft
): Pick<Knowledge, 'deployed' | 'found' | 'confirmed'> {
  const { release, run, sequence } = record
  const placed: Placed | undefined = release && { sequence, release, run: run.id, attempt: run.attempt }
  // What was deployed takes the place of what had been found before.
  if (record.event === 'deployed' && placed !== undefined) return { deployed: placed }
  const confirms = record.event === 'accepted' && record.detail?.unchanged === true
  const here = confirms || record.event === 'unchanged' ? placed : found
  const last = confirms ? placed : confirmed
  return {
    ...(deployed === undefined ? {} : { deployed }),
    ...(here === undefined ? {} : { found: here }),
    ...(last === undefined ? {} : { confirmed: last })
  }
}

function openAfter(open: readonly OpenRun[], record: PlacedDraft): readonly OpenRun[] {
  // To withdraw a release is no part of a delivery: such a run neither begins nor ends anything here.
  if (record.event === 'withdrawn') return open
  const ended = endedBy(record)
  if (ended.length > 0) return open.filter(it => !ended.some(end => isSame(it, end)))
  const own = { run: record.run.id, attempt: record.run.attempt }
  const known = open.find(it => isSame(it, own))
  const begun = known?.begun ?? (record.event === 'started' ? record.sequence : undefined)
  const now: OpenRun = { ...own, last: record.sequence, ...(begun === undefined ? {} : { begun }) }
  return known === undefined ? [...open, now] : open.map(it => (it === known ? now : it))
}

/** The attempts whose end a record tells: its own, and those that it found dead. What is stated on the way ends nothing. */
function endedBy(record: RecordDraft): readonly EndedRun[] {
  return isEnding(record) ? [{ run: record.run.id, attempt: record.run.attempt }, ...(record.detail?.ended ?? [])] : []
}

function isSame(it: EndedRun, other: EndedRun): boolean {
  return it.run === other.run && it.attempt === other.attempt
}

/** What a section's index says of a key: the sequence of a record, {@link NEVER}, or nothing. */
export type Lookup = (key: IndexKey) => number | undefined

/** What a key leads to that was taken back: no record has this sequence. */
export const NEVER = 0

/** What a record changes in its section's index: keys, each with what it leads to afterwards. */
export function entriesOf(record: PlacedDraft, lookup: Lookup): readonly (readonly [IndexKey, number])[] {
  const { sequence } = record
  const entries = [identityOf(record), ...answeredBy(record)].map(key => [key, sequence] as const)
  return [...entries, ...firstsOf(record, lookup)]
}

/** Every key that {@link entriesOf} may change or look at: what has to be read before the record can be added. */
export function keysOf(record: RecordDraft): readonly IndexKey[] {
  return [identityOf(record), ...answeredBy(record), ...firstKeysOf(record)]
}

/** The keys whose newest answer the record is. */
function answeredBy(record: RecordDraft): readonly IndexKey[] {
  const { event, run, release, plan, unit } = record
  const planned = plan === undefined ? [] : [indexKey(['plan', event, run.id, plan])]
  switch (event) {
    case 'built':
    case 'tested':
      return unit === undefined ? [] : [indexKey([event, unit.name, unit.fingerprint, unit.digest])]
    case 'planned':
      return planned
    case 'started':
      return release === undefined ? planned : [...planned, indexKey([event, run.id, release.digest])]
    case 'deployed':
      return release === undefined ? [] : [indexKey([event, run.id, release.digest])]
    case 'accepted':
    case 'unchanged':
      return release === undefined ? [] : [indexKey([event, release.digest])]
    default:
      return [
        ...undoneBy(record).map(digest => indexKey(['undone', digest])),
        ...withdrawnBy(record).map(digest => indexKey(['withdrawn', digest]))
      ]
  }
}

/** The keys whose first answer counts: of a release, and of an acceptance since it was last taken back. */
function firstKeysOf(record: RecordDraft): readonly IndexKey[] {
  const { event, release } = record
  if (release !== undefined && event === 'released') return [indexKey(['released', release.digest])]
  const judged = release !== undefined && accepts(event) ? [release.digest] : undoneBy(record)
  return judged.map(digest => indexKey(['accepted-since', digest]))
}

function firstsOf(record: PlacedDraft, lookup: Lookup): readonly (readonly [IndexKey, number])[] {
  const keys = firstKeysOf(record)
  if (undoneBy(record).length > 0) return keys.map(key => [key, NEVER])
  return keys.filter(key => (lookup(key) ?? NEVER) === NEVER).map(key => [key, record.sequence])
}

function accepts(event: RecordDraft['event']): boolean {
  return event === 'accepted' || event === 'unchanged'
}
