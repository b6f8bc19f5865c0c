import type { Clock } from '@sluice/core'
import type { Pace } from './pace.ts'

/** Waits between two looks, in milliseconds: the first; every one later; the least while AWS throttles, before it is doubled; the longest. */
const FIRST = 200
const USUAL = 1_400
const THROTTLED = 1_000
const LONGEST = 20_000

/** By how much waits grow from the first to the usual one, and shrink when AWS throttles no more. */
const SLOWER = 1.4
const FASTER = 0.8

/**
 * When to look again, in milliseconds: soon at first, since small changes end in seconds; every 1.4 s later, so that no one waits for what is over, and
 * more seldom where many stacks are followed; and much more seldom while AWS throttles, since every other run in the account waits on the same budget.
 */
export class PollSchedule {
  readonly #pace: Pick<Pace, 'interval'>
  #wait = FIRST

  constructor(pace: Pick<Pace, 'interval'> = { interval: 0 }) {
    this.#pace = pace
  }

  /** The wait before the next look. */
  next(): number {
    const wait = this.#wait
    this.#wait = wait > USUAL ? Math.max(USUAL, wait * FASTER) : Math.min(USUAL, wait * SLOWER)
    const { interval } = this.#pace
    return Math.round(interval > USUAL ? Math.max(wait, Math.min(LONGEST, interval)) : wait)
  }

  /** AWS throttled the last look. */
  throttled(): void {
    this.#wait = Math.min(LONGEST, Math.max(THROTTLED, this.#wait) * 2)
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
