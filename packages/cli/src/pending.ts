import { EVENT_RULES, hasExpired, isEnding, type LedgerEvent, type LedgerRecord, withdrawnBy } from '@sluice/core'
import type { OpenAttempt } from '@sluice/ledger'
import { isSameAttempt, isSameRun, type LiveRelease, runOf } from './acceptance-state.ts'

/** A run that wants, or wanted, another release in. */
export interface Pending {
  /** `waiting` for approval, `outdated` when a plan waits for longer than it holds, `started` without an end so far, or how it ended. */
  readonly state: 'waiting' | 'outdated' | LedgerEvent
  /** The run's own. */
  readonly record: LedgerRecord
  /** What tells how it ended, where the run itself does not. */
  readonly by?: LedgerRecord
  /** That someone stopped the release since it ended badly. */
  readonly withdrawn?: LedgerRecord
  /** Why an approval of what waits would deploy nothing. */
  readonly bar?: string
}

/**
 * Runs that are not through, or did not get through since what is live came, newest first.
 * @param here the records of the environment, oldest first. @param open what decisions hold for open there.
 */
export function pendingIn(
  here: readonly LedgerRecord[],
  open: readonly OpenAttempt[],
  live: LiveRelease | undefined,
  now: number
): readonly Pending[] {
  const lastOf = new Map(here.map(record => [runOf(record), record]))
  // An attempt begins when the one before it is over.
  const going = open.filter(({ last }) => lastOf.get(runOf(last)) === last)
  const isOpen = new Set(going.map(({ last }) => runOf(last)))
  const ended = [...lastOf.values()].filter(
    record => !isOpen.has(runOf(record)) && !(live !== undefined && isSameAttempt(record, live.record))
  )
  // What ended before the present release came is history.
  const news = here.filter(({ sequence }) => sequence > (live?.record.sequence ?? 0))
  return [...going.flatMap(it => goingOn(it, live, now)), ...ended.flatMap(it => endOf(it, news))].toSorted(
    (a, b) => toldBy(b).sequence - toldBy(a).sequence || b.record.sequence - a.record.sequence
  )
}

/** The record that tells of a run that it waits, or how it ended. */
export function toldBy({ record, by }: Pending): LedgerRecord {
  return by ?? record
}

function goingOn({ last, begun }: OpenAttempt, live: LiveRelease | undefined, now: number): readonly Pending[] {
  // Runs take turns: whoever began before what was deployed last deployed that, or is dead.
  const isNews = begun !== undefined && begun.sequence > (live?.deployed.sequence ?? 0)
  if (begun !== undefined) return isNews ? [{ state: 'started', record: begun }] : []
  if (last.event !== 'planned') return []
  return [{ state: hasExpired(Date.parse(last.time), now) ? 'outdated' : 'waiting', record: last }]
}

/** How a run ended, if that was badly: by its own word, or by that of another, which found it dead or overtaken. */
function endOf(record: LedgerRecord, news: readonly LedgerRecord[]): readonly Pending[] {
  const [first] = news
  if (first === undefined) return []
  // What it had done before it tried again is there still.
  const half = news.findLast(it => it.event === 'partial' && isHalfOf(it, record))
  if (half !== undefined && record.event !== 'deployed')
    return [{ state: half.event, record: half, ...withdrawnSince(half, news) }]
  if (EVENT_RULES[record.event].endsBadly)
    return record.sequence < first.sequence ? [] : [{ state: record.event, record, ...withdrawnSince(record, news) }]
  if (!ON_THE_WAY.has(record.event)) return []
  const by = news.findLast(it => EVENT_RULES[it.event].endsBadly && tellsEndOf(it, record))
  return by === undefined ? [] : [{ state: by.event, record, by }]
}

function withdrawnSince(record: LedgerRecord, news: readonly LedgerRecord[]): Pick<Pending, 'withdrawn'> {
  const { release, sequence } = record
  if (release === undefined) return {}
  const withdrawn = news.findLast(it => it.sequence > sequence && withdrawnBy(it).includes(release.digest))
  return withdrawn === undefined ? {} : { withdrawn }
}

/** After these a run has more to say. */
const ON_THE_WAY: ReadonlySet<LedgerEvent> = new Set(['planned', 'started', 'deployed'])

/** Whether a record says that a run, in this attempt or one before, deployed its release by half. */
function isHalfOf(half: LedgerRecord, record: LedgerRecord): boolean {
  return isSameRun(half, record) && half.release?.digest === record.release?.digest
}

function tellsEndOf(teller: LedgerRecord, { run }: LedgerRecord): boolean {
  const ended = isEnding(teller) ? (teller.detail?.ended ?? []) : []
  return ended.some(it => it.run === run.id && it.attempt === run.attempt)
}
