import type { RetiredUnit } from '@sluice/cloudformation'
import { stackName } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import type { Target } from './target.ts'

/**
 * The units whose stacks a release deletes, in the order of its delivery.yml. What took outputs of what is known from the release that was deployed last: of its
 * own delivery.yml they are gone.
 */
export async function retiredUnits(
  pipeline: Pick<Pipeline, 'at' | 'history' | 'policy'>,
  { delivery, environment: { name } }: Pick<Target, 'delivery' | 'environment'>
): Promise<readonly RetiredUnit[]> {
  const { product } = pipeline.policy
  const units = deletedIn(delivery)
  // One alone needs no order.
  const last = units.length < 2 ? undefined : (await pipeline.history.lastDeployed(name))?.release
  const before = last === undefined ? [] : (await pipeline.at(last.commit)).units
  return units.map(unit => ({
    unit,
    stack: stackName(product, name, unit),
    tags: { product, environment: name, unit },
    dependsOn: neededBy(unit, before)
  }))
}

/** Units that delivery.yml lists as retired, and whose stacks are to go. */
export function deletedIn({ retired }: Pick<Delivery, 'retired'>): readonly string[] {
  return Object.keys(retired).filter(unit => retired[unit] === 'delete')
}

/** All units that one depended on, directly and through others. */
function neededBy(unit: string, units: Delivery['units']): readonly string[] {
  const found = new Set<string>()
  const add = (name: string): void => {
    for (const next of units.find(it => it.name === name)?.dependsOn ?? []) {
      if (found.has(next)) continue
      found.add(next)
      add(next)
    }
  }
  add(unit)
  return [...found]
}
