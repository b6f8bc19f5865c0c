import { type Approval, approvalsSince, GitHubError, type Protection } from '@sluice/core'
import { type Membership, reviewerStanding, teamsToAsk } from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

/**
 * Says of each new answer how who gave it is a reviewer: by the reviewers of the plan, so that nobody is one by name for a minute only.
 *
 * Who belongs to a team is asked of GitHub where somebody could be a reviewer by it alone. It tells who does now: who was taken into a team
 * after the plan was made is a member like the others. The token of a job (GITHUB_TOKEN) may not read the teams of an organization; that of a
 * GitHub App with `members: read` may.
 */
export async function nameReviewers(
  pipeline: Pick<Pipeline, 'github' | 'run'>,
  approvals: readonly Approval[],
  snapshot: readonly Approval[],
  { reviewers }: Protection
): Promise<readonly Approval[]> {
  const fresh = new Set(approvalsSince(snapshot, approvals))
  return Promise.all(
    approvals.map(async approval => {
      if (!fresh.has(approval) || approval.state !== 'approved') return approval
      const memberships: Membership[] = []
      for (const team of teamsToAsk(approval, reviewers))
        memberships.push(await membershipOf(pipeline, team.name, approval.login))
      return { ...approval, reviewer: reviewerStanding(approval, reviewers, memberships) }
    })
  )
}

/** GitHub says "not found" to who may not look, too: then no members are to be seen at all. */
async function membershipOf(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  slug: string,
  login: string
): Promise<Membership> {
  const [owner = ''] = run.repository.split('/')
  const team = `/orgs/${encodeURIComponent(owner)}/teams/${encodeURIComponent(slug)}`
  try {
    const answer = await github.get(`${team}/memberships/${encodeURIComponent(login)}`)
    if (answer !== undefined) return (answer as { readonly state?: unknown }).state === 'active' ? 'member' : 'no'
    return (await github.get(`${team}/members?per_page=1`)) === undefined ? 'undecided' : 'no'
  } catch (error: unknown) {
    // Who asked too much or too fast is answered 403 as well, and knows no more than before.
    if (error instanceof GitHubError && error.status === 403 && error.rateLimit === undefined) return 'undecided'
    throw error
  }
}
