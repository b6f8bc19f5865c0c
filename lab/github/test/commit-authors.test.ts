import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AUTHOR, REPOSITORY, type Site, startSite } from './site.ts'

describe('the stand-in tells who wrote a commit', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite()
  })
  afterAll(async () => site.stop())

  const commit = async (message: string): Promise<string> => {
    const { body } = await site.call('POST', `/repos/${REPOSITORY}/git/commits`, {
      message,
      tree: await site.git('rev-parse', 'main^{tree}'),
      parents: [site.commits.third],
      author: { name: 'Bob', email: '9+bob@users.noreply.github.com' }
    })
    return (body as { readonly sha: string }).sha
  }
  const authors = async (oid: string, page = 'first: 100'): Promise<unknown> => {
    const answer = await site.query(
      `query($oid: GitObjectID!) { repository(owner: "octo-org", name: "storefront") { object(oid: $oid) { ... on Commit {
        authors(${page}) { totalCount nodes { email name user { databaseId login } } pageInfo { hasNextPage endCursor } } } } } }`,
      { oid }
    )
    return (
      (answer as { data?: { repository?: { object?: { authors?: unknown } } } }).data?.repository?.object?.authors ??
      answer
    )
  }

  it('by the accounts of its author and its co-authors, each once', async () => {
    const oid = await commit(
      'x\n\nCo-authored-by: Ann <Author@example.com>\nCo-authored-by: Who <who@home.example>\nco-authored-by: Bob <9+bob@users.noreply.github.com>\nCo-authored-by: d <49+d[bot]@users.noreply.github.com>'
    )

    expect(await authors(oid)).toEqual({
      totalCount: 4,
      nodes: [
        { email: '9+bob@users.noreply.github.com', name: 'Bob', user: { databaseId: 9, login: 'bob' } },
        { email: 'author@example.com', name: 'Ann', user: { databaseId: AUTHOR.id, login: AUTHOR.login } },
        { email: 'who@home.example', name: 'Who', user: null },
        { email: '49+d[bot]@users.noreply.github.com', name: 'd', user: null }
      ],
      pageInfo: { hasNextPage: false, endCursor: expect.any(String) }
    })
  })

  it('in pages', async () => {
    const oid = await commit('x\n\nCo-authored-by: A <a@a.example>\nCo-authored-by: B <b@b.example>')

    const first = (await authors(oid, 'first: 2')) as { readonly pageInfo: { readonly endCursor: string } }
    const second = await authors(oid, `first: 2, after: "${first.pageInfo.endCursor}"`)

    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ name: 'Bob' }, { name: 'A' }],
      pageInfo: { hasNextPage: true }
    })
    expect(second).toMatchObject({ nodes: [{ name: 'B' }], pageInfo: { hasNextPage: false } })
  })

  it('only to who says how many are wanted', async () => {
    const answer = { errors: [{ message: expect.stringContaining('provide a `first` value') }] }

    expect(await authors(site.commits.third, 'after: ""')).toMatchObject(answer)
    expect(await authors(site.commits.third, 'first: 101')).toMatchObject(answer)
  })
})
