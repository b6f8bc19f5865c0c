import { toJsonSchema } from '@valibot/to-json-schema'
import { deliverySchema } from './schema.ts'
import { ONE_ARTIFACT } from './unit-schema.ts'

/** The JSON Schema of delivery.yml (draft 2020-12), for editors: completion, descriptions, first errors. */
export function jsonSchema(): object {
  const schema = toJsonSchema(deliverySchema, {
    target: 'draft-2020-12',
    // What people write, not what it is read as.
    typeMode: 'input',
    overrideAction: ({ valibotAction, jsonSchema: known }) => {
      // Checks that JSON Schema cannot say are left to `sluice validate`.
      if (!('message' in valibotAction) || valibotAction.type !== 'check') return undefined
      if (valibotAction.message !== ONE_ARTIFACT) return known
      return { ...known, oneOf: [{ required: ['image'] }, { required: ['bundle'] }] }
    }
  })
  const { $schema, ...rest } = schema
  return { $schema, title: 'delivery.yml', description: 'What Sluice delivers, from where, to where.', ...rest }
}
