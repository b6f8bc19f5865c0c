import type { LedgerRecord } from '@sluice/core'
import type { Past } from './verify-past.ts'

/** In which order a product delivers to its environments: none may be skipped (promise 3). */
export interface EnvironmentOrder {
  /**
   * As delivery.yml has it now. Records of the past may have had another one: see {@link environmentBefore} for what it is asked of them.
   */
  readonly environments?: readonly string[]
  /** As the policy has it that a record names; `undefined`: nobody knows. Without it, nobody knows of any. */
  readonly orderOf?: (record: LedgerRecord) => readonly string[] | undefined
}

/** The environment that a release must be accepted in before. */
export interface EnvironmentBefore {
  readonly name: string
  /** Whether only delivery.yml as it is now says so: what was right then may be wrong by it. */
  readonly isOfNow: boolean
}

/**
 * The environment before the one of a record: by the policy that the record names, or, where nobody knows that, by the order of now. That one is not
 * asked of what came before an environment was put in: one counts from the first intent for it on. Nor is it asked
 * where the ledger shows the other order: the newest release that entered one of two having been accepted in the other came from there.
 */
export function environmentBefore(
  record: LedgerRecord,
  { environments = [], orderOf }: EnvironmentOrder,
  past: Past
): EnvironmentBefore | undefined {
  const { environment = '' } = record
  const then = orderOf?.(record)
  const order = then ?? environments
  const earlier = order.slice(0, Math.max(0, order.indexOf(environment)))
  const name = then === undefined ? earlier.findLast(it => past.entries.mayPrecede(it, environment)) : earlier.at(-1)
  return name === undefined ? undefined : { name, isOfNow: then === undefined }
}
