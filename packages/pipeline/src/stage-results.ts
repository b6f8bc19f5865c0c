import {
  CLOCK_SKEW,
  type Digest,
  Failure,
  type JobOutcome,
  type LedgerRecord,
  releaseId,
  runUrl,
  STAGE_JOBS,
  type StageJob,
  stageJobName,
  UserError
} from '@sluice/core'
import { jobsOfStage, type RanJob } from '@sluice/policy'
import { listJobs } from './list-jobs.ts'
import type { Pipeline } from './pipeline.ts'

/** How long GitHub may take to show that a job is over, in milliseconds: whoever needs a job starts as soon as it is. */
const PATIENCE = 30_000

/** Waits between two looks, in milliseconds: the first, and the longest. */
const FIRST = 500
const LONGEST = 5_000

/** What two of GitHub's own clocks may be apart, in milliseconds: that of its jobs, and the one that records get their time from. */
const A_MOMENT = 5_000

type ResultsPipeline = Pick<Pipeline, 'clock' | 'github' | 'log' | 'run'>

/** Of which jobs it is asked. */
interface StageSubject {
  readonly environment: string
  readonly release: Digest
  /** Whether the ledger holds that this attempt began to deploy: then its deploy job ran, whatever GitHub shows. */
  readonly begun: boolean
}

/** What a job came to, and when it ran. */
export interface StageResult extends JobOutcome {
  /** The attempt that it ran in, as GitHub shows it; absent where it did not run. */
  readonly attempt?: number
  /** In milliseconds since the epoch; absent where GitHub does not say. */
  readonly startedAt?: number
}

/** What the jobs of an environment came to, by name; a job that did not run is `skipped`. */
export type StageResults = Readonly<Record<StageJob, StageResult>>

/**
 * How the jobs of an environment ended, as GitHub tells it. The caller's own word (its `needs` context) is asked for nothing but the
 * outputs, which GitHub does not tell, and for how long to wait: a result that it made up decides nothing.
 * @param told the `needs` context of the caller.
 * @throws UserError when a job is said to have succeeded that GitHub does not know.
 * @throws Failure when GitHub does not show yet that a job is over, or a job that must have run.
 */
export async function readStageResults(
  pipeline: ResultsPipeline,
  of: StageSubject,
  told: Readonly<Record<string, JobOutcome>>
): Promise<StageResults> {
  const { clock, run } = pipeline
  const giveUp = clock.now() + PATIENCE
  let seen = await readAttempt(pipeline, of, run.attempt)
  const isAll = (): boolean => isComplete(seen, told) && !isMissing(of, seen)
  for (let wait = FIRST; !isAll() && clock.now() < giveUp; wait = Math.min(wait * 2, LONGEST)) {
    await clock.sleep(Math.min(wait, giveUp - clock.now()))
    seen = await readAttempt(pipeline, of, run.attempt)
  }
  if (isMissing(of, seen))
    throw unlisted(pipeline, of, 'deploy', `the ledger holds that this run began to deploy to ${of.environment}`)
  // A re-run of the failed jobs alone does not run those again that had succeeded: they are in the attempt that ran them.
  for (let attempt = run.attempt - 1; attempt > 0 && !isComplete(seen, told); attempt--)
    seen = { ...(await readAttempt(pipeline, of, attempt)), ...seen }
  const outcome = (job: StageJob): StageResult => settle(pipeline, of, job, seen[job], told[job])
  return { plan: outcome('plan'), deploy: outcome('deploy'), accept: outcome('accept') }
}

/** A job, and the attempt in whose list it is. */
type SeenJob = RanJob & { readonly attempt: number }

/** Jobs that GitHub knows; those that it does not know are absent. */
type Seen = Readonly<Partial<Record<StageJob, SeenJob>>>

async function readAttempt(
  pipeline: ResultsPipeline,
  { environment, release }: StageSubject,
  attempt: number
): Promise<Seen> {
  const found = jobsOfStage(await listJobs(pipeline, attempt), environment, release)
  return Object.fromEntries(
    STAGE_JOBS.flatMap(job => {
      const [only, another] = found[job]
      if (another !== undefined)
        throw new UserError(
          `Attempt ${attempt} of run ${pipeline.run.runId} has several jobs "${stageJobName(job, environment, release)}", so it cannot be told which of them counts. Call stage.yml once for ${environment} in a run.`
        )
      return only === undefined ? [] : [[job, { ...only, attempt }] as const]
    })
  )
}

/** Whether GitHub shows everything that the caller knows to be over. */
function isComplete(seen: Seen, told: Readonly<Record<string, JobOutcome>>): boolean {
  return STAGE_JOBS.every(job => {
    const known = seen[job]
    if (known !== undefined) return known.result !== undefined
    const { result = 'skipped' } = told[job] ?? {}
    return result === 'skipped'
  })
}

/** Whether GitHub does not show the job that touched the environment, or may have. */
function isMissing({ begun }: StageSubject, { deploy }: Seen): boolean {
  return begun && deploy === undefined
}

/** Nothing is recorded then: that a job is not shown says nothing of what it did. */
function unlisted(
  { run }: Pick<Pipeline, 'run'>,
  { environment, release }: StageSubject,
  job: StageJob,
  known: string
) {
  return new Failure(
    `GitHub does not list the job "${stageJobName(job, environment, release)}" after ${PATIENCE / 1000} s, though ${known}: ${runUrl(run)}. Re-run the failed jobs.`
  )
}

function settle(
  pipeline: ResultsPipeline,
  of: StageSubject,
  job: StageJob,
  seen: SeenJob | undefined,
  told: JobOutcome | undefined
): StageResult {
  const { log, run } = pipeline
  const { environment, release } = of
  const name = stageJobName(job, environment, release)
  if (seen === undefined) {
    if (told?.result === 'failure') throw unlisted(pipeline, of, job, `the input outcome says that ${job} failed`)
    // Of a job that was cancelled before it ran, GitHub may show no name; one that touched something is on the ledger.
    if (told?.result !== 'success') return { result: 'skipped', outputs: {} }
    throw new UserError(
      `GitHub knows no job "${name}" in run ${run.runId}, though the input outcome says that ${job} succeeded. Call stage.yml as it is shipped: outcomes of ${releaseId(release)} in ${environment} come from its jobs.`
    )
  }
  if (seen.result === undefined)
    throw new Failure(
      `The job "${name}" is not over, as GitHub shows it after ${PATIENCE / 1000} s: ${runUrl(run)}. Re-run the failed jobs.`
    )
  if (told !== undefined && told.result !== seen.result)
    log.warning(
      `The input outcome says ${told.result} of "${name}", and GitHub says ${seen.result}: GitHub's word counts.`
    )
  const { result, attempt, startedAt } = seen
  return { result, attempt, outputs: told?.outputs ?? {}, ...(startedAt === undefined ? {} : { startedAt }) }
}

/**
 * Whether a job wrote a record, which its run is known to have written: the job of one attempt is not told by what another attempt began. When it
 * started tells; GitHub may list in the newest attempt what an earlier one ran, since a re-run of failed jobs leaves the others alone. Of another
 * attempt, no clock explains minutes: a run may be started again as soon as it has failed.
 */
export function isOfJob({ time, run }: LedgerRecord, { attempt, startedAt }: StageResult): boolean {
  if (startedAt === undefined) return run.attempt === attempt
  return Date.parse(time) >= startedAt - (run.attempt === attempt ? CLOCK_SKEW : A_MOMENT)
}
