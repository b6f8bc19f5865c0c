/** Times parts of the work, in seconds with three decimals, also where they fail. */
export function stopwatch(durations: Record<string, number>) {
  return async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now()
    try {
      return await work()
    } finally {
      durations[part] = Math.round(Date.now() - started) / 1000
    }
  }
}
