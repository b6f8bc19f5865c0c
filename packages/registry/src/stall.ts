/** How long a transfer may stand still, in milliseconds. */
export const STALL_LIMIT = 120_000

/** Ends a transfer on which nothing moved for a while; a long transfer that moves is left alone. */
export interface StallGuard {
  readonly signal: AbortSignal
  /** Something moved. */
  progress(): void
  /** The transfer is over. */
  done(): void
}

/** @param limit milliseconds without progress. */
export function guardStall(limit: number): StallGuard {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), limit)
  let over = false
  return {
    signal: controller.signal,
    progress() {
      // Refreshing a cleared timer would set it again.
      if (!over) timer.refresh()
    },
    done() {
      over = true
      clearTimeout(timer)
    }
  }
}
