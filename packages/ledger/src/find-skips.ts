import type { LedgerRecord } from '@sluice/core'
import { type EnvironmentOrder, environmentBefore } from './environment-order.ts'
import { findSkip } from './verify-entry.ts'
import { Past } from './verify-past.ts'

/**
 * Judges records, one after the other, by the order of environments alone.
 * @returns says of the next record what only the order of now objects to; `undefined`: nothing.
 */
export function skipFinder(order: EnvironmentOrder): (record: LedgerRecord) => string | undefined {
  const past = new Past()
  return record => {
    const before = environmentBefore(record, order, past)
    const problem = before?.isOfNow === true ? findSkip(record, before.name, past) : undefined
    past.add(record)
    return problem
  }
}
