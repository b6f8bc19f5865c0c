import {
  type Approval,
  type Digest,
  type LedgerRecord,
  type Protection,
  type RecordOf,
  releaseId,
  UserError
} from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { decodeApprovals, decodeProtection, evaluateApproval, evaluateProtection } from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

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

/** How a GitHub Environment is protected right now; absent when it does not exist. */
export async function readProtection(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  environment: string
): Promise<Protection | undefined> {
  const path = `/repos/${run.repository}/environments/${encodeURIComponent(environment)}`
  const answer = await github.get(path)
  // Patterns that let everything through are no policy.
  return answer === undefined
    ? undefined
    : decodeProtection(answer, await github.get(`${path}/deployment-branch-policies`))
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
 * Refuses a gate that would let anybody through (promise 5). Asks GitHub only; call it before any AWS call.
 * @returns the protection, for the record; absent where the environment has no second person by design.
 */
export async function requireProtectedGate(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  environment: Environment
): Promise<Protection | undefined> {
  switch (environment.gate) {
    case 'continuous':
      return undefined
    case 'dispatch':
      if (pipeline.run.event === 'workflow_dispatch') return undefined
      throw new UserError(
        `${environment.name} can only be started manually (gate: dispatch), but this run was started by ${pipeline.run.event}. Start the workflow by hand: Actions, the workflow, Run workflow.`
      )
    case 'approval': {
      const protection = await readProtection(pipeline, environment.name)
      const verdict = evaluateProtection(protection, {
        environment: environment.name,
        allowAdminBypass: environment.allowAdminBypass
      })
      if (!verdict.allowed) throw new UserError(`${verdict.reason} ${verdict.remedy}`)
      return protection
    }
  }
}

/**
 * Refuses to go on without a new approval of this very plan (promise 5).
 * @param announcement the `planned` record of this run; it holds the approvals that were there before anybody saw the plan.
 * @returns the approvals, for the record.
 */
export async function requireApproval(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  environment: Environment,
  announcement: LedgerRecord | undefined
): Promise<readonly Approval[] | undefined> {
  if (environment.gate !== 'approval') return undefined
  if (announcement === undefined) {
    throw new UserError(
      `No plan for ${environment.name} was recorded in this run, so it cannot have been approved. Start a new run.`
    )
  }
  const approvals = await readApprovals(pipeline, environment.name)
  const verdict = evaluateApproval({
    environment: environment.name,
    approvals,
    snapshot: announcement.approvals ?? [],
    author: pipeline.run.actor,
    plannedAt: Date.parse(announcement.time),
    now: pipeline.github.now()
  })
  if (!verdict.allowed) throw new UserError(`${verdict.reason} ${verdict.remedy}`)
  return approvals
}
