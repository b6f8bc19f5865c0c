import { parseAddress, runChecks } from '@sluice/accept-release'
import { type JobOutcome, messageOf, UserError } from '@sluice/core'
import { environmentNamed } from '@sluice/delivery'
import { run as deployStack } from '@sluice/deploy-stack'
import type { Pipeline } from '@sluice/pipeline'
import { run as recordAudit } from '@sluice/record-audit'
import type { Acceptance } from './acceptance.ts'
import type { Parts } from './parts.ts'

/** The jobs before this one, by name, with their outputs: the `needs` context. */
export type Jobs = Readonly<Record<string, JobOutcome>>

/** Checks that took longer than this, in milliseconds, were a wait: somebody may have withdrawn the release meanwhile. */
const LONG = 10_000

/**
 * What stands at the end of an environment, whatever happened before: what was planned and not applied is discarded, what is live is checked
 * unless that takes a job of its own, and what became of it all is recorded.
 */
export async function recordJob(jobs: Jobs, parts: Parts, env: NodeJS.ProcessEnv): Promise<void> {
  if (leavesPlan(jobs)) await discard(parts)
  const { clock } = parts.pipeline
  const began = clock.now()
  const accepted = isDue(jobs) ? await acceptHere(jobs, parts, env) : undefined
  const since = clock.now() - began > LONG ? 'now' : undefined
  await parts.run(
    async pipeline =>
      recordAudit({ ...parts.where, kind: 'outcome', jobs, ...(accepted === undefined ? {} : { accepted }) }, pipeline),
    ['verdict', 'place'],
    since
  )
}

/** Once the release was let in there may be change sets, even if the job died before it could report them. */
function leavesPlan({ plan, deploy }: Jobs): boolean {
  const letIn = [plan, deploy].some(job => job?.outputs?.['verdict'] === 'allowed')
  return deploy?.result !== 'success' && plan?.outputs?.['has-changes'] !== 'false' && letIn
}

/** What cannot be discarded now is, by the next run that plans here: it is no reason to record nothing. */
async function discard(parts: Parts): Promise<void> {
  try {
    await parts.run(async pipeline => deployStack({ ...parts.where, mode: 'discard' }, pipeline), [])
  } catch (error: unknown) {
    parts.pipeline.log.warning(`The plan that was not applied was not discarded: ${messageOf(error)}`)
  }
}

/** Whether the job that deployed, or that found nothing to deploy, says that checks are left for this one. */
function isDue({ plan, deploy }: Jobs): boolean {
  const last = deploy?.result === 'success' ? deploy : plan
  return last?.outputs?.['acceptance'] === ('requests' satisfies Acceptance)
}

/**
 * Runs the acceptance checks in this process, if they are no more than requests: what the product's own programs ask must not come near the
 * permissions of this job.
 * @returns what they came to; nothing where the product has checks of its own, whose job tells.
 * @throws what kept them from being asked, where that may pass (git, GitHub and the ledger have bad minutes): nothing is recorded then, since no
 *   record could be taken back, and re-running this job asks and records.
 */
async function acceptHere(jobs: Jobs, parts: Parts, env: NodeJS.ProcessEnv): Promise<JobOutcome | undefined> {
  const { pipeline, where } = parts
  const { clock, log, run } = pipeline
  try {
    const commit = await commitOf(pipeline, where)
    const environment = environmentNamed(await pipeline.at(commit), where.environment)
    if (environment.accept.run.length > 0) return undefined
    const inputs = { ...where, commit, url: parseAddress(addressOf(jobs)) }
    const { outputs } = await parts.run(
      async () => runChecks(environment, inputs, { run, env, log, clock, asRoot: [] }),
      []
    )
    return { result: 'success', outputs }
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    log.warning(messageOf(error))
    await parts.tell({ outputs: {}, summary: error.details })
    return { result: 'failure', outputs: error.outputs }
  }
}

/** Of the release's own commit, by the ledger: the jobs before could only say which they took. */
async function commitOf(
  { history }: Pick<Pipeline, 'history'>,
  { release, environment }: Parts['where']
): Promise<string> {
  const released = await history.about({ release, environments: [environment] }).released(release)
  if (released === undefined) throw new UserError(`The ledger holds no release ${release}. Record \`released\` first.`)
  return released.commit
}

function addressOf({ plan, deploy }: Jobs): string | undefined {
  const told = deploy?.result === 'success' ? deploy.outputs?.['environment-url'] : undefined
  return told || plan?.outputs?.['environment-url'] || undefined
}
