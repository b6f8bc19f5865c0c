import { afterEach, describe, expect, it } from '@jest/globals'
import { fastRetry, type GitHub, GitHubError, githubClient, ManualClock, UserError } from '../src/index.ts'
import { serverThatSays, stopServers } from './github-server.ts'

const log = { info: () => undefined }

afterEach(stopServers)

describe('the GitHub client', () => {
  it('sends its token, and gives the answer as it came', async () => {
    const { github, seen } = await serverThatSays({ status: 200, body: { id: 7 } })

    expect(await github.get('/repos/octo-org/storefront')).toEqual({ id: 7 })
    expect(seen).toEqual([
      { method: 'GET', path: '/repos/octo-org/storefront', authorization: 'token secret', body: '' }
    ])
  })

  it("tells the server's time once it has answered, whatever this machine's clock says", async () => {
    const { github, clock } = await serverThatSays({ status: 200, headers: { date: 'Fri, 02 Jan 2026 03:04:05 GMT' } })

    expect(github.now()).toBe(clock.now())
    await github.get('/repos/o/n')
    clock.advance(1500)

    expect(new Date(github.now()).toISOString()).toBe('2026-01-02T03:04:06.500Z')
  })

  it('gives undefined for what does not exist, at the first answer', async () => {
    const { github, seen } = await serverThatSays({ status: 404, body: { message: 'Not Found' } })

    expect(await github.get('/repos/octo-org/absent')).toBeUndefined()
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['502', { status: 502 }],
    ['500', { status: 500 }],
    ['a connection that breaks', { status: 0, hangUp: true }]
  ])('reads again after %s', async (_, reply) => {
    const { github, seen } = await serverThatSays(reply, { status: 200, body: [1] })

    expect(await github.get('/x')).toEqual([1])
    expect(seen).toHaveLength(2)
  })

  it('gives up after the attempts of its policy, and says what failed', async () => {
    const { github, seen } = await serverThatSays({ status: 502, body: { message: 'Bad Gateway' } })

    await expect(github.get('/x')).rejects.toThrow('GitHub, GET /x: Bad Gateway')
    expect(seen).toHaveLength(fastRetry.attempts)
  })

  it('repeats a write that the rate limit turned away', async () => {
    const { github, seen } = await serverThatSays(
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 201, body: { sha: 'a' } }
    )

    expect(await github.send('POST', '/x', { content: 'y' })).toEqual({ sha: 'a' })
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{"content":"y"}'],
      ['POST', '{"content":"y"}']
    ])
  })

  it('repeats a write that may have been done, where twice is as good as once', async () => {
    const { github, seen } = await serverThatSays({ status: 502 }, { status: 201, body: { sha: 'a' } })

    expect(await github.send('POST', '/x', { content: 'y' }, { repeatable: true })).toEqual({ sha: 'a' })
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST'])
  })

  it.each([
    ['a write', async (github: GitHub) => github.send('POST', '/x', {})],
    ['a mutation', async (github: GitHub) => github.graphql('mutation { a }', {})]
  ])('never repeats %s that may have been done', async (_, call) => {
    const { github, seen } = await serverThatSays({ status: 502 })

    await expect(call(github)).rejects.toThrow(GitHubError)
    expect(seen).toHaveLength(1)
  })

  it('repeats a query', async () => {
    const { github, seen } = await serverThatSays({ status: 502 }, { status: 200, body: { data: { a: 1 } } })

    expect(await github.graphql('query($x: Int) { a }', { x: 1 })).toEqual({ a: 1 })
    expect(seen.map(({ path }) => path)).toEqual(['/graphql', '/graphql'])
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ query: 'query($x: Int) { a }', variables: { x: 1 } })
  })

  it('names the kind of a GraphQL error', async () => {
    const { github } = await serverThatSays({
      status: 200,
      body: { data: { a: null }, errors: [{ type: 'STALE_DATA', message: 'Pull and try again.' }] }
    })

    await expect(github.graphql('mutation { a }', {})).rejects.toMatchObject({
      name: 'GitHubError',
      status: 200,
      types: ['STALE_DATA'],
      message: expect.stringContaining('Pull and try again.')
    })
  })

  it.each([
    ['401', { status: 401, body: { message: 'Bad credentials' } }],
    ['403', { status: 403, body: { message: 'Resource not accessible by integration' } }],
    [
      'FORBIDDEN',
      { status: 200, body: { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] } }
    ]
  ])('says where to look when GitHub answers %s', async (_, reply) => {
    const { github, seen } = await serverThatSays(reply)

    await expect(github.graphql('{ a }', {})).rejects.toThrow('Check the token and the `permissions:` of the job.')
    expect(seen).toHaveLength(1)
  })

  it.each([
    'Repository was archived so is read-only.',
    'Although you appear to have the correct authorization credentials, the `octo-org` organization has an IP allow list enabled.'
  ])('leaves the permissions out where they are not to blame: %s', async message => {
    const { github } = await serverThatSays({ status: 403, body: { message } })

    await expect(github.get('/x')).rejects.toThrow(message)
    await expect(github.get('/x')).rejects.not.toThrow('Check the token')
  })

  it.each([
    ['a foreign host', 'https://api.github.com.example.org', /points to api\.github\.com\.example\.org/],
    ['plain HTTP off this machine', 'http://api.github.com', /must be reached over https/],
    ['a text that is no URL', 'api.github.com', /not a URL/]
  ])('refuses to send its token to %s', (_, url, message) => {
    const create = (): unknown =>
      githubClient({ token: 'secret', env: { GITHUB_API_URL: url }, clock: new ManualClock(), log })

    expect(create).toThrow(UserError)
    expect(create).toThrow(message)
  })

  it('trusts the GitHub Enterprise server that runs the job, by https', () => {
    const env = { GITHUB_SERVER_URL: 'https://github.example.org', GITHUB_API_URL: 'https://github.example.org/api/v3' }

    expect(() => githubClient({ token: 'secret', env, clock: new ManualClock(), log })).not.toThrow()
  })

  it('asks for a token when there is none', () => {
    expect(() => githubClient({ token: '', env: {}, clock: new ManualClock(), log })).toThrow('pass `github-token')
  })
})
