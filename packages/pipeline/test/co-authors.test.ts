import { describe, expect, it } from '@jest/globals'
import { GitHubError, type LedgerRecord } from '@sluice/core'
import { PROTECTION } from '@sluice-lab/memory'
import { requireApproval, requireApprover } from '../src/index.ts'
import { ENVIRONMENTS, gateOf } from './gate.ts'
import { records } from './record.ts'

const { staging } = ENVIRONMENTS
const [DEPLOYED, RELEASE] = ['d'.repeat(40), 'e'.repeat(40)]
const COMPARE = `/repos/octo-org/shop/compare/${DEPLOYED}...${RELEASE}`
const of = (n: number): string => String(n).padStart(40, '0')

/** A commit of the author that names these as co-authors. */
function commit(n: number, ...addresses: readonly string[]) {
  const [who, person] = [{ id: 7, login: 'author' }, { email: 'author@shop.example' }]
  const message = ['change', '', ...addresses.map(it => `Co-authored-by: x <${it}>`)].join('\n')
  return { sha: of(n), author: who, committer: who, commit: { author: person, committer: person, message } }
}

type Graphql = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>

/** A gate with these commits, at a GitHub that answers queries so. */
function gate(commits: readonly unknown[], graphql?: Graphql, answers: Readonly<Record<string, unknown>> = {}) {
  const pipeline = gateOf({ [COMPARE]: { total_commits: commits.length, commits }, ...answers })
  return graphql === undefined ? pipeline : { ...pipeline, github: { ...pipeline.github, graphql } }
}

const authorsOf = async (pipeline: ReturnType<typeof gate>) =>
  requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

/** Answers every commit of a query with the same authors. */
function answering(nodes: readonly unknown[], queries: string[] = []): Graphql {
  return async query => {
    queries.push(query)
    const names = [...query.matchAll(/(c\d+): object/g)].map(([, name]) => name)
    return { repository: Object.fromEntries(names.map(name => [name, { authors: { nodes, pageInfo: {} } }])) }
  }
}

