import { accountOf, type Commit } from './commit.ts'
import type { Resolvable } from './graphql.ts'
import { Refusal } from './refusal.ts'
import type { HostedRepository } from './repository.ts'
import { nodeId } from './user.ts'

/** Which of the authors are asked for. */
export interface AuthorsPage {
  readonly first?: number | null
  readonly after?: string | null
}

/** GitHub gives no longer pages. */
const LONGEST_PAGE = 100

/** A line of a message that names a co-author, as GitHub documents it. */
const TRAILER = /^co-authored-by:[ \t]*(.*?)[ \t]*<([^<>\n]+)>[ \t]*$/gim

/** `Commit.authors`: the author, then who the message names as co-authors, each address once. */
export function authorsValue(repository: HostedRepository, commit: Commit, { first, after }: AuthorsPage): Resolvable {
  if (first === undefined || first === null || first < 1 || first > LONGEST_PAGE)
    throw new Refusal(
      422,
      'You must provide a `first` value between 1 and 100 to properly paginate the `authors` connection.'
    )
  const people = new Map([[commit.author.email.toLowerCase(), commit.author.name]])
  for (const [, name = '', email = ''] of commit.message.matchAll(TRAILER)) {
    const address = email.trim().toLowerCase()
    if (!people.has(address)) people.set(address, name)
  }
  const from = after ? Number(Buffer.from(after, 'base64').toString().replace('cursor:', '')) : 0
  const shown = [...people].slice(from, from + first)
  const end = from + shown.length
  return {
    __typename: 'GitActorConnection',
    totalCount: people.size,
    nodes: shown.map(([email, name]) => ({ __typename: 'GitActor', email, name, user: userValue(repository, email) })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: end < people.size,
      hasPreviousPage: from > 0,
      startCursor: cursorOf(from + 1),
      endCursor: cursorOf(end)
    }
  }
}

/** Opaque to clients. */
function cursorOf(position: number): string {
  return Buffer.from(`cursor:${position}`).toString('base64')
}

/** A `User`: apps are none. */
function userValue(repository: HostedRepository, email: string): Resolvable | null {
  const user = accountOf(repository, email)
  if (user === undefined || user.login.endsWith('[bot]')) return null
  return { __typename: 'User', id: nodeId('User', user.id), databaseId: user.id, login: user.login }
}
