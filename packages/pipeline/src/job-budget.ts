import { APPLY_DEADLINE, type Clock, type RunContext, UserError } from '@sluice/core'
import type { Since } from '@sluice/ledger'
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

/** How long what the job fetched when it began will do for a look at the ledger, in milliseconds: what waits longer looks anew. */
const FRESH = 60_000

/**
 * How old a first look at the ledger may be. A job fetches it as it begins, so for a minute its clone tells what GitHub would. What is decided
 * on it counts only once a record has landed on that very commit, or on a newer one that is looked at then.
 */
export async function sinceOfJob(run: Pick<RunContext, 'temp'>, clock: Clock): Promise<Since> {
  const began = Number((await readNote(run, NOTE)) ?? Number.NEGATIVE_INFINITY)
  return clock.now() - began < FRESH ? 'job' : 'process'
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
