import { type Digest, type JobOutcome, STAGE_JOBS, type StageJob, stageJobName } from '@sluice/core'
import { listOf, membersOf } from './json.ts'

/** A job of one attempt of a run, as GitHub knows it. */
export interface RanJob {
  /** GitHub's number of it; absent where it does not say. */
  readonly id?: number
  /** With the names of the jobs that call the workflow it is in. */
  readonly name: string
  /** Absent as long as it is not over. */
  readonly result: JobOutcome['result'] | undefined
  /** In milliseconds since the epoch; absent where GitHub does not say. */
  readonly startedAt?: number
}

/** One page of the jobs of an attempt (`GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`). */
export function decodeJobs(answer: unknown): { readonly total: number; readonly jobs: readonly RanJob[] } {
  const { total_count: total, jobs } = membersOf(answer)
  return {
    total: typeof total === 'number' ? total : 0,
    jobs: listOf(jobs).map(({ id, name, status, conclusion, started_at: started }) => {
      const startedAt = Date.parse(String(started))
      return {
        ...(typeof id === 'number' ? { id } : {}),
        name: String(name),
        result: status === 'completed' ? resultOf(conclusion) : undefined,
        ...(Number.isNaN(startedAt) ? {} : { startedAt })
      }
    })
  }
}

/** What is no success, no skip and no cancellation is a failure: a job that timed out, one that GitHub could not start, whatever will be invented. */
function resultOf(conclusion: unknown): JobOutcome['result'] {
  return conclusion === 'success' || conclusion === 'skipped' || conclusion === 'cancelled' ? conclusion : 'failure'
}

/**
 * The jobs of one environment and release among all of an attempt. A job of a called workflow has no number that its caller could know, so
 * it is known by its name, which stage.yml makes of environment and release: `deliver / staging / accept r-… in staging`. GitHub shows another
 * name of a job that was skipped before its name was made, so a job that is not found did not run.
 * @returns several of one name where the workflow was called more than once for the same.
 */
export function jobsOfStage(
  jobs: readonly RanJob[],
  environment: string,
  release: Digest
): Readonly<Record<StageJob, readonly RanJob[]>> {
  const called = (job: StageJob): readonly RanJob[] => {
    const own = stageJobName(job, environment, release)
    return jobs.filter(({ name }) => name === own || name.endsWith(` / ${own}`))
  }
  const [plan, deploy, accept] = STAGE_JOBS.map(called)
  return { plan: plan ?? [], deploy: deploy ?? [], accept: accept ?? [] }
}
