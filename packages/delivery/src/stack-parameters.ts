import { artifactParameter } from '@sluice/core'
import type { Delivery, Environment, Tags, Unit } from './delivery.ts'

/** What the stack of a unit is given in an environment. */
export interface StackParameters {
  readonly parameters: Readonly<Record<string, string>>
  /** Names of those that every template is offered, and none has to declare. */
  readonly offered: readonly string[]
}

/**
 * The parameters of a stack: the unit's own, those of the environment before them, and what tells the template where it is.
 * @param artifact what the parameter of the artifact is set to.
 */
export function stackParameters(
  { product }: Pick<Delivery, 'product'>,
  environment: Pick<Environment, 'name' | 'parameters'>,
  unit: Unit,
  artifact: string
): StackParameters {
  const places = { Product: product, Environment: environment.name }
  const own = { ...unit.stack.parameters, ...environment.parameters[unit.name] }
  return {
    parameters: { ...places, ...own, [artifactParameter(unit.kind)]: artifact },
    offered: Object.keys(places).filter(name => !Object.hasOwn(own, name))
  }
}

/** The tags of a stack: those of product, unit and environment, the later ones over the earlier, and what Sluice knows it by. */
export function stackTags(
  { product, tags }: Pick<Delivery, 'product' | 'tags'>,
  environment: Pick<Environment, 'name' | 'tags'>,
  { name, stack }: Pick<Unit, 'name' | 'stack'>
): Tags {
  // Release and commit would turn every commit into a stack update.
  return { ...tags, ...stack.tags, ...environment.tags, product, environment: environment.name, unit: name }
}
