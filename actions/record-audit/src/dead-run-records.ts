import type { EndedRun, LedgerEvent, RecordDraft } from '@sluice/core'
import { findDeadRuns, findSupersededRuns, type OpenRun, type Pipeline, type Standing } from '@sluice/pipeline'

/**
 * Records of runs that wait for nothing any more, because something newer is live, and of runs that ended without a word: cancelled by
 * force, or their machine was lost before the record job (promise 6).
 * @param taken the event that this job records of its own run; a job states each event once, so the next run tells the rest.
 */
export async function recordsOfDeadRuns(
  pipeline: Pick<Pipeline, 'draft' | 'github' | 'repository' | 'run'>,
  environment: string,
  standing: Standing,
  taken: LedgerEvent
): Promise<readonly RecordDraft[]> {
  const superseded = await findSupersededRuns(pipeline, standing)
  const dead = await findDeadRuns(pipeline, { open: standing.open.filter(it => !superseded.includes(it)) })
  const [live] = standing.live
  const told: readonly Told[] = [
    {
      event: 'superseded',
      runs: superseded,
      what: 'wanted to deploy an older release than what is live',
      ...(live === undefined ? {} : { supersededBy: live.run.id })
    },
    {
      event: 'cancelled',
      runs: dead.filter(isUntouched),
      what: 'ended before anything was touched without recording an outcome'
    },
    {
      event: 'failed',
      runs: dead.filter(it => !isUntouched(it)),
      what: 'ended while deploying without recording an outcome'
    }
  ]
  return told
    .filter(({ event }) => event !== taken)
    .map(it => draftOf(pipeline, environment, it))
    .filter(draft => draft !== undefined)
}

/** What is told of some runs, in one record. */
interface Told {
  readonly event: 'superseded' | 'cancelled' | 'failed'
  readonly runs: readonly OpenRun[]
  /** What became of them, after their names. */
  readonly what: string
  readonly supersededBy?: string
}

function isUntouched({ begun }: OpenRun): boolean {
  return begun === undefined
}

function draftOf(
  pipeline: Pick<Pipeline, 'draft'>,
  environment: string,
  { event, runs, what, supersededBy }: Told
): RecordDraft | undefined {
  const [newest] = runs
  if (newest === undefined) return undefined
  const ended = runs.map(({ last }): EndedRun => ({ run: last.run.id, attempt: last.run.attempt }))
  const { release, plan, dossier } = newest.last
  const detail = {
    reason: `${ended.map(({ run, attempt }) => `Run ${run} (attempt ${attempt})`).join(', ')} ${what}.`,
    ended
  }
  const about = {
    ...pipeline.draft(),
    environment,
    ...(release === undefined ? {} : { release }),
    ...(plan === undefined ? {} : { plan }),
    ...(dossier === undefined ? {} : { dossier })
  }
  return event === 'superseded'
    ? { ...about, event, detail: { ...detail, ...(supersededBy === undefined ? {} : { supersededBy }) } }
    : { ...about, event, detail }
}
