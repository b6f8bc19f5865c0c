import { type LedgerRecord, plural, releaseId, UserError } from '@sluice/core'
import { callsSluiceOnce } from '@sluice/delivery'
import { deploysOfOthers } from '@sluice/policy'
import { listJobs, MOST_JOBS } from './list-jobs.ts'
import type { Pipeline } from './pipeline.ts'

const REMEDY =
  'Deliver each product in a run of its own (a workflow for each), or name their environments apart in delivery.yml; then start new runs.'

/**
 * Refuses an answer at a gate that may have been given to another product: GitHub does not tell which job of a run it was for. A run whose
 * workflow calls Sluice once has no other, so that GitHub is not asked.
 * @throws UserError that names the job it may have been for.
 */
export async function requireOwnAnswer(
  pipeline: Pick<Pipeline, 'github' | 'policy' | 'repository' | 'run'>,
  environment: string,
  release: LedgerRecord['release']
): Promise<void> {
  if (await isOnlyCall(pipeline)) return
  const { attempt, runId } = pipeline.run
  const jobs = await listJobs(pipeline, 'all')
  if (jobs.length >= MOST_JOBS) {
    throw new UserError(
      `Run ${runId} has ${MOST_JOBS} jobs or more, too many to tell whether another product asks at the gate of ${environment} in it. ${REMEDY}`
    )
  }
  const [other, ...more] = deploysOfOthers(jobs, { environment, release: release?.digest, attempt })
  if (other === undefined) return
  const ours = release === undefined ? 'this release' : releaseId(release.digest)
  const rest = more.length === 0 ? '' : ` (and ${plural(more.length, 'more job')})`
  throw new UserError(
    `In run ${runId}, "${other.name}"${rest} asks at the gate of ${environment} besides the job of ${ours}, and GitHub does not tell which of them was approved: no approval of ${environment} counts in this run. ${REMEDY}`
  )
}

/** Whether the workflow of the run, as git has it, is sure to call Sluice once. */
async function isOnlyCall({
  policy,
  repository,
  run
}: Pick<Pipeline, 'policy' | 'repository' | 'run'>): Promise<boolean> {
  const sluice = (policy.sluice ?? run.sluice)?.repository
  const own = `${run.repository}/`
  const [path = ''] = run.workflow.split('@')
  // A workflow that a ruleset demands may be of another repository.
  if (sluice === undefined || !path.startsWith(own)) return false
  try {
    const workflow = await repository.fileAt(run.workflowSha, path.slice(own.length))
    return workflow !== undefined && callsSluiceOnce(workflow.toString('utf8'), sluice)
  } catch {
    // What git cannot tell, GitHub does.
    return false
  }
}
