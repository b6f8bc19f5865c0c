import { type LedgerRecord, runUrl, UserError } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { isOver, isOwn } from './dead-runs.ts'
import { type OpenRun, readStanding, type Standing } from './environment-standing.ts'
import { type History, historyOf } from './history.ts'
import type { Pipeline } from './pipeline.ts'

/** How long to wait for deployments that are under way, in milliseconds. */
const PATIENCE = 30 * 60_000

/** Waits between two looks, in milliseconds: the first, and the longest. */
const FIRST = 1_000
const LONGEST = 15_000

/** The moment when a run may go on. */
export interface Turn {
  readonly standing: Standing
  readonly history: History
}

/**
 * Waits until no other run deploys to an environment, so that a plan is not made against what is about to change, and a release is
 * accepted for what it is. Who announced itself first goes first; before this run has announced itself, everybody else does.
 * The ledger is the queue: it orders runs of all machines, and a run that died does not block it, since GitHub knows that it is over.
 * @returns where the environment stands then, and the history that says so.
 * @throws UserError when somebody takes too long.
 */
export async function awaitTurn(
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'ledger' | 'log' | 'policy' | 'run'>,
  environment: Environment
): Promise<Turn> {
  const { clock, log, run } = pipeline
  const giveUp = clock.now() + PATIENCE
  const told = new Set<string>()
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    const history = historyOf(pipeline)
    const standing = await readStanding(history.records(), environment.name)
    const mine = standing.open.find(it => isOwn(it, pipeline))?.begun ?? Number.POSITIVE_INFINITY
    const before = standing.open.filter(it => it.begun !== undefined && it.begun < mine && it.last.run.id !== run.runId)
    const busy = await firstBusy(pipeline, before)
    if (busy === undefined) return { standing, history }
    if (clock.now() >= giveUp) {
      throw new UserError(
        `Run ${busy.run.id} has been deploying to ${environment.name} since ${busy.time}: ${runUrl({ ...run, runId: busy.run.id })}. Re-run all jobs when it has finished.`
      )
    }
    if (!told.has(busy.run.id))
      log.info(`Run ${busy.run.id} is deploying to ${environment.name}; waiting for it to finish.`)
    told.add(busy.run.id)
    await clock.sleep(Math.min(wait, Math.max(1, giveUp - clock.now())))
  }
}

async function firstBusy(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  runs: readonly OpenRun[]
): Promise<LedgerRecord | undefined> {
  for (const { last } of runs) if (!(await isOver(pipeline, last))) return last
  return undefined
}
