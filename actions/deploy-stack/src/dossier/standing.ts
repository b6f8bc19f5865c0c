import {
  type Digest,
  describePartial,
  type LedgerRecord,
  type PartialDeployment,
  partialIn,
  type RecordOf,
  releaseId,
  touchedNothing
} from '@sluice/core'
import { endOfAttempt, halfOf, type Pipeline, partialOf, withdrawalOfLive } from '@sluice/pipeline'
import { line } from './clip.ts'

/** A release that somebody stopped in the environment. */
export interface Withdrawal {
  /** The release that the page is about, or the one that the ledger holds as live there. */
  readonly of: 'this' | 'live'
  readonly release: Digest
  readonly sequence: number
  readonly by: string
  readonly reason: string
}

/** The record since which it is not sure what the environment has. */
export interface Uncertain {
  /** `started` and not recorded as done, `bypassed`, or `repaired`. */
  readonly event: LedgerRecord['event']
  readonly release?: Digest
  readonly sequence: number
  readonly run: string
  readonly attempt: number
  /** Whether it is of this very run. */
  readonly isOwn: boolean
  /** The record by which it touched nothing. */
  readonly untouched?: number
  /** How far it came, where a record says that it stopped halfway. */
  readonly stopped?: PartialDeployment & { readonly sequence: number }
}

/** What the ledger holds against taking the environment for what was recorded of it last. */
export interface StandingFacts {
  /** The release that the ledger holds as live. */
  readonly live: Digest | undefined
  readonly withdrawals: readonly Withdrawal[]
  readonly uncertain: Uncertain | undefined
}

/** Reads how sure it is what runs in an environment, and whether somebody stopped that, or the release that is to come. */
export async function readStanding(
  { history, run }: Pick<Pipeline, 'history' | 'run'>,
  environment: string,
  release: Digest
): Promise<StandingFacts> {
  const places = await history.places(environment)
  const live = (await history.live(environment))?.release?.digest
  const own = await history.withdrawal(environment, release)
  const ofLive = live === release ? undefined : await withdrawalOfLive(history, environment, places)
  return {
    live,
    withdrawals: [...told('this', release, own), ...(live === undefined ? [] : told('live', live, ofLive))],
    uncertain: await readUncertain(history, environment, { ownRun: run.runId, release })
  }
}

function told(of: Withdrawal['of'], release: Digest, record: RecordOf<'withdrawn'> | undefined): readonly Withdrawal[] {
  if (record === undefined) return []
  const { sequence, actor, detail } = record
  return [{ of, release, sequence, by: actor.login, reason: detail?.reason ?? '' }]
}

async function readUncertain(
  history: Pipeline['history'],
  environment: string,
  { ownRun, release: own }: { readonly ownRun: string; readonly release: Digest }
): Promise<Uncertain | undefined> {
  const record = await history.uncertainSince(environment)
  if (record === undefined) return undefined
  const { event, release, sequence, run } = record
  const facts = { ...uncertainBy(record, ownRun), ...(release === undefined ? {} : { release: release.digest }) }
  if (event !== 'started' || release === undefined) return facts
  const ended = await endOfAttempt(history, environment, run)
  if (ended !== undefined && touchedNothing(ended)) {
    // It takes the place of nothing: what was deployed by half before is there still.
    const half = (await halfOf(history, environment, release.digest)) ?? (await halfOf(history, environment, own))
    return half === undefined
      ? { ...facts, untouched: ended.sequence }
      : { ...uncertainBy(half, ownRun), ...haltOf(half) }
  }
  const partial = await partialOf(history, { runId: run.id, environment, release: release.digest })
  // A later attempt of the run went on from there.
  return partial === undefined || partial.sequence < sequence ? facts : { ...facts, ...haltOf(partial) }
}

function uncertainBy({ event, sequence, run }: LedgerRecord, ownRun: string): Uncertain {
  return {
    event: event === 'partial' ? 'started' : event,
    ...{ sequence, run: run.id, attempt: run.attempt, isOwn: run.id === ownRun }
  }
}

function haltOf(partial: RecordOf<'partial'>): Pick<Uncertain, 'release' | 'stopped'> {
  const far = partialIn(partial)
  return {
    ...(partial.release === undefined ? {} : { release: partial.release.digest }),
    ...(far === undefined ? {} : { stopped: { ...far, sequence: partial.sequence } })
  }
}

/** What somebody stopped, and what nobody knows the end of: nothing on the page is worth more than what it is compared with. */
export function standingWarnings({ withdrawals, uncertain }: StandingFacts, environment: string): readonly string[] {
  const place = line(environment)
  return [
    ...withdrawals.map(({ of, release, sequence, by, reason }) => {
      const what = of === 'this' ? 'This release' : `What is live in ${place}, ${releaseId(release)},`
      const means = of === 'this' ? ' Applying this plan lets it in again.' : ''
      return `**${what} was withdrawn${of === 'this' ? ` from ${place}` : ''}** by ${line(by)} (record ${sequence}). Reason: ${line(reason)}.${means}`
    }),
    ...(uncertain === undefined
      ? []
      : uncertain.untouched !== undefined
        ? [
            `The last deployment that began in ${place} touched nothing: ${whyUncertain(uncertain)}. What was there before is there still; whether a deployment before it came to its end, \`sluice status\` says. This page compares with what was recorded last.`
          ]
        : [
            `**What runs in ${place} is not certain:** ${whyUncertain(uncertain)} (record ${uncertain.sequence}). This page compares with what was recorded last.`
          ])
  ]
}

/** A clause. */
export function whyUncertain({ event, release, run, attempt, isOwn, stopped, untouched }: Uncertain): string {
  const who = isOwn ? `attempt ${attempt} of this run` : `run ${line(run)}`
  switch (event) {
    case 'started': {
      const what = release === undefined ? '' : ` ${releaseId(release)}`
      if (untouched !== undefined) return `${who} began to deploy${what} and ended before it did (record ${untouched})`
      if (stopped !== undefined)
        return `${who} deployed${what} by half (record ${stopped.sequence}): ${line(describePartial(stopped))}`
      return `${who} began to deploy${what} here, and the ledger does not hold that as done`
    }
    case 'bypassed':
      return `${who} passed the gate without an approval`
    default:
      return 'a repair changed what was known of it, and what is live has to be accepted anew'
  }
}
