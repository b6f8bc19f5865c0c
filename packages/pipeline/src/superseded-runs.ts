import { UserError } from '@sluice/core'
import { relate } from '@sluice/git'
import { isOwn } from './dead-runs.ts'
import type { OpenRun, Standing } from './environment-standing.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Runs that planned, touched nothing, and want to deploy an older release than what is live by now. Whether they wait at the gate or
 * died there is all one, so nobody is asked: they may not enter any more (promise 8), and their own check refuses them as superseded
 * when somebody approves them after all. A rollback means to go back, and stays open.
 */
export async function findSupersededRuns(
  pipeline: Pick<Pipeline, 'repository' | 'run'>,
  { open, live }: Standing
): Promise<readonly OpenRun[]> {
  const commits = [...new Set(live.flatMap(({ release }) => release?.commit ?? []))]
  const superseded: OpenRun[] = []
  for (const it of open) {
    const commit = it.last.release?.commit
    if (isOwn(it, pipeline) || it.begun !== undefined || commit === undefined || isRollback(it)) continue
    if (await isBehindAny(pipeline, commit, commits)) superseded.push(it)
  }
  return superseded
}

function isRollback({ last }: OpenRun): boolean {
  return last.event === 'planned' && last.detail?.promotion?.kind === 'rollback'
}

/** By the clone alone: a commit that it does not have is left to a run that has it. */
async function isBehindAny(
  { repository }: Pick<Pipeline, 'repository'>,
  commit: string,
  others: readonly string[]
): Promise<boolean> {
  for (const other of others) {
    try {
      if ((await relate(repository, commit, other)) === 'behind') return true
    } catch (error: unknown) {
      if (!(error instanceof UserError)) throw error
    }
  }
  return false
}
