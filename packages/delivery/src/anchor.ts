import * as v from 'valibot'
import { deliverySchema } from './schema.ts'
import type { Path } from './yaml-source.ts'

/** The page that describes every key, as a path in Sluice's repository. It is generated from the schema, anchors included. */
export const REFERENCE_PAGE = 'docs/delivery-yml.md'

/** A schema together with what is inside it: fixed keys, or the one form that all its entries have. */
export interface Inside {
  readonly keys: Readonly<Record<string, v.GenericSchema>>
  /** Of the items of a list, or of the values of a mapping whose keys the file chooses. */
  readonly each: v.GenericSchema | undefined
}

/** Looks into a schema of `schema.ts`, through what makes it optional. */
export function insideOf(schema: v.GenericSchema): Inside {
  if ('wrapped' in schema) return insideOf(schema.wrapped as v.GenericSchema)
  const each = 'item' in schema ? schema.item : 'key' in schema && 'value' in schema ? schema.value : undefined
  return {
    keys: ('entries' in schema ? schema.entries : {}) as Readonly<Record<string, v.GenericSchema>>,
    each: each as v.GenericSchema | undefined
  }
}

/** What a schema says about itself, for the reference page. */
export function aboutOf(schema: v.GenericSchema): {
  readonly description: string | undefined
  readonly examples: readonly unknown[]
} {
  return { description: v.getDescription(schema), examples: v.getExamples(schema) }
}

/** The anchor of a key on the reference page: `units-image-context`. */
export function anchorOf(keys: readonly string[]): string {
  return keys.join('-')
}

/**
 * Where the reference page describes the key at a path of the file, or the nearest key around it that exists. List indexes and names
 * that the file chooses are left out: `units.api.image.context` is described once for all units.
 */
export function referenceOf(path: Path): string {
  const known: string[] = []
  let schema: v.GenericSchema | undefined = deliverySchema
  for (const segment of path) {
    const { keys, each }: Inside = insideOf(schema)
    const named = typeof segment === 'string' && Object.hasOwn(keys, segment) ? keys[segment] : undefined
    if (named !== undefined) known.push(String(segment))
    schema = named ?? each
    if (schema === undefined) break
  }
  return known.length === 0 ? REFERENCE_PAGE : `${REFERENCE_PAGE}#${anchorOf(known)}`
}
