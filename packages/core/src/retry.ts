import type { Clock } from './clock.ts'

/** How long to wait between attempts. */
export interface Waits {
  /** Wait before the second attempt, in milliseconds; doubled for each further one. */
  readonly base: number
  /** Longest single wait, in milliseconds. */
  readonly cap: number
  /**
   * The share of a wait that is certain, from 0 to 1; the rest is left to chance. A half unless told, which spares a server that is in trouble. Many that got
   * into each other's way need 0: the further their waits lie apart, the fewer of them meet again.
   */
  readonly certain?: number
}

/** How often and how long to try again. */
export interface RetryPolicy extends Waits {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** No attempt starts later than this after the first, in milliseconds: for attempts that themselves may take long. */
  readonly within?: number
}

/** For calls over a network: about 15 s in all. */
export const networkRetry: RetryPolicy = { attempts: 6, base: 300, cap: 5_000 }

/** For tests: the same decisions, no waiting worth the name. */
export const fastRetry: RetryPolicy = { attempts: 3, base: 1, cap: 2 }

/** The wait before attempt `attempt` + 1 (counted from 1), with jitter, in milliseconds. */
export function backoff(
  { base, cap, certain = 0.5 }: Waits,
  attempt: number,
  random: () => number = Math.random
): number {
  return Math.round(Math.min(cap, base * 2 ** (attempt - 1)) * (certain + random() * (1 - certain)))
}

/**
 * Runs `call` until it succeeds, `retryable` says no, or the attempts are used up; then throws the last error.
 * `retryable` may answer with a number: wait at least that many milliseconds (a server's Retry-After).
 */
export async function retry<T>(
  call: (attempt: number) => Promise<T>,
  options: {
    readonly policy: RetryPolicy
    readonly clock: Clock
    readonly retryable: (error: unknown) => boolean | number
  }
): Promise<T> {
  const { policy, clock, retryable } = options
  const latest = clock.now() + (policy.within ?? Number.POSITIVE_INFINITY)
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt)
    } catch (error: unknown) {
      const verdict = attempt < policy.attempts && retryable(error)
      if (verdict === false) throw error
      const wait = Math.max(backoff(policy, attempt), verdict === true ? 0 : verdict)
      if (clock.now() + wait > latest) throw error
      await clock.sleep(wait)
    }
  }
}
