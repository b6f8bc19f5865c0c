import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { githubClient, ManualClock } from '@sluice/core'
import { parse } from 'graphql'
import { pointsOf } from '../src/graphql-points.ts'
import { REPOSITORY, type Site, startSite } from './site.ts'

const PATH = `/repos/${REPOSITORY}`
const QUERY = '{ repository(owner: "octo-org", name: "storefront") { name } }'
const START = Date.parse('2026-11-20T10:00:00Z')

describe('the rate limits of the stand-in', () => {
  const clock = new ManualClock(START)
  let site: Site
  beforeEach(async () => {
    site = await startSite({ clock, hourlyLimit: 2 })
  })
  afterEach(async () => {
    expect(site.github.defects).toEqual([])
    await site.stop()
  })

  const rest = async () => site.call('GET', PATH)
  const graphql = async () => site.call('POST', '/graphql', { query: QUERY })

  it('are two: what REST used up, GraphQL has still', async () => {
    const answers = [await rest(), await rest(), await rest(), await graphql(), await graphql()]

    expect(answers.map(({ status, headers }) => [status, headers.get('x-ratelimit-resource')])).toEqual([
      [200, 'core'],
      [200, 'core'],
      [403, 'core'],
      [200, 'graphql'],
      [200, 'graphql']
    ])
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0', '1', '0'])
  })

  it('answer 403 to REST, and 200 with RATE_LIMITED to GraphQL, both with the time of the reset', async () => {
    for (let n = 0; n < 2; n++) await Promise.all([rest(), graphql()])
    const [refused, limited] = [await rest(), await graphql()]

    expect(refused).toMatchObject({
      status: 403,
      body: { message: 'API rate limit exceeded for installation ID 123456.' }
    })
    expect(limited.status).toBe(200)
    expect(limited.body).toEqual({
      errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 123456.' }]
    })
    for (const { headers } of [refused, limited]) {
      const reset = Number(headers.get('x-ratelimit-reset')) * 1000
      expect(reset - clock.now()).toBe(3_600_000)
      expect(headers.get('x-ratelimit-remaining')).toBe('0')
    }
  })

  it('ask for a pause when they are told to, as often as they are told, and charge nothing for it', async () => {
    site.github.pause(REPOSITORY, { quota: 'core', answers: 2, retryAfter: 30 })
    site.github.pause(REPOSITORY, { quota: 'core', status: 429 })
    site.github.pause(REPOSITORY, { quota: 'graphql', status: 200 })
    const answers = [await rest(), await rest(), await rest(), await rest(), await graphql(), await graphql()]

    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [403, '30'],
      [403, '30'],
      [429, null],
      [200, null],
      [200, null],
      [200, null]
    ])
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-used'))).toEqual(['0', '0', '0', '1', '0', '1'])
    expect(answers[4]?.body).toEqual({ errors: [{ message: expect.stringContaining('secondary rate limit') }] })
    expect(() => site.github.pause('octo-org/absent', { quota: 'core' })).toThrow('has no repository')
  })

  it('are waited for by the client, whichever of them it meets', async () => {
    const own = new ManualClock(START)
    const lines: string[] = []
    const log = { info: (line: string) => lines.push(line) }
    const env = { GITHUB_API_URL: site.github.url }
    const github = githubClient({ token: site.token, env, clock: own, log, patience: 65 * 60_000 })
    for (let n = 0; n < 2; n++) await graphql()
    site.github.pause(REPOSITORY, { quota: 'core', retryAfter: 7 })
    site.github.pause(REPOSITORY, { quota: 'graphql', status: 200, retryAfter: 20 })
    const slept = own.sleep.bind(own)
    own.sleep = async milliseconds => {
      clock.advance(milliseconds)
      return slept(milliseconds)
    }

    expect(await github.get(PATH)).toMatchObject({ full_name: REPOSITORY })
    expect(await github.graphql(QUERY, {})).toEqual({ repository: { name: 'storefront' } })

    expect(lines).toEqual([
      expect.stringMatching(/^GitHub asks for a pause.*\(core\)\. Waiting 7 s, until/),
      expect.stringMatching(/^GitHub asks for a pause.*\(graphql\)\. Waiting 20 s, until/),
      expect.stringMatching(/^GitHub's hourly quota for this repository \(graphql\) is used up\. Waiting 3574 s, until/)
    ])
  })
})

describe('the calls of the stand-in', () => {
  let site: Site
  beforeEach(async () => {
    site = await startSite()
  })
  afterEach(async () => site.stop())

  it('are counted by kind, route and who called; OIDC is none', async () => {
    const idToken = site.github.idToken(REPOSITORY, 101, {})
    const env = { GITHUB_API_URL: site.github.url, GITHUB_JOB: 'release' }
    const log = { info: () => undefined }
    const client = githubClient({ token: site.token, env, clock: new ManualClock(), log })
    await site.call('GET', site.github.idTokenUrl.slice(site.github.url.length), undefined, idToken)
    await client.get(`${PATH}/actions/runs/101`)
    await client.graphql(`query Look ${QUERY}`, {})
    await site.query('not graphql')

    expect(site.github.calls).toEqual([
      {
        kind: 'rest',
        route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
        agent: expect.stringMatching(/^sluice \(release\)/)
      },
      { kind: 'graphql', route: 'Look', agent: expect.stringMatching(/^sluice \(release\)/) },
      { kind: 'graphql', route: 'nothing', agent: expect.any(String) }
    ])
  })
})

describe('the points of a query', () => {
  it.each([
    ['one for a query without lists', 1, QUERY],
    ['one for a mutation', 1, 'mutation { createCommitOnBranch(input: {}) { clientMutationId } }'],
    [
      "GitHub's own example, with its lists in a fragment and behind a variable",
      51,
      `query($n: Int) { viewer { repositories(first: 100) { edges { node { ...R } } } } }
       fragment R on Repository { issues(first: $n) { edges { node { ... on Issue { labels(first: 60) { totalCount } } } } } }`
    ],
    ['one for a document that holds no operation', 1, 'fragment R on Repository { name }']
  ])('are %s', (_, points, query) => {
    expect(pointsOf(parse(query), { n: 50 })).toBe(points)
  })
})
