import * as v from 'valibot'
import type { Shape } from './shape.ts'

/** A moment that exists, RFC 3339 in UTC. */
export const time: Shape<string> = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/),
  v.check(exists)
)

/** Whether a calendar has a moment. `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day, and knows a year 0. */
function exists(moment: string): boolean {
  const parsed = new Date(moment)
  if (Number.isNaN(parsed.getTime()) || moment.startsWith('0000')) return false
  const seconds = 'YYYY-MM-DDThh:mm:ss'.length
  return parsed.toISOString().slice(0, seconds) === moment.slice(0, seconds)
}
