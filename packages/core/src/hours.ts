const HOUR = 3_600_000

/** A span of time in words, to a tenth of an hour. @param milliseconds of more than an hour and a half. */
export function hours(milliseconds: number): string {
  return `${Math.round((10 * milliseconds) / HOUR) / 10} hours`
}
