import type { Clock } from '@sluice/core'
import { Refusal } from './refusal.ts'
import type { HostedRepository } from './repository.ts'

/** Requests an hour with the GITHUB_TOKENs of one repository. */
export const HOURLY_LIMIT = 1_000

const HOUR = 3_600_000

/** Counts requests a repository and hour, and tells in GitHub's headers. */
export class RateLimit {
  readonly #clock: Clock
  readonly #windows = new Map<HostedRepository, { used: number; readonly end: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a request. @returns the headers of its answer. @throws Refusal when none is left. */
  take(repository: HostedRepository): ReadonlyMap<string, string> {
    const now = this.#clock.now()
    let window = this.#windows.get(repository)
    if (window === undefined || window.end <= now) {
      window = { used: 0, end: now + HOUR }
      this.#windows.set(repository, window)
    }
    const left = repository.hourlyLimit - window.used
    if (left <= 0) throw new Refusal(403, `API rate limit exceeded for repository ID ${repository.id}.`)
    window.used += 1
    return new Map([
      ['x-ratelimit-limit', String(repository.hourlyLimit)],
      ['x-ratelimit-remaining', String(left - 1)],
      ['x-ratelimit-used', String(window.used)],
      ['x-ratelimit-reset', String(Math.ceil(window.end / 1000))],
      ['x-ratelimit-resource', 'core']
    ])
  }
}
