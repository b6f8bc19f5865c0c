import type { AppliedStack, ApplyOutcome } from '@sluice/cloudformation'
import { describePartial, encodePartial, type PartialDeployment, type Plan, type Report } from '@sluice/core'

/** What an application of a plan has done so far. */
export interface Progress {
  /** Stacks that are as planned. */
  readonly stacks: readonly AppliedStack[]
  /** Units whose operation was begun, and is not as planned. */
  readonly stopped: readonly string[]
  /** Units whose content was published, or is there. */
  readonly published: readonly string[]
  /** Retired units whose stacks are deleted; absent before the turn of these. */
  readonly deleted?: readonly string[]
}

/** Of the outcome of stacks: no content is published before all of them are as planned. */
export function progressOf(outcome: ApplyOutcome): Progress {
  // Where there is no status, the operation was never begun; nor is it where the stack is no longer what the plan was made for.
  const stopped =
    outcome.kind === 'failed'
      ? outcome.failures.flatMap(({ unit, status }) => (status === undefined ? [] : [unit]))
      : []
  return { stacks: outcome.stacks, stopped: [...new Set(stopped)], published: [] }
}

/** How far a plan came that stopped, in all attempts; `undefined` where no unit was changed: then nothing is by half. */
export function howFar(
  plan: Plan,
  { stacks, stopped, published, deleted = [] }: Progress
): PartialDeployment | undefined {
  // What is kept and was to change, an earlier attempt of this plan has changed.
  const toChange = plan.stacks.flatMap(({ unit, action }) => (action === 'unchanged' ? [] : [unit]))
  const changed = stacks.flatMap(({ unit, result }) => (result !== 'kept' || toChange.includes(unit) ? [unit] : []))
  if (changed.length + published.length + deleted.length === 0) return undefined
  const delivered = plan.stacks.map(({ unit }) => unit)
  const units = [...delivered, ...(plan.retired ?? []).flatMap(({ unit }) => (deleted.includes(unit) ? [] : [unit]))]
  const lacks = (unit: string): boolean => plan.content.some(it => it.unit === unit) && !published.includes(unit)
  const isApplied = (unit: string): boolean => stacks.some(it => it.unit === unit)
  // A stack can be as planned, and what it runs not.
  const done = delivered.filter(unit => isApplied(unit) && !lacks(unit) && !stopped.includes(unit))
  // A stack that has changed, and whose files have not, is by half itself.
  const halves = units.filter(unit => !done.includes(unit) && (stopped.includes(unit) || changed.includes(unit)))
  const notBegun = units.filter(unit => !done.includes(unit) && !halves.includes(unit))
  return { done, stopped: halves, notBegun, ...(deleted.length === 0 ? {} : { deleted }) }
}

/** What a step that stopped tells later jobs, which record it. */
export function halfwayOutputs(far: PartialDeployment): Report['outputs'] {
  return { outcome: 'partial', partial: encodePartial(far) }
}

/** A sentence for whoever reads the log. */
export function halfwayText(environment: string, far: PartialDeployment): string {
  return `${environment} is deployed by half: ${describePartial(far)}.`
}
