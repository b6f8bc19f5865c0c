import { artifactParameter, type CODE_PARAMETERS, type StoredCode } from '@sluice/core'
import type { Delivery, Environment, Tags, Unit } from './delivery.ts'

/** What the stack of a unit is given in an environment. */
export interface StackParameters {
  readonly parameters: Readonly<Record<string, string>>
  /** Names of those that every template is offered, and none has to declare. */
  readonly offered: readonly string[]
}

/** What was built of a unit, as its stack is told: an image in full, or a digest; and of a bundle where its code is, if it was copied. */
export interface Artifact {
  readonly reference: string
  readonly code?: StoredCode
  /** What parameter files set. */
  readonly inFiles?: Readonly<Record<string, string>>
}

/**
 * The parameters of a stack: the unit's own, those of files before them and of the environment over them, and what tells the template where it is.
 */
export function stackParameters(
  { product }: Pick<Delivery, 'product'>,
  environment: Pick<Environment, 'name' | 'parameters'>,
  unit: Unit,
  { reference, code, inFiles = {} }: Artifact
): StackParameters {
  const places = { Product: product, Environment: environment.name }
  const own = { ...inFiles, ...unit.stack.parameters, ...environment.parameters[unit.name] }
  // A bundle is told as its digest, as the place of its code, or as both: the template says which.
  const asCode = code === undefined ? {} : codeParameters(code)
  return {
    parameters: { ...places, ...own, [artifactParameter(unit.kind)]: reference, ...asCode },
    offered: [
      ...Object.keys(places).filter(name => !Object.hasOwn(own, name)),
      ...(unit.kind === 'bundle' ? [artifactParameter(unit.kind), ...Object.keys(asCode)] : [])
    ]
  }
}

function codeParameters({
  bucket,
  key,
  version
}: StoredCode): Readonly<Record<(typeof CODE_PARAMETERS)[number], string>> {
  return { BundleBucket: bucket, BundleKey: key, BundleVersion: version }
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

/** Outputs of a unit's stack that Sluice reads once it is deployed, with the keys that name them. */
export function promisedOutputs(unit: Unit): readonly { readonly output: string; readonly as: string }[] {
  if (unit.kind !== 'bundle') return []
  return (['publish', 'invalidate'] as const).flatMap(key => {
    const output = unit.bundle[key]
    return output === undefined ? [] : [{ output, as: `units.${unit.name}.bundle.${key}` }]
  })
}
