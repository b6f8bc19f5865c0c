import type { LedgerRecord } from '@sluice/core'
import type { OpenRun, Standing } from './environment-standing.ts'
import type { Pipeline } from './pipeline.ts'

/** Runs that ended without a word, of which this one can tell (promise 6). */
export async function findDeadRuns(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  { open }: Standing
): Promise<readonly OpenRun[]> {
  const dead: OpenRun[] = []
  for (const it of open) if (!isOwn(it, pipeline) && (await isOver(pipeline, it.last))) dead.push(it)
  return dead
}

/** Whether the attempt that asks wrote the last record of a run. */
export function isOwn({ last }: OpenRun, { run }: Pick<Pipeline, 'run'>): boolean {
  return last.run.id === run.runId && last.run.attempt === run.attempt
}

/** Whether GitHub says that the attempt that wrote a record runs no more. */
export async function isOver(pipeline: Pick<Pipeline, 'github' | 'run'>, { run }: LedgerRecord): Promise<boolean> {
  return isRunOver(pipeline, run.id, run.attempt)
}

/** Whether GitHub says that a run is over, or a later attempt of it has begun; a run that it does not know runs no more. */
export async function isRunOver(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  id: string,
  attempt?: number
): Promise<boolean> {
  const answer = await github.get(`/repos/${run.repository}/actions/runs/${id}`)
  if (answer === undefined) return true
  const { status, run_attempt: current } = answer as { readonly status?: unknown; readonly run_attempt?: unknown }
  return status === 'completed' || (attempt !== undefined && typeof current === 'number' && current > attempt)
}
