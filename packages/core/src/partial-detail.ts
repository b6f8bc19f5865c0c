import * as v from 'valibot'
import { name } from './name-shape.ts'
import { listOf, members } from './shape.ts'

const UNITS = listOf(name)

/** How far a deployment came, as one job tells it another. */
export const PARTIAL = members({ done: UNITS, stopped: UNITS, notBegun: UNITS, deleted: v.exactOptional(UNITS) })

/** The same, as a record has it. */
export const HALVES = {
  /** Units that are as the plan wants them: their stacks, and what is published. */
  done: v.exactOptional(UNITS),
  /** Units that are neither as before nor as planned, or whose turn ended badly. */
  stopped: v.exactOptional(UNITS),
  /** Units whose turn did not come. */
  notBegun: v.exactOptional(UNITS),
  /** Units that are delivered no more, and whose stacks the plan has deleted. */
  deleted: v.exactOptional(UNITS)
}
