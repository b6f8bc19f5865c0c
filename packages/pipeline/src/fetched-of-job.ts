import { join } from 'node:path'
import { type FetchedLedger, fetchedLedger, firstOf, remoteLedger } from '@sluice/ledger'
import { gitServer } from './git-server.ts'
import type { PipelineOptions } from './pipeline.ts'

/**
 * The ledger as the job has fetched it: with its checkout, if that took all branches; else as far as it is read, into a folder that the steps of the job
 * share. Both are of the job alone, and end with it.
 */
export function fetchedOfJob(
  { run, env, token, clock, log }: Pick<PipelineOptions, 'run' | 'env' | 'token' | 'clock' | 'log'>,
  branch: string
): FetchedLedger {
  const inClone = fetchedLedger(run.workspace, branch, run.sha)
  const remote = gitServer(run, env, token)
  if (remote === undefined) return inClone
  const directory = join(run.temp, 'sluice', 'branches', `${encodeURIComponent(branch)}.git`)
  return firstOf(inClone, remoteLedger({ directory, remote, branch, clock, log }))
}
