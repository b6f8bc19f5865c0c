import * as v from 'valibot'
import type { Shape } from './shape.ts'

/** A moment that exists, RFC 3339 in UTC. */
export const time: Shape<string> = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/),
  v.check(exists)
)

/** The last moment of the year 9999, in milliseconds since the epoch: later ones have no RFC 3339 form. */
export const LAST_MOMENT = Date.UTC(10_000, 0) - 1

/**
 * Writes a moment, RFC 3339 in UTC. Never throws: one that no calendar of four digits has is written as the next one that it has.
 * @param milliseconds since the epoch.
 */
export function printMoment(milliseconds: number): string {
  const within = Math.min(Math.max(milliseconds, 0), LAST_MOMENT)
  return new Date(Number.isNaN(within) ? 0 : within).toISOString()
}

/** Whether a calendar has a moment. `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day, and knows a year 0. */
function exists(moment: string): boolean {
  const parsed = new Date(moment)
  if (Number.isNaN(parsed.getTime()) || moment.startsWith('0000')) return false
  const seconds = 'YYYY-MM-DDThh:mm:ss'.length
  return parsed.toISOString().slice(0, seconds) === moment.slice(0, seconds)
}
