/** GitHub asks to come back later. */
export interface RateLimit {
  /** The quota, as GitHub calls it: `core` is REST, `graphql` is counted apart from it. */
  readonly quota: string
  /** `used-up`: the quota of this hour; `too-fast`: a "secondary" limit, on how much is asked in a short time. */
  readonly kind: 'used-up' | 'too-fast'
  /** When GitHub said so, in milliseconds since the epoch by its own clock. */
  readonly told: number
  /** How long to wait from then, in milliseconds; absent where GitHub does not say. */
  readonly pause: number | undefined
}

/** An answer that may be about a rate limit. */
export interface LimitedAnswer {
  readonly status: number
  readonly message: string
  /** Types of GraphQL errors. */
  readonly types: readonly string[]
  readonly headers: Readonly<Record<string, string | number | undefined>>
  /** GitHub's time, in milliseconds since the epoch. */
  readonly now: number
}

/**
 * Both names are given: `RATE_LIMITED` for years, and `RATE_LIMIT` with the code `graphql_rate_limit` since 2026
 * (yanyongyu/githubkit#271).
 */
const GRAPHQL_TYPES = ['RATE_LIMITED', 'RATE_LIMIT']

/** GitHub's clock and the one behind a quota need not agree to the second. */
const MARGIN = 1_000

/**
 * What an error says about a rate limit; `undefined` where it is about something else.
 *
 * REST answers 403 or 429. GraphQL answers 200 when the quota is used up, and 200 or 403 for secondary limits (GitHub's "Rate limits and
 * query limits for the GraphQL API"). That no request remains says nothing by itself: the last one that was allowed says so, too, and
 * GraphQL may refuse while some points remain (octokit/plugin-throttling.js#636). Where too much content is made in a minute or an hour,
 * a mutation "was submitted too quickly", of type `UNPROCESSABLE` (cli/cli#4801).
 */
export function rateLimitOf({ status, message, types, headers, now }: LimitedAnswer): RateLimit | undefined {
  const refused = status === 403 || status === 429
  if (!refused && status !== 200) return undefined
  const after = Number(headers['retry-after'])
  const hasPause = Number.isFinite(after) && after > 0
  const isEmpty = String(headers['x-ratelimit-remaining']) === '0'
  const tooFast = /secondary rate limit|abuse detection|was submitted too quickly/i.test(message)
  const usedUp =
    types.some(type => GRAPHQL_TYPES.includes(type)) ||
    /\brate limit (already )?exceeded/i.test(message) ||
    (refused && isEmpty)
  if (!tooFast && !usedUp && status !== 429 && !(refused && hasPause)) return undefined
  const reset = Number(headers['x-ratelimit-reset']) * 1000
  const isReset = (isEmpty || (usedUp && !tooFast)) && Number.isFinite(reset) && reset > 0
  return {
    quota: String(headers['x-ratelimit-resource'] ?? (status === 200 ? 'graphql' : 'core')),
    kind: usedUp && !tooFast ? 'used-up' : 'too-fast',
    told: now,
    pause: hasPause ? after * 1000 : isReset ? Math.max(reset - now, 0) + MARGIN : undefined
  }
}

/** GitHub's advice where it says nothing else: a minute at first, then more and more. */
const PAUSE = 60_000

/** How long to wait before asking again, for the `times`th time (from 1), in milliseconds. */
export function pauseOf({ pause }: RateLimit, times: number): number {
  if (pause === undefined) return PAUSE * 2 ** (times - 1)
  return times === 1 ? pause : Math.max(pause, PAUSE * 2 ** (times - 2))
}

/** What a rate limit means, for people. */
export function describeRateLimit({ quota, kind }: RateLimit): string {
  return kind === 'used-up'
    ? `GitHub's hourly quota for this repository (${quota}) is used up`
    : `GitHub asks for a pause, because much was asked in a short time (${quota})`
}
