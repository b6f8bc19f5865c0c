import { type EndedRun, isEnding, type RecordDraft } from '@sluice/core'
import { type IndexKey, indexKey } from './index-key.ts'
import type { Added } from './reference.ts'
import type { OpenRun } from './state.ts'

/**
 * How long an attempt may be heard of no more before nobody can hear of it again, in milliseconds. GitHub lets nothing wait at a gate for
 * more than 30 days, and ends every run after 35 ("Actions limits").
 */
export const LONGEST_RUN = 35 * 24 * 60 * 60_000

/** So many attempts are open at most: each costs a decision two files. */
const MOST_OPEN = 200

/** The attempts whose end a record tells: its own, and those that it found dead. What is stated on the way ends nothing. */
export function endedBy(record: RecordDraft): readonly EndedRun[] {
  return isEnding(record) ? [{ run: record.run.id, attempt: record.run.attempt }, ...(record.detail?.ended ?? [])] : []
}

/** The key that leads to the record of an attempt's end. */
export function endingOf({ id, attempt }: Pick<RecordDraft['run'], 'id' | 'attempt'>): IndexKey {
  return indexKey(['ended', id, attempt])
}

/**
 * The attempts that are open after a record, oldest first. What ended is not open again for a word that came late, but for one that it starts:
 * who waited at a gate, was told to be superseded, and is approved all the same, must be waited for by others.
 *
 * Whoever tells of another attempt looked at it earlier, and it may have begun since. So one that has begun ends by its own word, or by
 * `failed`, which is told of dead ones only.
 * @param hasEnded whether an earlier record told the end of the attempt that wrote this one.
 */
export function openAfter(open: readonly OpenRun[], added: Added, hasEnded: boolean): readonly OpenRun[] {
  const { record, reference } = added
  const now = Date.parse(record.time)
  const alive = open.filter(({ heard }) => now - Date.parse(heard) <= LONGEST_RUN)
  // To withdraw a release, or to repair the ledger, is no part of a delivery: such a run neither begins nor ends anything here.
  if (record.event === 'withdrawn' || record.event === 'repaired') return alive
  const own = { run: record.run.id, attempt: record.run.attempt }
  const ended = endedBy(record)
  if (ended.length > 0) {
    const mayEnd = (it: OpenRun): boolean => it.begun === undefined || record.event === 'failed' || isSame(it, own)
    return alive.filter(it => !(mayEnd(it) && ended.some(end => isSame(it, end))))
  }
  const known = alive.find(it => isSame(it, own))
  if (hasEnded && known === undefined && record.event !== 'started') return alive
  const begun = known?.begun ?? (record.event === 'started' ? reference : undefined)
  const entry: OpenRun = { ...own, heard: record.time, last: reference, ...(begun === undefined ? {} : { begun }) }
  return known === undefined ? [...bounded(alive), entry] : alive.map(it => (it === known ? entry : it))
}

/** Makes room for one more. Who waits for a turn waits for those that began; one that has not announces itself again when it does. */
function bounded(open: readonly OpenRun[]): readonly OpenRun[] {
  if (open.length < MOST_OPEN) return open
  const first = Math.max(
    0,
    open.findIndex(({ begun }) => begun === undefined)
  )
  return open.filter((_, n) => n !== first)
}

function isSame(it: EndedRun, other: EndedRun): boolean {
  return it.run === other.run && it.attempt === other.attempt
}
