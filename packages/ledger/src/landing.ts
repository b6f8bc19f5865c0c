import { type Clock, type Log, RATE_LIMIT_PATIENCE, RateLimitWaits } from '@sluice/core'
import type { CommitOutcome, FileChange, LedgerStore } from './store.ts'
import { ON_THE_WAY } from './time-order.ts'

/**
 * What became of an attempt to get onto the ledger. `limited`: GitHub turned it away for a rate limit, and the pause that it asked for is over. `late`: it was not
 * sent, because its records had become too old.
 */
export type Attempted = CommitOutcome | 'limited' | 'late'

export interface LandingOptions {
  readonly store: Pick<LedgerStore, 'commit'>
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
  /** How long to wait at most for rate limits, in milliseconds; default {@link RATE_LIMIT_PATIENCE}. */
  readonly patience?: number
}

/** A commit with records that say when they were placed. */
interface Attempt {
  readonly oid: string
  /** The time of its records, in milliseconds since the epoch. */
  readonly placed: number
  readonly message: string
  readonly files: readonly FileChange[]
}

/**
 * Sends records to the ledger while their time is still true. Whoever verifies compares it with the date of the commit, and nothing can be taken off a ledger:
 * after any long wait, the records are placed, signed and vouched for anew.
 */
export class Landing {
  readonly #options: LandingOptions
  readonly #waits: RateLimitWaits

  constructor(options: LandingOptions) {
    const { clock, log, patience = RATE_LIMIT_PATIENCE } = options
    this.#options = options
    this.#waits = new RateLimitWaits({ clock, log, patience })
  }

  /** Sends a commit, once. @throws GitHubError where GitHub asks for a longer pause than there is patience. */
  async send({ oid, placed, message, files }: Attempt): Promise<Attempted> {
    const { store, clock } = this.#options
    if (clock.now() - placed > ON_THE_WAY) return 'late'
    try {
      return await store.commit(oid, message, files)
    } catch (error: unknown) {
      await this.#waits.after(error)
      return 'limited'
    }
  }
}
