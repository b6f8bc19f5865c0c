import { toJsonSchema } from '@valibot/to-json-schema'
import { ONE_SOURCE } from './bundle-schema.ts'
import { deliverySchema } from './schema.ts'
import { ONE_ARTIFACT } from './unit-schema.ts'

/** Keys of which exactly one is given, by the message of the check that says so. */
const EITHER: ReadonlyMap<string, readonly string[]> = new Map([
  [ONE_ARTIFACT, ['image', 'bundle']],
  [ONE_SOURCE, ['path', 'build']]
])

/** The JSON Schema of delivery.yml (draft 2020-12), for editors: completion, descriptions, first errors. */
export function jsonSchema(): object {
  const schema = toJsonSchema(deliverySchema, {
    target: 'draft-2020-12',
    // What people write, not what it is read as.
    typeMode: 'input',
    overrideAction: ({ valibotAction, jsonSchema: known }) => {
      // Checks that JSON Schema cannot say are left to `sluice validate`.
      if (!('message' in valibotAction) || valibotAction.type !== 'check') return undefined
      const either = EITHER.get(String(valibotAction.message))
      return either === undefined ? known : { ...known, oneOf: either.map(key => ({ required: [key] })) }
    }
  })
  const { $schema, ...rest } = schema
  return { $schema, title: 'delivery.yml', description: 'What Sluice delivers, from where, to where.', ...rest }
}
