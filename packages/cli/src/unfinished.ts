import {
  describePartial,
  type LedgerRecord,
  type NamedRelease,
  type PartialDeployment,
  partialIn,
  type ReleasedUnit,
  releaseId
} from '@sluice/core'
import { isSameAttempt } from './acceptance-state.ts'
import type { ReadEvidence } from './stay.ts'
import { firstReleases, unitsOf } from './stay.ts'

/** A deployment that began and that no record says was done: from then on it may have been there, or a part of it. */
export interface Unfinished {
  readonly started: LedgerRecord
  readonly release: NamedRelease
  /** What the release is made of, by its document. */
  readonly units: Readonly<Record<string, ReleasedUnit>>
  /** How its run ended, by its own word; absent: it never said. */
  readonly ended: LedgerRecord | undefined
  /** How far it came, where that was told. */
  readonly partial: PartialDeployment | undefined
  /** When the next deployment was done, in milliseconds since the epoch; absent: none was. */
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
    const own = later.filter(it => isSameAttempt(it, started))
    const ended = own.find(({ event }) => event !== 'started')
    if (own.some(({ event }) => event === 'deployed') || isUntouched(ended)) return []
    const next = later.find(({ event }) => event === 'deployed')
    return [
      {
        ...{ started, release, ended },
        units: unitsOf(released.get(release.digest), evidence),
        partial: partialIn(ended),
        until: next === undefined ? undefined : Date.parse(next.time)
      }
    ]
  })
}

/** Whether a run says of itself that it came to an end before it touched anything. */
function isUntouched(ended: LedgerRecord | undefined): boolean {
  if (ended?.event === 'failed' || ended?.event === 'cancelled') return ended.detail?.untouched === true
  return ended?.event === 'obsolete' || ended?.event === 'superseded'
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
  until
}: Unfinished): readonly (readonly [string, string])[] {
  const { run, actor, time, sequence } = started
  const reason = ended?.detail !== undefined && 'reason' in ended.detail ? String(ended.detail.reason ?? '') : ''
  return [
    ['release', release.digest],
    ...Object.entries(units).map(([name, { kind, digest }]): [string, string] => [`${kind} ${name}`, digest]),
    ['began', `${time} by run ${run.id} (attempt ${run.attempt}), started by ${actor.login} [record ${sequence}]`],
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
    ['until', until === undefined ? 'nothing was deployed since' : new Date(until).toISOString()]
  ]
}

/** The same for programs. */
export function unfinishedJson({ started, release, units, ended, partial, until }: Unfinished): unknown {
  return {
    release: { id: releaseId(release.digest), ...release },
    units,
    started: { time: started.time, record: started.sequence, run: started.run, actor: started.actor },
    partial,
    ended: ended && { event: ended.event, time: ended.time, record: ended.sequence },
    until: until === undefined ? undefined : new Date(until).toISOString()
  }
}
