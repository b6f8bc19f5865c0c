import { Failure, GitHubError } from '@sluice/core'
import type { Pipeline } from './pipeline.ts'
import { CO_AUTHORS } from './remembered-answers.ts'

/**
 * Commits asked for in one query, and authors of each: 10,000 nodes of the 500,000 that GitHub allows, for one point (github/docs, "Rate
 * limits and query limits for the GraphQL API").
 */
const [COMMITS, AUTHORS] = [100, 100]

/** Pages of one commit's authors that are read: whoever names more is refused before, by the message. */
const MOST_PAGES = 20

/** GitHub says so of a query that takes it too much; how much that is it does not tell. */
const TOO_MUCH = 'RESOURCE_LIMITS_EXCEEDED'

/** A page of the authors of one commit. */
interface Page {
  readonly commit: string
  readonly after?: string
  readonly number: number
}

/** As GitHub answers it. */
interface Connection {
  readonly nodes?: readonly unknown[] | null
  readonly pageInfo?: { readonly hasNextPage?: unknown; readonly endCursor?: unknown }
}

/**
 * Asks GitHub whose the addresses of authors and co-authors of commits are: it alone knows which account registered one. Costs a query for
 * each hundred commits.
 * @returns the nodes of `Commit.authors` of all of them: `{ email, user }`, where `user` is `null` if GitHub knows no account.
 * @throws Failure when GitHub does not show one of the commits: who wrote it might approve it.
 */
export async function readCoAuthors(
  { github, run }: Pick<Pipeline, 'github' | 'run'>,
  commits: readonly string[]
): Promise<readonly unknown[]> {
  const [owner, name] = run.repository.split('/')
  const open: Page[] = commits.map(commit => ({ commit, number: 1 }))
  const found: unknown[] = []
  let size = COMMITS
  while (open.length > 0) {
    const asked = open.slice(0, size)
    let answer: unknown
    try {
      answer = await github.graphql(queryOf(asked), { owner, name })
    } catch (error: unknown) {
      if (asked.length === 1 || !(error instanceof GitHubError) || !error.types.includes(TOO_MUCH)) throw error
      size = Math.floor(asked.length / 2)
      continue
    }
    open.splice(0, asked.length)
    for (const [index, page] of asked.entries()) {
      const { nodes, next } = pageIn(answer, index, page)
      found.push(...nodes)
      if (next !== undefined) open.push(next)
    }
  }
  return found
}

/** The query that asks for pages of authors. Hashes and cursors come from GitHub, and are quoted all the same. */
function queryOf(pages: readonly Page[]): string {
  const asked = pages.map(({ commit, after }, index) => {
    const from = after === undefined ? '' : `, after: ${JSON.stringify(after)}`
    return `c${index}: object(oid: ${JSON.stringify(commit)}) { ... on Commit { authors(first: ${AUTHORS}${from}) { ...named } } }`
  })
  return `${CO_AUTHORS}($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${asked.join(' ')} } }
fragment named on GitActorConnection { nodes { email user { databaseId login } } pageInfo { hasNextPage endCursor } }`
}

function pageIn(
  answer: unknown,
  index: number,
  { commit, number }: Page
): { readonly nodes: readonly unknown[]; readonly next?: Page } {
  const { repository } = answer as {
    readonly repository?: Readonly<Record<string, { readonly authors?: Connection } | null>> | null
  }
  const { nodes, pageInfo } = repository?.[`c${index}`]?.authors ?? {}
  if (!Array.isArray(nodes))
    throw new Failure(`GitHub does not tell the co-authors of commit ${commit}. Re-run the job.`)
  if (pageInfo?.hasNextPage !== true) return { nodes }
  if (number === MOST_PAGES || typeof pageInfo.endCursor !== 'string')
    throw new Failure(
      `Commit ${commit} has more than ${number * AUTHORS} authors, who cannot all be told. Replace this commit on the branch by one that names fewer, or deliver an older commit.`
    )
  return { nodes, next: { commit, after: pageInfo.endCursor, number: number + 1 } }
}
