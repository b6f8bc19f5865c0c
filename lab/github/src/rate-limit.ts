import type { Clock } from '@sluice/core'
import type { HostedRepository } from './repository.ts'

/** Requests an hour with the GITHUB_TOKENs of one repository, and points an hour for GraphQL, which has a quota of its own. */
export const HOURLY_LIMIT = 1_000

const HOUR = 3_600_000

/** A quota, as GitHub calls it in `x-ratelimit-resource`: `core` is REST. */
export type Quota = 'core' | 'graphql'

/** A "secondary" limit: GitHub asks for a pause, whatever is left of the quota. */
export interface PauseWish {
  readonly quota: Quota
  /** How many requests are turned away; default 1. */
  readonly answers?: number
  /** Default: 403. GraphQL answers 200 or 403, REST 403 or 429. */
  readonly status?: 200 | 403 | 429
  /** Seconds; absent: GitHub does not say. */
  readonly retryAfter?: number
}

/** What is said to a request before it is looked at. */
export interface Admission {
  readonly headers: ReadonlyMap<string, string>
  /** Set when the request is turned away. */
  readonly refusal?: LimitRefusal
}

/** How a request is turned away. */
export interface LimitRefusal {
  readonly status: 200 | 403 | 429
  readonly message: string
  /** GraphQL's name for it; GitHub has none for secondary limits. */
  readonly type?: string
}

interface Window {
  used: number
  readonly end: number
}

/**
 * Counts a repository's requests and GraphQL points an hour, and turns away what is too much, in the words that GitHub has for it:
 * REST answers 403, GraphQL answers 200 with `RATE_LIMITED` (github/docs, "Rate limits and query limits for the GraphQL API", and
 * github/docs#22607).
 */
export class RateLimit {
  readonly #clock: Clock
  readonly #windows = new Map<HostedRepository, Record<Quota, Window | undefined>>()
  readonly #pauses = new Map<HostedRepository, { readonly wish: PauseWish; left: number }[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** From now on, requests of a repository are asked to pause. */
  pause(repository: HostedRepository, wish: PauseWish): void {
    this.#pauses.set(repository, [...(this.#pauses.get(repository) ?? []), { wish, left: wish.answers ?? 1 }])
  }

  /** Counts a request. */
  admit(repository: HostedRepository, quota: Quota, points = 1): Admission {
    const limit = repository.hourlyLimit
    const window = this.#window(repository, quota)
    const pause = this.#pauses.get(repository)?.find(({ wish, left }) => wish.quota === quota && left > 0)
    const isUsedUp = limit - window.used < points
    if (pause === undefined && !isUsedUp) window.used += points
    const headers = new Map([
      ['x-ratelimit-limit', String(limit)],
      ['x-ratelimit-remaining', String(Math.max(0, limit - window.used))],
      ['x-ratelimit-used', String(window.used)],
      ['x-ratelimit-reset', String(Math.ceil(window.end / 1000))],
      ['x-ratelimit-resource', quota]
    ])
    if (pause !== undefined) {
      pause.left -= 1
      const { status = 403, retryAfter } = pause.wish
      if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
      return {
        headers,
        refusal: {
          status,
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.'
        }
      }
    }
    if (!isUsedUp) return { headers }
    const message = `API rate limit exceeded for installation ID ${repository.id}.`
    return {
      headers,
      refusal: quota === 'core' ? { status: 403, message } : { status: 200, message, type: 'RATE_LIMITED' }
    }
  }

  #window(repository: HostedRepository, quota: Quota): Window {
    const windows = this.#windows.get(repository) ?? { core: undefined, graphql: undefined }
    this.#windows.set(repository, windows)
    const now = this.#clock.now()
    const known = windows[quota]
    if (known !== undefined && known.end > now) return known
    const opened = { used: 0, end: now + HOUR }
    windows[quota] = opened
    return opened
  }
}
