import {
  type Approval,
  type Authors,
  type Digest,
  type LedgerRecord,
  type Protection,
  partiesAtGate,
  type RecordOf,
  releaseId,
  UserError
} from '@sluice/core'
import { deliveryRefPatterns, type Environment } from '@sluice/delivery'
import {
  decodeApprovals,
  decodeProtection,
  evaluateApproval,
  evaluateProtection,
  evaluateReviewers,
  evaluateSameGate,
  type Verdict
} from '@sluice/policy'
import { partiesOfRun, readAuthors } from './authors.ts'
import { requireOwnAnswer } from './own-answer.ts'
import type { Pipeline } from './pipeline.ts'
import { requireAllowed, settleApproval } from './settle-approval.ts'
import { nameReviewers } from './team-members.ts'

/** What is needed to tell whether a gate is one: GitHub to ask, and the policy to compare with. */
export type GatePipeline = Pick<Pipeline, 'defaultBranch' | 'github' | 'policy' | 'run'>

/**
 * Refuses to touch an environment without an intent on the ledger (promise 6).
 * @returns the record of it.
 * @throws UserError that names the step that is missing.
 */
export async function requireIntent(
  { history, run }: Pick<Pipeline, 'history' | 'run'>,
  environment: string,
  release: Digest
): Promise<RecordOf<'started'>> {
  const intent = await history.intent({ runId: run.runId, environment, release })
  if (intent !== undefined) return intent
  throw new UserError(
    `This run has no \`started\` record for ${releaseId(release)} in ${environment}. Run record-audit with \`event: started\` first.`
  )
}

/** Patterns of refs that are asked for at once: GitHub gives no more. */
const MOST_PATTERNS = 100

/** How a GitHub Environment is protected right now; absent when it does not exist. */
export async function readProtection(
  { github, run }: Pick<Pipeline, 'github'> & { readonly run: Pick<Pipeline['run'], 'repository'> },
  environment: string
): Promise<Protection | undefined> {
  const path = pathOf(run.repository, environment)
  const answer = await github.get(path)
  const protection = decodeProtection(answer)
  if (protection?.branchPolicy !== 'custom') return protection
  const patterns = await github.get(`${path}/deployment-branch-policies?per_page=${MOST_PATTERNS}`)
  const { total_count: total = 0 } = (patterns ?? {}) as { readonly total_count?: number }
  if (total > MOST_PATTERNS) {
    throw new UserError(
      `The GitHub Environment ${environment} has ${total} deployment branch patterns, more than the ${MOST_PATTERNS} that can be compared with the delivery refs. Keep those that delivery.yml names.`
    )
  }
  return decodeProtection(answer, patterns)
}

/** GitHub's number of a GitHub Environment; absent when it does not exist. */
export async function readEnvironmentId(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  environment: string
): Promise<number | undefined> {
  return decodeProtection(await github.get(pathOf(run.repository, environment)))?.id
}

function pathOf(repository: string, environment: string): string {
  return `/repos/${repository}/environments/${encodeURIComponent(environment)}`
}

/** The answers given at an environment's gate in this run, as GitHub shows them now. */
export async function readApprovals(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  environment: string
): Promise<readonly Approval[]> {
  const answer = await github.get(`/repos/${run.repository}/actions/runs/${run.runId}/approvals`)
  return decodeApprovals(answer ?? [], environment, new Date(github.now()).toISOString())
}

/**
 * Refuses a gate that would let anybody through (promise 5), whoever it asks. Asks GitHub only; call it before any AWS call.
 * @returns the protection, for the record.
 */
export async function requireProtectedGate(pipeline: GatePipeline, environment: Environment): Promise<Protection> {
  requireStart(pipeline, environment)
  return requireSound(pipeline, environment, await readProtection(pipeline, environment.name))
}

/**
 * The same, by what a record of this run says: a gate that asks nobody protects the roles, not this job, so that one look in a run is enough.
 * @throws UserError when the record does not tell, or tells of an open gate.
 */
export function requireRecordedGate(pipeline: GatePipeline, environment: Environment, record: LedgerRecord): void {
  requireStart(pipeline, environment)
  if (record.protection !== undefined) {
    requireSound(pipeline, environment, record.protection)
    return
  }
  throw new UserError(
    `Record ${record.sequence} (${record.event}) does not say how the gate of ${environment.name} is protected. Re-run all jobs with one version of Sluice.`
  )
}

