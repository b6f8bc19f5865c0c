import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { REPOSITORY, type Site, startSite } from './site.ts'

describe('the GraphQL API of the stand-in', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(async () => site.stop())

  const repository = async (fields: string): Promise<unknown> =>
    site.query(`{ repository(owner: "octo-org", name: "storefront") { ${fields} } }`)

  it('answers about the repository and its refs', async () => {
    const answer = await repository(
      'databaseId nameWithOwner defaultBranchRef { name target { oid } } side: ref(qualifiedName: "refs/heads/side") { target { __typename oid } } none: ref(qualifiedName: "absent") { name }'
    )

    expect(answer).toEqual({
      data: {
        repository: {
          databaseId: 123456,
          nameWithOwner: REPOSITORY,
          defaultBranchRef: { name: 'main', target: { oid: site.commits.third } },
          side: { target: { __typename: 'Commit', oid: site.commits.side } },
          none: null
        }
      }
    })
  })

  it('reads files of a commit, of a branch, and many at once', async () => {
    const answer = await repository(
      'a: object(expression: "main:a.txt") { ... on Blob { text byteSize isBinary isTruncated } } b: object(expression: "side:d.txt") { ... on Blob { text } } c: object(expression: "main:absent") { id } ref(qualifiedName: "main") { target { ... on Commit { messageHeadline file(path: "b.txt") { type object { ... on Blob { text } } } missing: file(path: "x/y") { name } } } }'
    )

    expect(answer).toEqual({
      data: {
        repository: {
          a: { text: 'three\n', byteSize: 6, isBinary: false, isTruncated: false },
          b: { text: 'two\n'.replace('two', 'side') },
          c: null,
          ref: {
            target: {
              messageHeadline: 'Write a.txt',
              file: { type: 'blob', object: { text: 'two\n' } },
              missing: null
            }
          }
        }
      }
    })
  })

  it('lists a tree', async () => {
    const answer = await repository('object(expression: "main^{tree}") { ... on Tree { entries { name type mode } } }')

    expect(answer).toMatchObject({
      data: {
        repository: {
          object: {
            entries: [
              { name: 'a.txt', type: 'blob', mode: 33188 },
              { name: 'b.txt', type: 'blob', mode: 33188 }
            ]
          }
        }
      }
    })
  })

  it('follows fragments, also to a type that the query does not name', async () => {
    const query = `query Tree($tree: String!) { repository(owner: "octo-org", name: "storefront") { ...entries } }
      fragment entries on Repository { object(expression: $tree) { __typename oid ... on Blob { text } } }`

    expect(await site.query(query, { tree: 'main^{tree}' })).toMatchObject({
      data: { repository: { object: { __typename: 'Tree', oid: expect.stringMatching(/^[0-9a-f]{40}$/) } } }
    })
  })

  it('answers one question at a time, whatever names hold', async () => {
    expect(
      await site.query(
        'query($x: String!) { repository(owner: "octo-org", name: "storefront") { object(expression: $x) { oid } } }',
        {
          x: 'main\nside'
        }
      )
    ).toEqual({ data: { repository: { object: null } } })
    expect(await repository('object(expression: "side") { oid }')).toEqual({
      data: { repository: { object: { oid: site.commits.side } } }
    })
  })

  it('says so when it has no answer to a field, and never answers null for it', async () => {
    expect(await repository('stargazerCount')).toMatchObject({
      errors: [{ message: expect.stringContaining('Repository.stargazerCount is not implemented') }]
    })
    expect(await site.query('{ viewer { login } }')).toMatchObject({
      errors: [{ message: expect.stringContaining('Query.viewer is not implemented') }]
    })
    expect(
      await repository('ref(qualifiedName: "main") { target { ... on Commit { history(first: 1) { totalCount } } } }')
    ).toMatchObject({ errors: [{ message: expect.stringContaining('Commit.history is not implemented') }] })
  })

  it.each([
    ['a field that GitHub does not have', '{ repository(owner: "o", name: "n") { colour } }', 'Cannot query field'],
    ['a query that is none', 'not graphql', 'Syntax Error'],
    ['no query', undefined, 'query attribute']
  ])('refuses %s', async (_, query, message) => {
    const { body } = await site.call('POST', '/graphql', { query })

    expect(body).toMatchObject({ errors: [{ message: expect.stringContaining(message) }] })
  })

  it('does not tell a foreign repository from one that does not exist', async () => {
    expect(await site.query('{ repository(owner: "octo-org", name: "other") { id } }')).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'octo-org/other'." }]
    })
  })

  it('shows nothing of the contents to a token without that permission', async () => {
    const token = site.github.createToken(REPOSITORY, { actions: 'read' })
    const query = '{ repository(owner: "octo-org", name: "storefront") { object(expression: "main") { oid } } }'

    expect((await site.call('POST', '/graphql', { query }, token)).body).toMatchObject({
      errors: [{ type: 'FORBIDDEN' }]
    })
  })
})
