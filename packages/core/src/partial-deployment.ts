import { canonicalJson } from './canonical-json.ts'
import { PARTIAL } from './partial-detail.ts'
import type { RecordDraft } from './record.ts'
import { fits } from './shape.ts'

/** How far the application of a plan came that stopped halfway: each unit of the plan is in one of the lists. */
export interface PartialDeployment {
  readonly done: readonly string[]
  readonly stopped: readonly string[]
  readonly notBegun: readonly string[]
  /** Retired units whose stacks are deleted: none of the release, so none of those that are done. Absent where there are none. */
  readonly deleted?: readonly string[]
}

/** More than the names of any delivery take. */
const LIMIT = 100_000

/** As one job tells it another. */
export function encodePartial({ done, stopped, notBegun, deleted }: PartialDeployment): string {
  return canonicalJson({ done, stopped, notBegun, ...(deleted === undefined ? {} : { deleted }) })
}

/** Reads it back; absent for anything else. */
export function readPartial(text: string | undefined): PartialDeployment | undefined {
  if (text === undefined || text.length > LIMIT) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return fits(PARTIAL, value) && encodePartial(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** How far a deployment came, by the record that says that it stopped halfway; `undefined` for any other record. */
export function partialIn(record: RecordDraft | undefined): PartialDeployment | undefined {
  if (record?.event !== 'partial') return undefined
  const { done = [], stopped = [], notBegun = [], deleted } = record.detail ?? {}
  return { done, stopped, notBegun, ...(deleted === undefined ? {} : { deleted }) }
}

/** Says it in a clause: `api is done, worker is not, site was not begun`. */
export function describePartial({ done, stopped, notBegun, deleted = [] }: PartialDeployment): string {
  const clause = (units: readonly string[], one: string, many: string): readonly string[] =>
    units.length === 0 ? [] : [`${units.join(', ')} ${units.length === 1 ? one : many}`]
  return [
    ...clause(done, 'is done', 'are done'),
    ...clause(deleted, 'is deleted', 'are deleted'),
    ...clause(stopped, 'stopped on the way', 'stopped on the way'),
    ...clause(notBegun, 'was not begun', 'were not begun')
  ].join(', ')
}
