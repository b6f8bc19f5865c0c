import { type AwsSession, type Clock, type PlannedStack, resolveOutputs, systemClock } from '@sluice/core'
import { withCloudFormation } from '../src/connection.ts'
import { compareStacks, type Difference } from '../src/difference.ts'
import { baseOf, type LiveStack, readStack } from '../src/live-stack.ts'

/** Everything in which the stacks differ from what an applied plan made of them. Only reads. */
export async function liveDifferences(request: {
  readonly session: AwsSession
  readonly plan: readonly PlannedStack[]
  readonly clock?: Clock
}): Promise<readonly Difference[]> {
  const { session, plan, clock = systemClock } = request
  return withCloudFormation(session, clock, async cloudFormation => {
    const live = await Promise.all(plan.map(({ stack }) => readStack(cloudFormation, stack)))
    const outputs = new Map(plan.map(({ unit }, index) => [unit, live[index]?.outputs ?? {}]))
    return plan.flatMap((planned, index) => {
      const target = {
        ...planned,
        base: {
          status: 'deployed',
          template: planned.template,
          tags: planned.tags,
          parameters: Object.fromEntries(
            Object.entries(planned.parameters).map(([name, it]) => [
              name,
              'value' in it
                ? it.value
                : (resolveOutputs(it.expression, of => outputs.get(of.unit)?.[of.output]) ?? it.expression)
            ])
          )
        }
      }
      return compareStacks(target, asFound(planned, live[index]))
    })
  })
}

function asFound(planned: PlannedStack, live: LiveStack | undefined): Omit<PlannedStack, 'action' | 'changes'> {
  const { base: _, ...rest } = planned
  const base = baseOf(live)
  return { ...rest, ...(live === undefined ? {} : { tags: live.tags }), ...(base === undefined ? {} : { base }) }
}
