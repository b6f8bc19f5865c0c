import { APPLY_DEADLINE, type Clock, type RunContext, UserError } from '@sluice/core'
import { readNote, writeNote } from './job-notes.ts'

/** How long a job may take, in milliseconds: GitHub ends it after six hours, whatever it is doing. */
const JOB_LIMIT = 6 * 60 * 60_000

/** What is left for the rest, in milliseconds: what comes before the first step of Sluice, tags and records. */
const REST = 30 * 60_000

const NOTE = 'began'

/** What the steps of a job share: waiting for others and applying a plan come out of one budget, so that neither is cut off halfway. */
export interface JobBudget {
  /** Until when the job may wait, in milliseconds of the clock: an apply still gets all of its time then. */
  readonly waitUntil: number
  /** Until when stacks may be applied. */
  readonly applyUntil: number
}

/** Notes when the first step of Sluice ran in this job: GitHub tells a job of its limit, not of its beginning. */
export async function noteJobBegan(run: Pick<RunContext, 'temp'>, clock: Clock): Promise<void> {
  if ((await readNote(run, NOTE)) === undefined) await writeNote(run, NOTE, String(clock.now()))
}

/** What is left to the job. A job that noted nothing begins now. */
export async function jobBudget(run: Pick<RunContext, 'temp'>, clock: Clock): Promise<JobBudget> {
  const began = Number((await readNote(run, NOTE)) ?? clock.now())
  const end = began + JOB_LIMIT - REST
  return { waitUntil: end - APPLY_DEADLINE, applyUntil: Math.min(clock.now() + APPLY_DEADLINE, end) }
}

/** Less than that is no time to begin in, in milliseconds: what is cut off halfway is worse than what never began. */
const LEAST = 30 * 60_000

/**
 * Until when stacks may be applied, if there is time to begin.
 * @throws UserError where too much of the job is over already; nothing was touched then.
 */
export async function requireTimeToApply(run: Pick<RunContext, 'temp'>, clock: Clock): Promise<number> {
  const { applyUntil } = await jobBudget(run, clock)
  if (applyUntil - clock.now() >= LEAST) return applyUntil
  throw new UserError(
    `This job has waited so long that GitHub would end it (after ${JOB_LIMIT / 3_600_000} h) before its stacks are done. Nothing was touched. Re-run all jobs.`,
    { outputs: { touched: 'false' } }
  )
}
