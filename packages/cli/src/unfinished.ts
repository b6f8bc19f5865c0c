import {
  type Approval,
  confirmsLive,
  describePartial,
  isEnding,
  type LedgerRecord,
  type NamedRelease,
  type PartialDeployment,
  partialIn,
  type ReleasedUnit,
  releaseId,
  touchedNothing,
  withdrawnBy
} from '@sluice/core'
import { isSameAttempt, refusedBy } from './acceptance-state.ts'
import { approvalText } from './approval-text.ts'
import { approvalsOf } from './place.ts'
import { promotionOf, promotionRows } from './promotion-rows.ts'
import type { ReadEvidence } from './stay.ts'
import { firstReleases, unitsOf } from './stay.ts'

/** A deployment that began and that no record says was done: from then on it may have been there, or a part of it. */
export interface Unfinished {
  readonly started: LedgerRecord
  readonly release: NamedRelease
  /** What the release is made of, by its document. */
  readonly units: Readonly<Record<string, ReleasedUnit>>
  /** Who approved its plan; none where no one was asked. */
  readonly approvals: readonly Approval[]
  /** Who stopped it since, until it was deployed anew; oldest first. */
  readonly withdrawn: readonly LedgerRecord[]
  /** How its run ended, by its own word or that of the run that found it dead; absent: no one said. */
  readonly ended: LedgerRecord | undefined
  /** How far it came, where that was told. */
  readonly partial: PartialDeployment | undefined
  /** When the ledger next knew what is there, in milliseconds since the epoch: something was deployed, or found to be there; absent: not since. */
  readonly until: number | undefined
}

/** The deployments to an environment that no record says were done, oldest first. @param records of a verified ledger, oldest first. */
export function unfinishedIn(
  environment: string,
  records: readonly LedgerRecord[],
  evidence: ReadEvidence
): readonly Unfinished[] {
  const here = records.filter(record => record.environment === environment)
  const released = firstReleases(records)
  return here.flatMap((started, at): readonly Unfinished[] => {
    const { release } = started
    if (started.event !== 'started' || release === undefined) return []
    const later = here.slice(at + 1)
    const ended = endOf(started, later)
    const isDone = later.some(it => isSameAttempt(it, started) && it.event === 'deployed')
    if (isDone || touchedNothing(ended)) return []
    const next = later.find(it => it.event === 'deployed' || confirmsLive(it))
    const anew = later.findIndex(it => it.event === 'deployed' && it.release?.digest === release.digest)
    return [
      {
        ...{ started, release, ended },
        units: unitsOf(released.get(release.digest), evidence),
        approvals: approvalsOf(ended ?? later.at(-1) ?? started, here),
        withdrawn: later
          .slice(0, anew < 0 ? later.length : anew)
          .filter(it => withdrawnBy(it).includes(release.digest)),
        partial: partialIn(ended),
        until: next === undefined ? undefined : Date.parse(next.time)
      }
    ]
  })
}

/** How an attempt ended: the last thing that it said of its release, or what another run said that found it dead. */
function endOf(started: LedgerRecord, later: readonly LedgerRecord[]): LedgerRecord | undefined {
  const { release, run } = started
  const own = later.findLast(
    it => isSameAttempt(it, started) && it.event !== 'started' && it.release?.digest === release?.digest
  )
  if (own !== undefined) return own
  return later.findLast(
    it => isEnding(it) && it.detail?.ended?.some(one => one.run === run.id && one.attempt === run.attempt) === true
  )
}

/** Those that a span of time may have a part of. @param from milliseconds since the epoch, as `to`, which is no part of it. */
export function unfinishedBetween(unfinished: readonly Unfinished[], from: number, to: number): readonly Unfinished[] {
  return unfinished.filter(
    ({ started, until = Number.POSITIVE_INFINITY }) => Date.parse(started.time) < to && until > from
  )
}

/** What is told of one, each with its name. */
export function unfinishedRows({
  started,
  release,
  units,
  ended,
  partial,
  until,
  approvals,
  withdrawn
}: Unfinished): readonly (readonly [string, string])[] {
  const { run, actor, time, sequence } = started
  const reason = ended?.detail !== undefined && 'reason' in ended.detail ? String(ended.detail.reason ?? '') : ''
  return [
    ['release', release.digest],
    ...Object.entries(units).map(([name, { kind, digest }]): [string, string] => [`${kind} ${name}`, digest]),
    ['began', `${time} by run ${run.id} (attempt ${run.attempt}), started by ${actor.login} [record ${sequence}]`],
    ...promotionRows(started),
    ...approvals.map((it): [string, string] => ['approved by', approvalText(it, started)]),
    [
      'done',
      partial === undefined
        ? 'not by this ledger: all of it may be there, or a part, or nothing'
        : `by half: ${describePartial(partial)}`
    ],
    ...(ended === undefined
      ? []
      : [
          [
            ended.event,
            `${ended.time}${reason === '' ? '' : `: ${JSON.stringify(reason)}`} [record ${ended.sequence}]`
          ] as const
        ]),
    ...withdrawn
      .map(refusedBy)
      .map((it): [string, string] => [
        it.event,
        `${it.time}${it.by === undefined ? '' : ` by ${it.by}`}${it.reason === undefined ? '' : `: ${JSON.stringify(it.reason)}`} [record ${it.refusedBy}]`
      ]),
    ['until', until === undefined ? 'nothing has settled it since' : new Date(until).toISOString()]
  ]
}

/** The same for programs. */
export function unfinishedJson(one: Unfinished): unknown {
  const { started, release, units, ended, partial, until, approvals, withdrawn } = one
  return {
    release: { id: releaseId(release.digest), ...release },
    units,
    started: { time: started.time, record: started.sequence, run: started.run, actor: started.actor },
    promotion: promotionOf(started),
    approvals,
    partial,
    withdrawn: withdrawn.map(({ time, sequence, actor, detail }) => ({ time, record: sequence, actor, detail })),
    ended: ended && { event: ended.event, time: ended.time, record: ended.sequence },
    until: until === undefined ? undefined : new Date(until).toISOString()
  }
}
