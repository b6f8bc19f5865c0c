import { type LedgerRecord, plural, type Question, releaseId, UserError } from '@sluice/core'
import { callsSluiceOnce, type Delivery } from '@sluice/delivery'
import { deploysOfOthers, type OwnQuestion, otherQuestions } from '@sluice/policy'
import { listJobs, MOST_JOBS } from './list-jobs.ts'
import type { Pipeline } from './pipeline.ts'

const REMEDY =
  'Deliver each product in a run of its own (a workflow for each), or name their environments apart in delivery.yml; then start new runs.'

type AnsweredPipeline = Pick<Pipeline, 'github' | 'policy' | 'repository' | 'run'>

/**
 * Refuses the answer to a question of adopt.yml or repair.yml that may have been given to another: whoever agreed to a deployment, or to the repair
 * of another part of the ledger, was never shown this. As of deployments, GitHub is asked only where the run's own workflow does not tell.
 * @param instead what to do.
 * @throws UserError that names the other job.
 */
export async function requireOnlyQuestion(
  pipeline: AnsweredPipeline,
  own: OwnQuestion,
  instead: string
): Promise<void> {
  const { attempt, runId } = pipeline.run
  // The answer may be one of an earlier attempt, whose inputs may have been others.
  const mayBeOld = attempt > 1 && own.name !== undefined
  if (!mayBeOld && (await isOnlyCall(pipeline, own.question))) return
  const jobs = await listJobs(pipeline, 'all')
  const [other] = otherQuestions(jobs, own)
  if (other === undefined && jobs.length < MOST_JOBS) return
  const why =
    other === undefined
      ? `has ${MOST_JOBS} jobs or more, too many to tell what else`
      : `also has the job "${other.name}", and GitHub does not tell which of both`
  throw new UserError(`Run ${runId} ${why} its reviewers agreed to. ${instead}`)
}

/**
 * Refuses an answer at a gate that may have been given to another product: GitHub does not tell which job of a run it was for. A run whose
 * workflow calls Sluice once has no other, so that GitHub is not asked.
 * @param announcement the record of the plan that was answered to.
 * @throws UserError that names the job it may have been for.
 */
export async function requireOwnAnswer(
  pipeline: AnsweredPipeline,
  environment: string,
  { release, run: planned }: Pick<LedgerRecord, 'release' | 'run'>
): Promise<void> {
  if (await isOnlyCall(pipeline, 'deploy')) return
  const { attempt, runId } = pipeline.run
  const jobs = await listJobs(pipeline, 'all')
  if (jobs.length >= MOST_JOBS) {
    throw new UserError(
      `Run ${runId} has ${MOST_JOBS} jobs or more, too many to tell whether another product asks at the gate of ${environment} in it. ${REMEDY}`
    )
  }
  const [other, ...more] = deploysOfOthers(jobs, {
    ...{ environment, release: release?.digest, attempt },
    // A plan that another run made is none of this one's, whatever its attempt is called.
    planned: planned.id === runId ? planned.attempt : 1
  })
  if (other === undefined) return
  const ours = release === undefined ? 'this release' : releaseId(release.digest)
  const rest = more.length === 0 ? '' : ` (and ${plural(more.length, 'more job')})`
  throw new UserError(
    `In run ${runId}, "${other.name}"${rest} asks at the gate of ${environment} besides the job of ${ours}, and GitHub does not tell which of them was approved: no approval of ${environment} counts in this run. ${REMEDY}`
  )
}

/** Whether the workflow of the run, as git has it, is sure to call Sluice once, and that for this question. */
async function isOnlyCall({ policy, repository, run }: AnsweredPipeline, question: Question): Promise<boolean> {
  const sluice = policy.sluice ?? ownSuite(run)
  const own = `${run.repository}/`
  // `owner/name/path@ref`, where the path of a workflow has no slash behind its folder: its name may have an @.
  const [path = ''] = run.workflow.split('@refs/')
  // A workflow that a ruleset demands may be of another repository.
  if (sluice === undefined || !path.startsWith(own)) return false
  try {
    const workflow = await repository.fileAt(run.workflowSha, path.slice(own.length))
    return workflow !== undefined && callsSluiceOnce(workflow.toString('utf8'), sluice, question)
  } catch {
    // What git cannot tell, GitHub does.
    return false
  }
}

/** The Sluice that runs here, where the policy lists none. */
function ownSuite({ sluice }: Pick<Pipeline['run'], 'sluice'>): Delivery['sluice'] {
  return sluice?.commit === undefined ? undefined : { repository: sluice.repository, commits: [sluice.commit] }
}
