import { describePartial, type Protection, partialIn, releaseId, reviewerName, visible } from '@sluice/core'
import type { AcceptanceState } from './acceptance-state.ts'
import { type Pending, toldBy } from './pending.ts'
import type { LivePlace, Place } from './place.ts'
import { unknownText } from './unknown-text.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The head of the table that {@link placeCells} makes rows of. */
export const PLACE_HEAD = ['environment', 'release', 'commit', 'deployed', 'accepted', 'approved by']

/** One environment as a row. */
export function placeCells(place: Place, now: number): readonly string[] {
  const { environment, live } = place
  if (live === undefined)
    return [visible(environment), '-', '-', place.unknownSince === undefined ? 'never' : 'unknown', '-', '-']
  const { record, acceptance } = live
  const { event, release, time } = record
  return [
    environment,
    release === undefined ? '-' : releaseId(release.digest),
    release === undefined ? '-' : release.commit.slice(0, 12),
    event === 'deployed' ? age(time, now) : `${age(time, now)} (unchanged)`,
    acceptanceText(acceptance),
    approvers(live)
  ].map(visible)
}

function acceptanceText(acceptance: AcceptanceState): string {
  switch (acceptance.state) {
    case 'accepted':
      return 'yes'
    case 'open':
      return 'not yet'
    case 'refused':
      return `no: ${acceptance.event}`
  }
}

function approvers({ record, approvals, gate }: LivePlace): string {
  if (approvals.length > 0) return [...new Set(approvals.map(({ login }) => login))].join(', ')
  if (record.event !== 'deployed') return 'nothing to approve'
  return `no one (${askedText(gate)})`
}

/** Who was asked at a gate that nobody approved at, as it was then: what it is today says nothing of that. */
export function askedText(gate: Protection | undefined): string {
  const reviewers = gate?.reviewers ?? []
  if (reviewers.length > 0) return `one of ${reviewers.map(reviewerName).join(', ')} was asked`
  return gate?.secondPerson === 'none' ? 'no second person is asked (secondPerson: none)' : 'no one is asked'
}

/** Says as a line who withdrew what an environment has, and why. */
export function withdrawnLines({ environment, live }: Place, now: number): readonly string[] {
  const acceptance = live?.acceptance
  if (acceptance?.state !== 'refused' || acceptance.by === undefined) return []
  const { by, reason = '', time, refusedBy } = acceptance
  const why = reason === '' ? '' : `: ${reason}`
  return [visible(`${environment}: withdrawn ${age(time, now)} by ${by}${why} [record ${refusedBy}]`)]
}

/** One run that waits or did not get through, as a line. */
export function pendingLine(environment: string, pending: Pending, now: number): string {
  const { record, bar, withdrawn } = pending
  const stopped =
    withdrawn === undefined ? '' : `; withdrawn since by ${withdrawn.actor.login} [record ${withdrawn.sequence}]`
  const barred = bar === undefined ? '' : `; an approval would deploy nothing: ${bar}`
  const release = record.release === undefined ? 'a release' : releaseId(record.release.digest)
  return visible(
    `${environment}: ${release} ${stateText(pending, age(toldBy(pending).time, now))} (run ${record.run.id})${stopped}${barred}`
  )
}

/** Says as a line that what an environment has is not known any more; none while a run is still about to tell. */
export function unknownLines({ environment, unknownSince: since, pending }: Place): readonly string[] {
  if (since === undefined || pending.some(({ state }) => state === 'started')) return []
  return [visible(`${environment}: what is there is unknown since record ${since.sequence}: ${unknownText(since)}`)]
}

function stateText({ state, record, by }: Pending, when: string): string {
  const partial = partialIn(by ?? record)
  if (partial !== undefined) return `stopped halfway ${when}: ${describePartial(partial)}`
  switch (state) {
    case 'waiting':
      return `planned ${when}, waiting for approval`
    case 'outdated':
      return `planned ${when}, the plan has expired`
    case 'started':
      return `started ${when}, no outcome recorded yet`
    default:
      return `${state} ${when}`
  }
}

/** How long ago a moment was, in the one unit that people would use. */
export function age(time: string, now: number): string {
  const passed = now - Date.parse(time)
  if (passed < MINUTE) return 'just now'
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`
  if (passed < 2 * DAY) return `${Math.floor(passed / HOUR)} h ago`
  return `${Math.floor(passed / DAY)} d ago`
}
