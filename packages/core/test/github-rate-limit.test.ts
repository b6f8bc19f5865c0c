import { afterEach, describe, expect, it } from '@jest/globals'
import type { GitHub } from '../src/index.ts'
import { clientOf, type Reply, serverThatSays, stopServers } from './github-server.ts'

afterEach(stopServers)

/** The ManualClock begins there. */
const NOW = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000
const DATE = { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }

/** Headers of an answer when a quota is used up for some minutes more. */
function usedUp(resource: 'core' | 'graphql', minutes: number): Readonly<Record<string, string>> {
  return {
    ...DATE,
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String((NOW + minutes * MINUTE) / 1000),
    'x-ratelimit-resource': resource
  }
}

const EXCEEDED = 'API rate limit exceeded for installation ID 12345.'
const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
const inGraphql = (error: Readonly<Record<string, string>>): Reply['body'] => ({ errors: [error] })

const get = async (github: GitHub): Promise<unknown> => github.get('/x')
const query = async (github: GitHub): Promise<unknown> => github.graphql('{ a }', {})
const mutation = async (github: GitHub): Promise<unknown> => github.graphql('mutation { a }', {})

describe('the rate limits of GitHub', () => {
  it.each<[string, typeof get, Reply, number]>([
    [
      '403 of REST with a reset',
      get,
      { status: 403, body: { message: EXCEEDED }, headers: usedUp('core', 10) },
      10 * MINUTE
    ],
    ['429 of REST with a reset', get, { status: 429, body: {}, headers: usedUp('core', 2) }, 2 * MINUTE],
    [
      '200 of GraphQL with RATE_LIMITED',
      query,
      { status: 200, body: inGraphql({ type: 'RATE_LIMITED', message: EXCEEDED }), headers: usedUp('graphql', 10) },
      10 * MINUTE
    ],
    [
      '200 of GraphQL with RATE_LIMIT, while a few points remain',
      mutation,
      {
        status: 200,
        body: inGraphql({
          type: 'RATE_LIMIT',
          code: 'graphql_rate_limit',
          message: 'API rate limit already exceeded for user ID 7.'
        }),
        headers: { ...usedUp('graphql', 10), 'x-ratelimit-remaining': '4' }
      },
      10 * MINUTE
    ]
  ])('are waited for until the quota is full again: %s', async (_, call, reply, until) => {
    const { github, clock, seen } = await serverThatSays(reply, { status: 200, body: { data: 'late' } })

    await call(github)

    // One second more: GitHub's clocks need not agree.
    expect(clock.slept).toEqual([until + 1_000])
    expect(seen).toHaveLength(2)
  })

  it.each<[string, typeof get, Reply, number]>([
    ['429 with retry-after', get, { status: 429, headers: { 'retry-after': '7' } }, 7_000],
    [
      '403 of a secondary limit with retry-after',
      get,
      { status: 403, body: { message: SECONDARY }, headers: { 'retry-after': '30' } },
      30_000
    ],
    [
      '403 with retry-after, whatever the words',
      get,
      { status: 403, body: { message: 'Slow down.' }, headers: { 'retry-after': '30' } },
      30_000
    ],
    [
      '200 of GraphQL with retry-after',
      mutation,
      { status: 200, body: inGraphql({ message: SECONDARY }), headers: { 'retry-after': '45' } },
      45_000
    ],
    ['403 of a secondary limit that names no time', get, { status: 403, body: { message: SECONDARY } }, MINUTE],
    [
      'a secondary limit that names no time, while the quota has another hour',
      query,
      {
        status: 200,
        body: inGraphql({ message: SECONDARY }),
        headers: { ...usedUp('graphql', 59), 'x-ratelimit-remaining': '700' }
      },
      MINUTE
    ],
    [
      'a mutation that makes too much content in a short time',
      mutation,
      { status: 200, body: inGraphql({ type: 'UNPROCESSABLE', message: 'was submitted too quickly' }) },
      MINUTE
    ],
    ['429 without a word', get, { status: 429 }, MINUTE]
  ])('are waited for as long as GitHub asks, a minute where it does not say: %s', async (_, call, reply, pause) => {
    const { github, clock, seen } = await serverThatSays(reply, { status: 200, body: { data: 'late' } })

    await call(github)

    expect(clock.slept).toEqual([pause])
    expect(seen).toHaveLength(2)
  })

  it('are waited for longer each time that GitHub repeats itself', async () => {
    const limited = { status: 403, body: { message: SECONDARY } }
    const { github, clock } = await serverThatSays(limited, limited, limited, { status: 200, body: 'late' })

    expect(await github.get('/x')).toBe('late')
    expect(clock.slept).toEqual([MINUTE, 2 * MINUTE, 4 * MINUTE])
  })

  it('are told in the log, with the time', async () => {
    const { github, lines } = await serverThatSays(
      { status: 403, body: { message: EXCEEDED }, headers: usedUp('core', 10) },
      { status: 200, body: inGraphql({ message: SECONDARY }), headers: { ...DATE, 'retry-after': '45' } },
      { status: 200, body: { data: 'late' } }
    )

    await query(github)

    expect(lines).toEqual([
      "GitHub's hourly quota for this repository (core) is used up. Waiting 601 s, until 2026-01-01T00:10:01Z.",
      expect.stringMatching(/^GitHub asks for a pause, because much was asked in a short time \(graphql\)\. Waiting/)
    ])
  })

  it("are reckoned by GitHub's clock, not by this machine's", async () => {
    const { github, clock } = await serverThatSays(
      {
        status: 403,
        body: { message: EXCEEDED },
        headers: { ...usedUp('core', 10), date: 'Thu, 01 Jan 2026 00:08:00 GMT' }
      },
      { status: 200, body: 'late' }
    )

    expect(await github.get('/x')).toBe('late')
    expect(clock.slept).toEqual([2 * MINUTE + 1_000])
  })

  it('that last longer than a step waits end the call at once, and the message says until when', async () => {
    const { github, clock, seen } = await serverThatSays({
      status: 200,
      body: inGraphql({ type: 'RATE_LIMITED', message: EXCEEDED }),
      headers: usedUp('graphql', 20)
    })

    const call = query(github)

    await expect(call).rejects.toThrow(EXCEEDED)
    await expect(call).rejects.toThrow(
      "GitHub's hourly quota for this repository (graphql) is used up. It can be asked again at 2026-01-01T00:20:01Z, later than this step waits (15 min). Re-run the failed jobs then."
    )
    await expect(call).rejects.not.toThrow('permissions')
    expect(clock.slept).toEqual([])
    expect(seen).toHaveLength(1)
  })

  it('are not meant by the last answer of a quota, nor by a conflict that comes with it', async () => {
    const { github, clock } = await serverThatSays(
      { status: 404, headers: usedUp('core', 10) },
      {
        status: 200,
        body: inGraphql({ type: 'STALE_DATA', message: 'Expected branch to point to "a" but it did not.' }),
        headers: usedUp('graphql', 10)
      }
    )

    expect(await github.get('/x')).toBeUndefined()
    await expect(mutation(github)).rejects.toMatchObject({ types: ['STALE_DATA'], rateLimit: undefined })
    expect(clock.slept).toEqual([])
  })

  it('have their own patience where more is at stake', async () => {
    const { github, clock } = await clientOf(
      { patience: 65 * MINUTE },
      { status: 403, body: { message: EXCEEDED }, headers: usedUp('core', 60) },
      { status: 200, body: 'late' }
    )

    expect(await github.get('/x')).toBe('late')
    expect(clock.slept).toEqual([60 * MINUTE + 1_000])
  })
})

describe('a GraphQL answer that says that something broke', () => {
  const BROKEN = {
    status: 200,
    body: inGraphql({
      message: 'Something went wrong while executing your query. Please include `0401:6C25` when reporting this issue.'
    })
  }

  it('lets a query be asked again', async () => {
    const { github, seen } = await serverThatSays(BROKEN, { status: 200, body: { data: { a: 1 } } })

    expect(await query(github)).toEqual({ a: 1 })
    expect(seen).toHaveLength(2)
  })

  it('leaves open what became of a mutation, which is not repeated', async () => {
    const { github, seen } = await serverThatSays(BROKEN)

    await expect(mutation(github)).rejects.toMatchObject({ name: 'GitHubError', status: 200, unsure: true })
    expect(seen).toHaveLength(1)
  })

  it('is told from a mistake in the query', async () => {
    const { github, seen } = await serverThatSays({
      status: 200,
      body: inGraphql({ message: "Field 'b' doesn't exist on type 'Query'" })
    })

    await expect(query(github)).rejects.toMatchObject({ unsure: false })
    expect(seen).toHaveLength(1)
  })
})
