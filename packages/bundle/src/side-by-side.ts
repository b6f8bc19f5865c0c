/** What may be under way at one time. */
export interface Bounds {
  readonly pieces: number
  /** What the pieces weigh together. A piece that is heavier by itself goes alone. */
  readonly weight: number
}

/** Pieces of work that go side by side, within bounds. */
export interface SideBySide {
  /** Waits for room, and begins a piece. One call at a time. @throws what an earlier piece threw */
  begin(weight: number, work: () => Promise<void>): Promise<void>
  /** Waits for all that has begun. @throws what the first of them threw */
  end(): Promise<void>
}

export function sideBySide(bounds: Bounds): SideBySide {
  const running = new Set<Promise<void>>()
  let load = 0
  let fault: { readonly error: unknown } | undefined
  const isFull = (weight: number): boolean =>
    running.size >= bounds.pieces || (running.size > 0 && load + weight > bounds.weight)
  const passOn = (): void => {
    if (fault !== undefined) throw fault.error
  }
  return {
    async begin(weight, work) {
      while (isFull(weight)) await Promise.race(running)
      passOn()
      load += weight
      const piece = work()
        .catch((error: unknown) => {
          fault ??= { error }
        })
        .finally(() => {
          load -= weight
          running.delete(piece)
        })
      running.add(piece)
    },
    async end() {
      await Promise.all(running)
      passOn()
    }
  }
}
