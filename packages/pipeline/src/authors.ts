import { type Authors, Failure, type Party, partiesOf, plural, type RunContext, UserError } from '@sluice/core'
import { decodeAuthors } from '@sluice/policy'
import type { Pipeline } from './pipeline.ts'

/** Commits of a comparison that GitHub gives without pages, and on one page (REST API, "Compare two commits"). */
const [AT_ONCE, PAGE] = [250, 100]

/** Commits that one promotion may bring: each hundred costs a request. */
const MOST_COMMITS = 5_000

/**
 * Who wrote what a release would bring to an environment: the commits since what is deployed there. The first release brings the past of the
 * whole repository, in which nobody might be left to approve: there it is the authors of its own commit.
 * @param deployed the commit that is deployed; absent: none was.
 * @throws UserError when GitHub cannot tell, or the release brings too much to look at.
 */
export async function readAuthors(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  deployed: string | undefined,
  commit: string
): Promise<Authors> {
  if (deployed === commit) return { accounts: [], unknown: [] }
  const path = `/repos/${run.repository}/${deployed === undefined ? `commits/${commit}` : `compare/${deployed}...${commit}`}`
  const answer = await github.get(path)
  if (answer === undefined) {
    throw new UserError(
      `GitHub does not know the commits from ${deployed ?? 'nothing'} to ${commit} of ${run.repository}, so their authors cannot be told. Push them to a branch of this repository, then start a new run.`
    )
  }
  if (deployed === undefined) return decodeAuthors([answer])
  const { commits = [], total_commits: total = 0 } = answer as {
    readonly commits?: readonly unknown[]
    readonly total_commits?: number
  }
  if (total <= AT_ONCE) return decodeAuthors(commits)
  if (total > MOST_COMMITS) {
    throw new UserError(
      `${plural(total, 'commit')} lie between what is deployed (${deployed}) and ${commit}, more than the ${MOST_COMMITS} whose authors can be told. Deliver an older commit first.`
    )
  }
  const all: unknown[] = []
  for (let page = 1; all.length < total; page++) {
    const next = (await github.get(`${path}?per_page=${PAGE}&page=${page}`)) as typeof answer & {
      readonly commits?: readonly unknown[]
    }
    if (next?.commits === undefined || next.commits.length === 0)
      throw new Failure(`GitHub gave ${all.length} of ${plural(total, 'commit')} from ${deployed} to ${commit}.`)
    all.push(...next.commits)
  }
  return decodeAuthors(all)
}

/** Everybody who has a part in what this run delivers. @param authors as the plan was recorded with. */
export function partiesOfRun(run: RunContext, authors: Authors | undefined): readonly Party[] {
  return partiesOf({ actor: run.actor, triggeringActor: { login: run.triggeringActor }, authors })
}
