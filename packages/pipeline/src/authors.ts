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
import { commitsToAsk, decodeAuthors } from '@sluice/policy'
import { readCoAuthors } from './co-authors.ts'
import type { Pipeline } from './pipeline.ts'

/** Commits of a comparison that GitHub gives without pages, and on one page (REST API, "Compare two commits"). */
const [AT_ONCE, PAGE] = [250, 100]

/** Commits that one promotion may bring: each hundred costs a request. */
const MOST_COMMITS = 5_000

/** People whom one promotion may name: records and dossiers hold them all. */
const MOST_PEOPLE = 1_000

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
  if (deployed === commit) return { accounts: [], unknown: [] }
  const commits = await readCommits(pipeline, deployed, commit)
  const named = requireFew(decodeAuthors(commits), commits)
  const open = commitsToAsk(commits)
  if (open.length === 0) return named
  return requireFew(decodeAuthors(commits, await readCoAuthors(pipeline, open)), commits)
}

/** @throws UserError when they are too many, naming the commit that names most. */
function requireFew(authors: Authors, commits: readonly unknown[]): Authors {
  const count = ({ accounts, unknown }: Authors): number => accounts.length + unknown.length
  if (count(authors) <= MOST_PEOPLE) return authors
  const each = commits.map(it => ({ sha: (it as { readonly sha?: unknown }).sha, people: count(decodeAuthors([it])) }))
  const most = each.reduce((one, other) => (other.people > one.people ? other : one))
  throw new UserError(
    `The commits of this release name ${count(authors)} authors and co-authors, more than the ${MOST_PEOPLE} that a record holds; ${most.sha} alone names ${most.people}. If that is too many for one message, replace this commit on the branch; else deliver an older commit first.`
  )
}

/** The commits that a release brings, as GitHub's REST API has them. */
async function readCommits(
  pipeline: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  deployed: string | undefined,
  commit: string
): Promise<readonly unknown[]> {
  const { github, run } = pipeline
  const path = `/repos/${run.repository}/${deployed === undefined ? `commits/${commit}` : `compare/${deployed}...${commit}`}`
  let answer: unknown
  try {
    answer = await github.get(path)
  } catch (error: unknown) {
    if (deployed === undefined || !(error instanceof GitHubError && error.status >= 500)) throw error
    return listCommits(pipeline, deployed, commit)
  }
  if (answer === undefined) {
    throw new UserError(
      `GitHub does not know the commits from ${deployed ?? 'nothing'} to ${commit} of ${run.repository}, so their authors cannot be told. Push them to a branch of this repository, then start a new run.`
    )
  }
  return deployed === undefined ? [answer] : readComparison(github, path, answer, `from ${deployed} to ${commit}`)
}

/**
 * All commits of a comparison. A part of them would be believed to be all: who wrote another might approve it.
 * @param range between which commits, for messages.
 */
async function readComparison(
  github: Pipeline['github'],
  path: string,
  first: unknown,
  range: string
): Promise<readonly unknown[]> {
  const { commits, total_commits: total } = first as Comparison
  if (commits === undefined || total === undefined)
    throw new Failure(`GitHub does not tell the commits ${range}, so their authors cannot be told. Re-run the job.`)
  if (total > MOST_COMMITS) {
    throw new UserError(
      `${plural(total, 'commit')} lie between what is deployed and the release (${range}), more than the ${MOST_COMMITS} whose authors can be told. Deliver an older commit first.`
    )
  }
  const all: unknown[] = total <= AT_ONCE ? [...commits] : []
  for (let page = 1; total > AT_ONCE && all.length < total; page++) {
    const next = (await github.get(`${path}?per_page=${PAGE}&page=${page}`)) as Comparison | undefined
    if (next?.commits === undefined || next.commits.length === 0) break
    all.push(...next.commits)
  }
  if (all.length >= total) return all
  throw new Failure(`GitHub gave ${all.length} of ${plural(total, 'commit')} ${range}. Re-run the job.`)
}

/** What is used of GitHub's answer. */
interface Comparison {
  readonly commits?: readonly unknown[]
  readonly total_commits?: number
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
