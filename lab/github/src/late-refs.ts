import type { Clock } from '@sluice/core'

/** Refs that were just made and that readers do not see yet, as it happens on GitHub, where writes reach some of its servers later than others. */
export class LateRefs {
  readonly #clock: Clock
  readonly #delay: number
  readonly #shown = new Map<string, number>()

  /** @param delay how long a new ref is hidden, in milliseconds */
  constructor(clock: Clock, delay: number) {
    this.#clock = clock
    this.#delay = delay
  }

  /** A ref was made. */
  add(ref: string): void {
    this.#shown.set(ref, this.#clock.now() + this.#delay)
  }

  /** Whether readers do not see it yet; `name` is a full name, or one with a path behind it (`refs/heads/main:a.txt`). */
  hides(name: string): boolean {
    const shown = this.#shown.get(name.replace(/:.*$/s, ''))
    return shown !== undefined && this.#clock.now() < shown
  }
}