function requireSound(
  { policy, defaultBranch }: GatePipeline,
  environment: Environment,
  protection: Protection | undefined
): Protection {
  const { name, gate, level, allowAdminBypass, secondPerson } = environment
  const deliveryRefs = deliveryRefPatterns(policy, defaultBranch)
  const expected = { environment: name, gate, level, allowAdminBypass, secondPerson, deliveryRefs }
  return requireAllowed(evaluateProtection(protection, expected)).protection
}

function requireStart({ run }: Pick<Pipeline, 'run'>, { name, gate }: Environment): void {
  if (gate !== 'dispatch' || run.event === 'workflow_dispatch') return
  throw new UserError(
    `${name} can only be started manually (gate: dispatch), but this run was started by ${run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`
  )
}

/** Whether a gate asks a second person. A manual start does where the GitHub Environment has reviewers. */
export function asksReviewers({ gate }: Pick<Environment, 'gate'>, protection: Protection): boolean {
  return gate !== 'continuous' && protection.reviewers.length > 0
}

/**
 * Refuses to ask for an approval that nobody could give.
 * @param commits of the release, and of what is deployed now; absent: nothing is.
 * @returns who wrote what the release brings, for the record; absent where nobody is asked.
 */
export async function requireApprover(
  pipeline: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  environment: Environment,
  protection: Protection,
  commits: { readonly release: string; readonly deployed: string | undefined }
): Promise<Authors | undefined> {
  if (!asksReviewers(environment, protection)) return undefined
  const authors = await readAuthors(pipeline, commits.deployed, commits.release)
  requireAllowed(evaluateReviewers(environment.name, protection, partiesOfRun(pipeline.run, authors)))
  return authors
}

/**
 * How long GitHub is not asked again for the answers that an intent was recorded with, in milliseconds: who has opened a gate cannot shut it
 * any more. They are judged anew all the same, by the gate as it is now.
 */
const ANSWERED = 2 * 60_000

/**
 * Refuses to go on without a new approval of this very plan (promise 5), or with one that may have been given to another product.
 * @param protection as it is now.
 * @param announcement the `planned` record of this run; it holds the gate, the authors, and the approvals that were there before anybody saw
 * the plan.
 * @param intent the `started` record of this run, where there is one.
 * @returns the approvals, for the record; absent where nobody is asked.
 */
export async function requireApproval(
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'policy' | 'repository' | 'run'>,
  environment: Environment,
  protection: Protection,
  announcement: LedgerRecord | undefined,
  intent?: RecordOf<'started'>
): Promise<readonly Approval[] | undefined> {
  const planned = announcement?.protection
  const asked = asksReviewers(environment, protection) || (planned !== undefined && asksReviewers(environment, planned))
  if (!asked) {
    // Who is not asked cannot tell: a GitHub Environment that was made anew since lets in whom it likes.
    if (planned !== undefined) requireAllowed(evaluateSameGate(environment.name, planned, protection))
    return undefined
  }
  if (announcement === undefined) {
    throw new UserError(
      `No plan for ${environment.name} was recorded in this run, so it cannot have been approved. Start a new run.`
    )
  }
  const snapshot = announcement.approvals ?? []
  const { actor, triggeringActor } = pipeline.run
  const parties = partiesAtGate({ actor, triggeringActor: { login: triggeringActor } }, announcement)
  const judge = (approvals: readonly Approval[]): Verdict =>
    evaluateApproval({
      environment: environment.name,
      approvals,
      snapshot,
      parties,
      planned,
      protection,
      plannedAt: Date.parse(announcement.time),
      now: pipeline.github.now()
    })
  const known = justAnswered(pipeline, intent)
  if (known !== undefined && judge(known).allowed) return known
  const counted = await settleApproval(pipeline.clock, async () => {
    const answers = await readApprovals(pipeline, environment.name)
    const approvals = await nameReviewers(pipeline, answers, snapshot, planned ?? protection)
    return { verdict: judge(approvals), approvals }
  })
  await requireOwnAnswer(pipeline, environment.name, announcement)
  return counted
}

/** The answers that this attempt recorded a moment ago. */
function justAnswered(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  intent: RecordOf<'started'> | undefined
): readonly Approval[] | undefined {
  if (intent === undefined || intent.run.id !== run.runId || intent.run.attempt !== run.attempt) return undefined
  return github.now() - Date.parse(intent.time) < ANSWERED ? intent.approvals : undefined
}
