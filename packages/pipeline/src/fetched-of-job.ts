import { join } from 'node:path'
import type { Clock, Log, RunContext } from '@sluice/core'
import { andFetched, openRepository, type Repository } from '@sluice/git'
import { type FetchedLedger, fetchedLedger, oneThenOther, remoteLedger } from '@sluice/ledger'
import { gitServer } from './git-server.ts'

/** What is asked for to fetch something. */
interface Needs {
  readonly run: Pick<RunContext, 'repository' | 'serverUrl' | 'sha' | 'temp' | 'workspace'>
  readonly env: NodeJS.ProcessEnv
  /** Absent: nothing is fetched. */
  readonly token?: string
  readonly clock: Clock
}

/** The clone of the job, which has the past of the commit that the run is for; what was delivered from elsewhere is fetched when it is asked for. */
export function repositoryOfJob({ run, env, token, clock }: Needs): Repository {
  const clone = openRepository(run.workspace)
  const remote = gitServer(run, env, token)
  if (remote === undefined) return clone
  return andFetched(clone, { directory: join(run.temp, 'sluice', 'commits.git'), remote, clock })
}

/**
 * The ledger as the job has fetched it: with its checkout, if that took all branches; else as far as it is read, into a folder that the steps of the job
 * share. Both are of the job alone, and end with it.
 */
export function fetchedOfJob(
  { run, env, token, clock, log }: Needs & { readonly log: Pick<Log, 'info'> },
  branch: string
): FetchedLedger {
  const inClone = fetchedLedger(run.workspace, branch, run.sha)
  const remote = gitServer(run, env, token)
  if (remote === undefined) return inClone
  const directory = join(run.temp, 'sluice', 'branches', `${encodeURIComponent(branch)}.git`)
  return oneThenOther(inClone, remoteLedger({ directory, remote, branch, clock, log }))
}
