import type { LedgerRecord } from '@sluice/core'
import type { OpenRun, Standing } from './environment-standing.ts'
import type { Pipeline } from './pipeline.ts'

/** A run, or one attempt of it. */
export interface RunReference {
  readonly id: string
  readonly attempt?: number
}

/** So many runs are asked about one by one; of more than that, GitHub lists those that go on. */
const FEW = 2

/** So many runs that no list shows are asked about at once. Each run begins to look elsewhere: so others find the rest. */
const MOST = 5

/** Runs that ended without a word, of which this one can tell (promise 6); where there are many, some of them. */
export async function findDeadRuns(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  { open }: Pick<Standing, 'open'>
): Promise<readonly OpenRun[]> {
  const others = open.filter(it => !isOwn(it, pipeline))
  const over = await findRunsThatAreOver(
    pipeline,
    others.map(({ last }) => last.run)
  )
  return others.filter(({ last }) => over.has(last.run))
}

/** Whether the attempt that asks wrote the last record of a run. */
export function isOwn({ last }: OpenRun, { run }: Pick<Pipeline, 'run'>): boolean {
  return last.run.id === run.runId && last.run.attempt === run.attempt
}

/** Whether GitHub says that the attempt that wrote a record runs no more. */
export async function isOver(pipeline: Pick<Pipeline, 'github' | 'run'>, { run }: LedgerRecord): Promise<boolean> {
  return isRunOver(pipeline, run.id, run.attempt)
}

/**
 * Which of these runs are over, as far as a few calls can tell: however many runs wait at gates, and for how long, it takes no more than
 * two lists and {@link MOST} single looks. What is not found now is found later; nothing that goes on is taken for dead.
 */
export async function findRunsThatAreOver<R extends RunReference>(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  runs: readonly R[]
): Promise<ReadonlySet<R>> {
  const over = new Set<R>()
  let unknown = runs
  for (const status of runs.length > FEW ? ['waiting', 'in_progress'] : []) {
    if (unknown.length === 0) break
    const attempts = await listRuns(pipeline, status)
    for (const it of unknown) if (isFollowed(it, attempts.get(it.id))) over.add(it)
    unknown = unknown.filter(({ id }) => !attempts.has(id))
  }
  for (const it of someOf(unknown, Number(pipeline.run.runId)))
    if (await isRunOver(pipeline, it.id, it.attempt)) over.add(it)
  return over
}

/** At most {@link MOST} of all, from one on that a number tells: of more than a hundred that wait, the same few would be looked at again and again. */
function someOf<T>(all: readonly T[], number: number): readonly T[] {
  if (all.length <= MOST) return all
  const from = number % all.length
  return [...all.slice(from), ...all].slice(0, MOST)
}

/** The newest hundred runs of a status, and the attempt that each is in. */
async function listRuns(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  status: string
): Promise<ReadonlyMap<string, number | undefined>> {
  const answer = await github.get(`/repos/${run.repository}/actions/runs?status=${status}&per_page=100`)
  const { workflow_runs: found } = (answer ?? {}) as { readonly workflow_runs?: unknown }
  const runs = (Array.isArray(found) ? found : []) as readonly {
    readonly id?: unknown
    readonly run_attempt?: unknown
  }[]
  return new Map(
    runs.map(({ id, run_attempt: attempt }) => [String(id), typeof attempt === 'number' ? attempt : undefined])
  )
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
  return status === 'completed' || isFollowed({ id, ...(attempt === undefined ? {} : { attempt }) }, current)
}

/** Whether a later attempt than this one is under way. */
function isFollowed({ attempt }: RunReference, current: unknown): boolean {
  return attempt !== undefined && typeof current === 'number' && current > attempt
}
