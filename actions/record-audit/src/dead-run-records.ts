import type { EndedRun, LedgerEvent, RecordDraft } from '@sluice/core'
import { findDeadRuns, type OpenRun, type Pipeline, type Standing } from '@sluice/pipeline'

/**
 * Records of runs that ended without a word: cancelled by force, or their machine was lost before the record job (promise 6).
 * @param taken the event that this job records of its own run; a job states each event once, so the next run tells the rest.
 */
export async function recordsOfDeadRuns(
  pipeline: Pick<Pipeline, 'draft' | 'github' | 'run'>,
  environment: string,
  standing: Standing,
  taken: LedgerEvent
): Promise<readonly RecordDraft[]> {
  const dead = await findDeadRuns(pipeline, standing)
  const drafts = [
    draftOf(pipeline, environment, 'cancelled', dead.filter(isUntouched), 'before anything was touched'),
    draftOf(
      pipeline,
      environment,
      'failed',
      dead.filter(it => !isUntouched(it)),
      'while deploying'
    )
  ]
  return drafts.filter(draft => draft !== undefined).filter(({ event }) => event !== taken)
}

function isUntouched({ begun }: OpenRun): boolean {
  return begun === undefined
}

function draftOf(
  pipeline: Pick<Pipeline, 'draft'>,
  environment: string,
  event: 'cancelled' | 'failed',
  dead: readonly OpenRun[],
  when: string
): RecordDraft | undefined {
  const [newest] = dead
  if (newest === undefined) return undefined
  const ended = dead.map(({ last }): EndedRun => ({ run: last.run.id, attempt: last.run.attempt }))
  const { release, plan, dossier } = newest.last
  return {
    ...pipeline.draft(),
    event,
    environment,
    ...(release === undefined ? {} : { release }),
    ...(plan === undefined ? {} : { plan }),
    ...(dossier === undefined ? {} : { dossier }),
    detail: {
      reason: `${ended.map(({ run, attempt }) => `Run ${run} (attempt ${attempt})`).join(', ')} ended ${when} without recording an outcome.`,
      ended
    }
  }
}
