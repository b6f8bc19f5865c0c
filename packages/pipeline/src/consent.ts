import type { Approval, Protection } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { evaluateApproval } from '@sluice/policy'
import { partiesOfRun } from './authors.ts'
import type { Pipeline } from './pipeline.ts'
import { asksReviewers, readApprovals, settleApproval } from './run-gate.ts'
import { nameReviewers } from './team-members.ts'

/**
 * Refuses what no second person agreed to in this run: a reviewer of the GitHub Environment who did not start it. It must be all that the run
 * asks for, since GitHub does not tell which of the jobs at a gate an answer was for.
 * @returns the approvals, for the record; absent where nobody is asked.
 */
export async function requireConsent(
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'run'>,
  environment: Environment,
  protection: Protection
): Promise<readonly Approval[] | undefined> {
  if (!asksReviewers(environment, protection)) return undefined
  const now = pipeline.github.now()
  return settleApproval(pipeline.clock, async () => {
    const answers = await readApprovals(pipeline, environment.name)
    const approvals = await nameReviewers(pipeline, answers, [], protection)
    const verdict = evaluateApproval({
      environment: environment.name,
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
