import {
  type Authors,
  Failure,
  GitHubError,
  type Party,
  partiesOf,
  plural,
  type RunContext,
  UserError
} from '@sluice/core'
import { COUNTED_COMMITS } from '@sluice/git'
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
  pipeline: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  deployed: string | undefined,
  commit: string
): Promise<Authors> {
  const { github, run } = pipeline
  if (deployed === commit) return { accounts: [], unknown: [] }
  const path = `/repos/${run.repository}/${deployed === undefined ? `commits/${commit}` : `compare/${deployed}...${commit}`}`
  let answer: unknown
  try {
    answer = await github.get(path)
  } catch (error: unknown) {
    if (deployed === undefined || !(error instanceof GitHubError && error.status >= 500)) throw error
    return decodeAuthors(await listCommits(pipeline, deployed, commit))
  }
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

/**
 * The commits that a release brings where GitHub cannot compare. The first page of a comparison shows what changed in files, which takes
 * GitHub too long where that is much; a list of commits shows none. It goes by date into the past of the branch, so the clone tells
 * which commits are meant.
 */
async function listCommits(
  { github, repository, run }: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  deployed: string,
  commit: string
): Promise<readonly unknown[]> {
  const brought = await repository.log(deployed, commit)
  if (brought.length > COUNTED_COMMITS) {
    throw new UserError(
      `GitHub cannot compare ${deployed} with ${commit}, and more than ${COUNTED_COMMITS} commits lie between them, whose authors cannot be told then. Deliver an older commit first.`
    )
  }
  const missing = new Set(brought.map(it => it.commit))
  const all: unknown[] = []
  for (let page = 1; missing.size > 0; page++) {
    const listed = (await github.get(`/repos/${run.repository}/commits?sha=${commit}&per_page=${PAGE}&page=${page}`)) as
      | readonly { readonly sha?: unknown }[]
      | undefined
    if (listed === undefined || listed.length === 0 || page > MOST_COMMITS / PAGE)
      throw new Failure(
        `GitHub cannot compare ${deployed} with ${commit}, and of ${plural(brought.length, 'commit')} between them it lists all but ${missing.size}. Re-run the job, or deliver an older commit first.`
      )
    all.push(...listed.filter(({ sha }) => missing.delete(String(sha))))
  }
  return all
}

/** Everybody who has a part in what this run delivers. @param authors as the plan was recorded with. */
export function partiesOfRun(run: RunContext, authors: Authors | undefined): readonly Party[] {
  return partiesOf({ actor: run.actor, triggeringActor: { login: run.triggeringActor }, authors })
}
