/**
 * How many calls are under way at once, and how many milliseconds pass between two looks at each stack that is followed, for each of
 * them. CloudFormation publishes no limits; all runs of an account and region share them, and people in the console, too.
 */
const AT_ONCE = 8
const SHARE = 100
/** Until so many stacks are followed, each look may be a full one. */
const MANY = 10

/** How fast one process asks CloudFormation, however many stacks it plans or follows. */
export class Pace {
  readonly #waiting: (() => void)[] = []
  #free = AT_ONCE
  #followed = 0

  /** Makes a call when there is room for one more. */
  async call<T>(make: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#free--
    try {
      return await make()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }

  /** Follows one more stack, as long as the work lasts. */
  async follow<T>(work: () => Promise<T>): Promise<T> {
    this.#followed++
    try {
      return await work()
    } finally {
      this.#followed--
    }
  }

  /** Whether so many stacks are followed that looks cost what others need. */
  get isBusy(): boolean {
    return this.#followed > MANY
  }

  /** The least time between two looks at one stack, in milliseconds. */
  get interval(): number {
    return this.#followed * SHARE
  }
}