describe('whose a co-author is', () => {
  const BOB = { email: 'bob@corp.example', user: { databaseId: 9, login: 'bob' } }

  it('is asked of GitHub, so that nobody approves what he wrote by another address', async () => {
    const approver = { email: 'approver@corp.example', user: { databaseId: 8, login: 'approver' } }
    const carol = {
      ...PROTECTION,
      reviewers: [...PROTECTION.reviewers, { type: 'User', id: '4', name: 'carol' }]
    } as const
    const pipeline = gate([commit(1, approver.email)], answering([approver]), {
      '/repos/octo-org/shop/actions/runs/5/approvals': [
        { state: 'approved', comment: '', environments: [{ name: 'staging' }], user: { id: 8, login: 'approver' } }
      ]
    })

    const authors = await requireApprover(pipeline, staging, carol, { release: RELEASE, deployed: DEPLOYED })
    const [plan] = records({
      ...{ event: 'planned', environment: 'staging', time: '2026-01-01T11:00:00Z', protection: carol },
      ...(authors === undefined ? {} : { detail: { authors } })
    })

    await expect(requireApproval(pipeline, staging, carol, plan as LedgerRecord)).rejects.toThrow(
      'approved only by approver, who wrote or committed a part of it'
    )
  })

  it('is asked of the repository, by the commit, and without an account it stays unknown', async () => {
    const asked: unknown[] = []
    const pipeline = gate([commit(1, 'tool@tool.example'), commit(2)], async (query, variables) => {
      asked.push(query, variables)
      return { repository: { c0: { authors: { nodes: [{ email: 'Tool@tool.example', user: null }] } } } }
    })

    expect(await authorsOf(pipeline)).toEqual({
      accounts: [{ id: '7', login: 'author' }],
      unknown: ['tool@tool.example']
    })
    expect(asked).toEqual([
      expect.stringContaining(`c0: object(oid: "${of(1)}") { ... on Commit { authors(first: 100)`),
      { owner: 'octo-org', name: 'shop' }
    ])
    expect(asked[0]).not.toContain(of(2))
  })

  it('costs nothing where the addresses tell it', async () => {
    const pipeline = gate([commit(1, 'author@shop.example', '9+bob@users.noreply.github.com'), commit(2)])

    expect((await authorsOf(pipeline))?.accounts.map(({ login }) => login)).toEqual(['author', 'bob'])
  })

  it('costs a query for each hundred commits', async () => {
    const queries: string[] = []
    const commits = Array.from({ length: 201 }, (_, n) => commit(n, BOB.email))

    const authors = await authorsOf(gate(commits, answering([BOB], queries)))

    expect(authors?.accounts.map(({ login }) => login)).toEqual(['author', 'bob'])
    expect(queries.map(query => query.match(/object\(/g)?.length)).toEqual([100, 100, 1])
  })

  it('is asked of fewer commits at a time where GitHub cannot answer so many', async () => {
    const queries: string[] = []
    const answer = answering([BOB], queries)
    const most = 2
    const graphql: Graphql = async (query, variables) => {
      if ((query.match(/object\(/g)?.length ?? 0) <= most) return answer(query, variables)
      throw new GitHubError('Resource limits for this query exceeded.', 200, ['RESOURCE_LIMITS_EXCEEDED'], undefined)
    }

    await authorsOf(
      gate(
        [1, 2, 3, 4, 5].map(n => commit(n, BOB.email)),
        graphql
      )
    )

    expect(queries.map(query => query.match(/object\(/g)?.length)).toEqual([2, 2, 1])
  })

  it('is read to the last page', async () => {
    const page = (nodes: readonly unknown[], endCursor?: string) => ({
      repository: { c0: { authors: { nodes, pageInfo: { hasNextPage: endCursor !== undefined, endCursor } } } }
    })
    const graphql: Graphql = async query => (query.includes('after: "next"') ? page([BOB]) : page([], 'next'))

    const authors = await authorsOf(gate([commit(1, BOB.email)], graphql))

    expect(authors).toEqual({ accounts: [expect.anything(), { id: '9', login: 'bob' }], unknown: [] })
  })

  it.each<[string, Graphql, string]>([
    ['a commit is not shown', async () => ({ repository: { c0: null } }), `the co-authors of commit ${of(1)}`],
    ['the repository is not shown', async () => ({ repository: null }), `the co-authors of commit ${of(1)}`],
    [
      'the pages have no end',
      async () => ({ repository: { c0: { authors: { nodes: [], pageInfo: { hasNextPage: true, endCursor: 'x' } } } } }),
      'has more than 2000 authors, who cannot all be told. Replace this commit on the branch by one that names fewer'
    ],
    [
      'GitHub refuses',
      async () => {
        throw new GitHubError('Resource not accessible by integration', 200, ['FORBIDDEN'], undefined)
      },
      'Resource not accessible'
    ]
  ])('stops the plan where %s', async (_, graphql, reason) => {
    await expect(authorsOf(gate([commit(1, BOB.email)], graphql))).rejects.toThrow(reason)
  })
})

describe('a commit that names more people than a record holds', () => {
  const flood = Array.from({ length: 22_000 }, (_, n) => `a${n}@example.com`)

  it('is refused before GitHub is asked about them, by its name', async () => {
    await expect(authorsOf(gate([commit(1, 'bob@corp.example'), commit(2, ...flood)]))).rejects.toThrow(
      `name 22002 authors and co-authors, more than the 1000 that a record holds; ${of(2)} alone names 22001. If that is too many for one message, replace this commit on the branch`
    )
  })

  it('is refused where GitHub finds more than the message says', async () => {
    const nodes = Array.from({ length: 1_001 }, (_, n) => ({
      email: `a${n}@example.com`,
      user: { databaseId: 1_000 + n, login: `a${n}` }
    }))

    await expect(authorsOf(gate([commit(1, 'bob@corp.example')], answering(nodes)))).rejects.toThrow(
      /more than the 1000/
    )
  })
})
