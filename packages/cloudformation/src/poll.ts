import type { Clock } from '@sluice/core'

const FIRST = 200
const USUAL = 3_000
const LONGEST = 20_000

/**
 * When to look again, in milliseconds: soon at first, since small changes end in seconds; every 3 s later; and much more
 * seldom while AWS throttles, since every other run in the account waits on the same budget.
 */
export class PollSchedule {
  #wait = FIRST

  /** The wait before the next look. */
  next(): number {
    const wait = this.#wait
    this.#wait = wait > USUAL ? Math.max(USUAL, wait * 0.8) : Math.min(USUAL, wait * 1.4)
    return Math.round(wait)
  }

  /** AWS throttled the last look. */
  throttled(): void {
    this.#wait = Math.min(LONGEST, Math.max(1_000, this.#wait) * 2)
  }
}

/**
 * Looks until `look` gives something, or the deadline has passed; the last look is at the deadline, not before it.
 * @returns `undefined` when the time is up.
 */
export async function pollUntil<T>(
  clock: Clock,
  deadline: number,
  look: () => Promise<T | undefined>,
  schedule: PollSchedule = new PollSchedule()
): Promise<T | undefined> {
  for (;;) {
    const last = clock.now() >= deadline
    const found = await look()
    if (found !== undefined || last) return found
    await clock.sleep(Math.max(1, Math.min(schedule.next(), deadline - clock.now())))
  }
}
