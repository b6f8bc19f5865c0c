import {
  confirmsLive,
  EVENT_RULES,
  foundInPlace,
  type RecordDraft,
  unchangedBy,
  undoneBy,
  withdrawnBy
} from '@sluice/core'
import { type IndexKey, identityOf, indexKey } from './index-key.ts'
import { endedBy, endingOf, openAfter } from './open-runs.ts'
import type { Added, Reference } from './reference.ts'
import type { Placed, SectionState } from './state.ts'

/** What a section knows, but for its index, which is a tree of its own. */
export type Knowledge = Omit<SectionState, 'index'>

/**
 * What a section knows after one of its records. What it does not say, the record leaves as it was.
 * @param lookup the section's index before the record.
 */
export function advance(before: Knowledge, added: Added, lookup: Lookup): Knowledge {
  const { record, reference } = added
  const config = before.config ?? record.policy?.path
  const bound = config === undefined ? {} : { config }
  if (record.environment === undefined) return { ...before, ...bound }
  const { event } = record
  const ends = event === 'deployed' || confirmsLive(record)
  const unfinished = event === 'started' ? reference : ends ? undefined : before.unfinished
  // Checks that are run again while somebody deploys see neither what was there nor what will be: they judge nothing.
  const judges = EVENT_RULES[event].touchesLive && !(event === 'accepted' && unfinished !== undefined)
  const judged = judges ? { ...reference, accepted: event === 'accepted' } : before.judged
  return {
    ...bound,
    ...placesAfter(before, added),
    ...(judged === undefined ? {} : { judged }),
    ...(unfinished === undefined ? {} : { unfinished }),
    open: openAfter(before.open, added, lookup(endingOf(record.run)) !== undefined)
  }
}

function placesAfter(
  { deployed, found, confirmed }: Knowledge,
  { record, reference }: Added
): Pick<Knowledge, 'deployed' | 'found' | 'confirmed'> {
  const { release, run } = record
  const placed: Placed | undefined = release && { ...reference, release, run: run.id, attempt: run.attempt }
  // What was deployed takes the place of what had been found before.
  if (record.event === 'deployed' && placed !== undefined) return { deployed: placed }
  const here = foundInPlace(record) ? placed : found
  const last = confirmsLive(record) ? placed : confirmed
  return {
    ...(deployed === undefined ? {} : { deployed }),
    ...(here === undefined ? {} : { found: here }),
    ...(last === undefined ? {} : { confirmed: last })
  }
}

/** What a section's index says of a key; `undefined`: nothing, or nothing any more. */
export type Lookup = (key: IndexKey) => Reference | undefined

/** What a record changes in its section's index: keys, each with what it leads to afterwards; `undefined`: to nothing any more. */
export function entriesOf(added: Added, lookup: Lookup): readonly (readonly [IndexKey, Reference | undefined])[] {
  const { record, reference } = added
  const entries = [identityOf(record), ...answeredBy(record)].map(key => [key, reference] as const)
  return [...entries, ...firstsOf(added, lookup)]
}

/** Every key that may lead to a record: what it may answer. */
export function keysOf(record: RecordDraft): readonly IndexKey[] {
  return [identityOf(record), ...answeredBy(record), ...firstKeysOf(record)]
}

/** Every key that has to be read before a record can be added: those that it may change, and the end of the attempt that wrote it. */
export function keysBefore(record: RecordDraft): readonly IndexKey[] {
  return record.environment === undefined ? keysOf(record) : [...keysOf(record), endingOf(record.run)]
}

/** The keys whose newest answer the record is. */
function answeredBy(record: RecordDraft): readonly IndexKey[] {
  return [...endedBy(record).map(({ run, attempt }) => endingOf({ id: run, attempt })), ...answeredByEvent(record)]
}

function answeredByEvent(record: RecordDraft): readonly IndexKey[] {
  const { event, run, release, plan, unit } = record
  const planned = plan === undefined ? [] : [indexKey(['plan', event, run.id, plan])]
  switch (event) {
    case 'built':
    case 'tested':
      return ofBuild(event, unit)
    case 'adopted':
      return [...ofBuild(event, unit), indexKey(['adopted-by', run.id])]
    case 'released':
      return unchangedBy(record).map(({ environment }) => indexKey(['same', environment]))
    case 'planned':
      return planned
    case 'started':
      return release === undefined ? planned : [...planned, indexKey([event, run.id, release.digest])]
    case 'deployed':
      return release === undefined ? [] : [indexKey([event, run.id, release.digest])]
    case 'accepted':
    case 'unchanged':
      return release === undefined ? [] : [indexKey([event, release.digest])]
    case 'partial':
      return release === undefined ? [] : [...undoingOf(record), indexKey([event, run.id, release.digest])]
    default:
      return undoingOf(record)
  }
}

function undoingOf(record: RecordDraft): readonly IndexKey[] {
  return [
    ...undoneBy(record).map(digest => indexKey(['undone', digest])),
    ...withdrawnBy(record).map(digest => indexKey(['withdrawn', digest]))
  ]
}

function ofBuild(event: 'built' | 'tested' | 'adopted', unit: RecordDraft['unit']): readonly IndexKey[] {
  return unit === undefined ? [] : [indexKey([event, unit.name, unit.fingerprint, unit.digest])]
}

/** The keys whose first answer counts: of a release, and of an acceptance since it was last taken back. */
function firstKeysOf(record: RecordDraft): readonly IndexKey[] {
  const { event, release } = record
  if (release !== undefined && event === 'released') return [indexKey(['released', release.digest])]
  const judged = release !== undefined && accepts(event) ? [release.digest] : undoneBy(record)
  return judged.map(digest => indexKey(['accepted-since', digest]))
}

function firstsOf({ record, reference }: Added, lookup: Lookup): ReturnType<typeof entriesOf> {
  const keys = firstKeysOf(record)
  if (undoneBy(record).length > 0) return keys.map(key => [key, undefined])
  return keys.filter(key => lookup(key) === undefined).map(key => [key, reference])
}

function accepts(event: RecordDraft['event']): boolean {
  return event === 'accepted' || event === 'unchanged'
}
