import { type Approval, type Protection, UserError } from '@sluice/core'
import { evaluateApproval, guardianOf, type OwnQuestion } from '@sluice/policy'
import { partiesOfRun } from './authors.ts'
import { requirePolicyOfNow } from './current-policy.ts'
import { requireOnlyQuestion } from './own-answer.ts'
import type { Pipeline } from './pipeline.ts'
import { asksReviewers, type GatePipeline, readApprovals, requireProtectedGate } from './run-gate.ts'
import { settleApproval } from './settle-approval.ts'
import { nameReviewers } from './team-members.ts'

/** Who agreed, for the record, and how they were asked; empty where no environment asks anyone. */
export interface Consent {
  readonly protection?: Protection
  readonly approvals?: readonly Approval[]
}

/** What a consent is asked for. */
export interface ConsentSubject {
  /** By which question, and what the job is called that asks it. */
  readonly asked: OwnQuestion
  /** Where to do it instead: what to do, and by which workflow. */
  readonly instead: string
  /** Whether this run also plans a deployment to an environment. */
  readonly plans: (environment: string) => Promise<boolean>
}

/**
 * Refuses what no second person agreed to in this run: a reviewer of the GitHub Environment that guards production, who did not start it. It must be all that the
 * run asks for, since GitHub does not tell which of the jobs at a gate an answer was for.
 * @throws UserError naming whose word is missing, or why the run cannot have it, and when delivery.yml is another by now.
 */
export async function requireConsent(
  pipeline: GatePipeline & Pick<Pipeline, 'clock' | 'policyFile' | 'repository'>,
  { asked, instead, plans }: ConsentSubject
): Promise<Consent> {
  // Who is asked is said by the policy of now: this job may have waited for the answer.
  await requirePolicyOfNow(pipeline)
  const guardian = guardianOf(pipeline.policy.environments)
  if (guardian === undefined) return {}
  const protection = await requireProtectedGate(pipeline, guardian)
  // GitHub tells for which environment an answer was, not for which job: one that was meant for a deployment must not count here.
  if (await plans(guardian.name))
    throw new UserError(
      `This run also plans a deployment to ${guardian.name}, so its approval may have been meant for that. ${instead}`
    )
  if (!asksReviewers(guardian, protection)) return { protection }
  await requireOnlyQuestion(pipeline, asked, instead)
  return { protection, approvals: await readConsent(pipeline, guardian.name, protection) }
}

/**
 * Refuses to show anything to reviewers of whom one has answered in this run already: that answer was to what they were shown before, and would count
 * for what they are shown now.
 */
export async function requireUnanswered({
  github,
  policy,
  run
}: Pick<Pipeline, 'github' | 'policy' | 'run'>): Promise<void> {
  const guardian = guardianOf(policy.environments)
  if (guardian === undefined || (await readApprovals({ github, run }, guardian.name)).length === 0) return
  throw new UserError(
    `Someone has answered at ${guardian.name} in an earlier attempt of run ${run.runId} already, and that answer would count for what is shown now. Start the workflow anew instead of running it again.`
  )
}

async function readConsent(
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'run'>,
  environment: string,
  protection: Protection
): Promise<readonly Approval[]> {
  const now = pipeline.github.now()
  return settleApproval(pipeline.clock, async () => {
    const answers = await readApprovals(pipeline, environment)
    const approvals = await nameReviewers(pipeline, answers, [], protection)
    const verdict = evaluateApproval({
      environment,
      approvals,
      snapshot: [],
      parties: partiesOfRun(pipeline.run, undefined),
      planned: protection,
      protection,
      plannedAt: now,
      now: pipeline.github.now()
    })
    return { verdict, approvals }
  })
}
