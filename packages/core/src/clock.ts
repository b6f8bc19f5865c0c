import { setTimeout as sleep } from 'node:timers/promises'

/** Time, as something that tests can hold. */
export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): number
  /** Resolves after `milliseconds`; rejects as soon as `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal })
}

/** A clock that stands still except when somebody sleeps on it; for tests. */
export class ManualClock implements Clock {
  #now: number
  readonly #slept: number[] = []

  constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = start
  }

  /** Every sleep asked for so far, in milliseconds. */
  get slept(): readonly number[] {
    return this.#slept
  }

  now(): number {
    return this.#now
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#slept.push(milliseconds)
    this.#now += milliseconds
    // Lets other work run, as a real sleep would.
    await new Promise(resolve => setImmediate(resolve))
  }
}
