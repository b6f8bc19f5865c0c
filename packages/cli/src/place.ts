import {
  type Approval,
  approvalsSince,
  EVENT_RULES,
  hasExpired,
  type LedgerEvent,
  type LedgerRecord
} from '@sluice/core'
import { findAcceptance, findUndoing, isWithdrawal } from '@sluice/policy'

/** What the ledger knows of one environment. */
export interface Place {
  readonly environment: string
  /** Absent: nothing was ever deployed. */
  readonly live: LivePlace | undefined
  /** Other runs that are not through, or did not get through since, newest first. */
  readonly pending: readonly Pending[]
}

/** The release that an environment has. */
export interface LivePlace {
  /** The record that brought it: `deployed`, or `unchanged` when it needed no change. */
  readonly record: LedgerRecord
  readonly acceptance: AcceptanceState
  /** Answers to the plan, of reviewers; none where nobody is asked. */
  readonly approvals: readonly Approval[]
}

export type AcceptanceState =
  | { readonly state: 'accepted'; readonly time: string }
  | { readonly state: 'open' }
  | { readonly state: 'refused'; readonly event: LedgerEvent; readonly time: string }

/** A run that wants, or wanted, another release in. */
export interface Pending {
  /** `waiting` for approval, `outdated` when a plan waits for longer than it holds, `started` without an end so far, or how it ended. */
  readonly state: 'waiting' | 'outdated' | LedgerEvent
  readonly record: LedgerRecord
}

/** Reads one environment off a verified ledger. @param records oldest first. @param now milliseconds since the epoch. */
export function placeOf(environment: string, records: readonly LedgerRecord[], now: number): Place {
  const here = records.filter(record => record.environment === environment)
  const record = here.findLast(({ event, release }) => EVENT_RULES[event].brings && release !== undefined)
  return {
    environment,
    live: record === undefined ? undefined : livePlace(record, here),
    pending: pendingIn(here, record, now)
  }
}

function livePlace(record: LedgerRecord, here: readonly LedgerRecord[]): LivePlace {
  return { record, acceptance: acceptanceOf(record, here), approvals: approvalsOf(record, here) }
}

/** Whether the release that a record brought was accepted. @param here the records of its environment, oldest first. */
export function acceptanceOf(live: LedgerRecord, here: readonly LedgerRecord[]): AcceptanceState {
  const withdrawn =
    live.release === undefined
      ? undefined
      : findUndoing(here.toReversed(), live.environment ?? '', live.release.digest, isWithdrawal)
  if (withdrawn !== undefined) return { state: 'refused', event: withdrawn.event, time: withdrawn.time }
  const later = here.filter(({ sequence }) => sequence > live.sequence)
  const accepted = later.find(({ event, release }) => event === 'accepted' && release?.digest === live.release?.digest)
  if (accepted !== undefined) return { state: 'accepted', time: accepted.time }
  if (live.event === 'unchanged' && live.release !== undefined) {
    const found = findAcceptance(here.toReversed(), live.environment ?? '', live.release.digest)
    if (found !== undefined) return { state: 'accepted', time: new Date(found.acceptedSince).toISOString() }
  }
  const end = later.findLast(other => isSameRun(other, live) && EVENT_RULES[other.event].endsBadly)
  return end === undefined ? { state: 'open' } : { state: 'refused', event: end.event, time: end.time }
}

/** Who approved the plan of the run that a record is of. @param here the records of its environment, oldest first. */
export function approvalsOf(live: LedgerRecord, here: readonly LedgerRecord[]): readonly Approval[] {
  const before = here.filter(record => isSameRun(record, live) && record.sequence < live.sequence)
  const planned = before.findLast(({ event }) => event === 'planned')
  const started = before.findLast(({ event }) => event === 'started')
  const answers = started?.approvals ?? live.approvals ?? []
  return approvalsSince(planned?.approvals ?? [], answers).filter(({ state }) => state === 'approved')
}

function pendingIn(here: readonly LedgerRecord[], live: LedgerRecord | undefined, now: number): readonly Pending[] {
  const last = new Map(here.map(record => [`${record.run.repository} ${record.run.id}`, record]))
  return [...last.values()]
    .filter(record => live === undefined || !isSameRun(record, live))
    .sort((a, b) => b.sequence - a.sequence)
    .flatMap((record): readonly Pending[] => {
      const { event, time, sequence } = record
      if (event === 'planned') return [{ state: hasExpired(Date.parse(time), now) ? 'outdated' : 'waiting', record }]
      // What ended before the present release came is history.
      const isNews = live === undefined || sequence > live.sequence
      return isNews && (event === 'started' || EVENT_RULES[event].endsBadly) ? [{ state: event, record }] : []
    })
}

/** Whether two records are of one run. */
export function isSameRun(a: LedgerRecord, b: LedgerRecord): boolean {
  return a.run.repository === b.run.repository && a.run.id === b.run.id
}
