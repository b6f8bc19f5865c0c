import { resolveOutputs, stackName } from '@sluice/core'
import type { Environment, Unit } from '@sluice/delivery'

/**
 * The address of an environment: `environments[].url` with `${unit.Output}` filled in from the stacks.
 * @returns nothing when delivery.yml gives none, or an output is not there yet.
 */
export function environmentUrl(
  environment: Environment,
  units: readonly Unit[],
  product: string,
  outputsOf: (stack: string) => Readonly<Record<string, string>> | undefined
): string | undefined {
  if (environment.url === undefined) return undefined
  return resolveOutputs(environment.url, ({ unit, output }) =>
    units.some(({ name }) => name === unit)
      ? outputsOf(stackName(product, environment.name, unit))?.[output]
      : undefined
  )
}
