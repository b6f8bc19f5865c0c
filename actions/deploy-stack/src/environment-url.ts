import { type Environment, stackName, type Unit } from '@sluice/delivery'

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
  let complete = true
  const url = environment.url.replace(/\$\{([a-z0-9-]+)\.([A-Za-z0-9]+)\}/g, (_, unit: string, output: string) => {
    const known = units.some(candidate => candidate.name === unit)
    const value = known ? outputsOf(stackName(product, environment.name, unit))?.[output] : undefined
    if (value === undefined) complete = false
    return value ?? ''
  })
  return complete ? url : undefined
}
