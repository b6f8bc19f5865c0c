import type { Clock } from './clock.ts'
import { GitHubError } from './github-error.ts'
import { describeRateLimit, pauseOf } from './github-rate-limit.ts'
import type { Log } from './log.ts'

/** Waits for GitHub's rate limits: longer each time that GitHub repeats itself, and no longer in all than its caller has patience. */
export class RateLimitWaits {
  readonly #clock: Clock
  readonly #log: Pick<Log, 'info'>
  readonly #patience: number
  #times = 0
  #giveUp = 0

  /** @param options `patience`: from the first refusal on, in milliseconds. */
  constructor(options: { readonly clock: Clock; readonly log: Pick<Log, 'info'>; readonly patience: number }) {
    this.#clock = options.clock
    this.#log = options.log
    this.#patience = options.patience
  }

  /**
   * Waits as long as GitHub asks for.
   * @throws whatever is no refusal for a rate limit, and one that would take too long.
   */
  async after(error: unknown): Promise<void> {
    if (!(error instanceof GitHubError) || error.rateLimit === undefined) throw error
    const limit = error.rateLimit
    this.#times++
    if (this.#times === 1) this.#giveUp = this.#clock.now() + this.#patience
    const pause = pauseOf(limit, this.#times)
    const until = `${new Date(limit.told + pause).toISOString().slice(0, 19)}Z`
    if (this.#clock.now() + pause > this.#giveUp) {
      throw new GitHubError(
        `${error.message} ${describeRateLimit(limit)}. It can be asked again at ${until}, later than this step waits (${this.#patience / 60_000} min). Re-run the failed jobs then.`,
        error.status,
        error.types,
        error,
        { rateLimit: limit }
      )
    }
    this.#log.info(`${describeRateLimit(limit)}. Waiting ${Math.ceil(pause / 1000)} s, until ${until}.`)
    await this.#clock.sleep(pause)
  }
}
