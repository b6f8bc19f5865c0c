import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import * as v from 'valibot'
import { aboutOf, anchorOf, insideOf, REFERENCE_PAGE, referenceOf } from '../src/anchor.ts'
import { jsonSchema, parseDelivery } from '../src/index.ts'
import { deliverySchema } from '../src/schema.ts'

const page = readFileSync(new URL(`../../../${REFERENCE_PAGE}`, import.meta.url), 'utf8')
const anchors = [...page.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, anchor]) => anchor)

/** Every path that a delivery.yml can have, with a name of its own choice where it may choose. */
function pathsIn(schema: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  const { properties, additionalProperties, items } = schema as Readonly<Record<string, unknown>>
  const below = [
    ...Object.entries(properties ?? {}).map(([key, inner]) => [key, inner] as const),
    ...(typeof additionalProperties === 'object' ? [['chosen', additionalProperties] as const] : []),
    ...(typeof items === 'object' ? [[0, items] as const] : [])
  ]
  return below.flatMap(([step, inner]) => [[...path, step], ...pathsIn(inner, [...path, step])])
}

/** Every key of the schema, without what makes it optional. */
function keysOf(
  schema: v.GenericSchema,
  above = ''
): readonly { readonly path: string; readonly schema: v.GenericSchema }[] {
  const { keys, each } = insideOf(schema)
  if (each !== undefined) return keysOf(each, above)
  return Object.entries(keys).flatMap(([name, entry]) => {
    const path = `${above}.${name}`
    const bare = 'wrapped' in entry ? (entry.wrapped as v.GenericSchema) : entry
    return [{ path, schema: bare }, ...keysOf(bare, path)]
  })
}

describe('the reference page', () => {
  it('describes every key that any message can name, each once', () => {
    const named = new Set(pathsIn(jsonSchema()).map(path => referenceOf(path).split('#')[1]))

    expect(named.size).toBeGreaterThan(40)
    expect(anchors).toEqual([...new Set(anchors)])
    expect([...named].sort()).toEqual([...anchors].sort())
  })

  it.each([
    ['a key', ['units', 'api', 'image', 'context'], '#units-image-context'],
    ['an item of a list', ['environments', 1, 'gate'], '#environments-gate'],
    ['a name that the file chose', ['units', 'api', 'image', 'args', 'MODE'], '#units-image-args'],
    ['a unit that is named like a key', ['units', 'image', 'image', 'target'], '#units-image-target'],
    ['a key that does not exist', ['units', 'api', 'image', 'tets'], '#units-image'],
    ['the file itself', [], '']
  ])('is named with the nearest anchor for %s', (_, path, anchor) => {
    expect(referenceOf(path)).toBe(`docs/delivery-yml.md${anchor}`)
  })

  it('has of each key what the schema says of it', () => {
    const { keys, each } = insideOf(deliverySchema)
    const product = keys['product']
    const inList = insideOf(keys['environments'] ?? deliverySchema).each

    expect(each).toBeUndefined()
    expect(product && aboutOf(product)).toEqual({
      description: expect.stringMatching(
        /^Name of what is delivered together; .* At most 43 characters, and neither `preview` nor `sluice`, nor one that begins with `sluice-`\.$/
      ),
      examples: ['storefront']
    })
    expect(inList && Object.keys(insideOf(inList).keys)).toContain('gate')
    expect(anchorOf(['units', 'image', 'context'])).toBe('units-image-context')
  })

  it.each(keysOf(deliverySchema))('has an example of $path, which is one', ({ schema }) => {
    const { examples } = aboutOf(schema)

    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(v.safeParse(schema, example).issues).toBeUndefined()
  })

  it('is named at the end of each problem', () => {
    const parse = () =>
      parseDelivery('version: 1\nproduct: Shop\naccounts: {}\nunits: {}\nenvironments: []\n', 'delivery.yml')

    expect(parse).toThrow(
      /^delivery\.yml:2:10: product: found "Shop"; .* \[Sluice's docs\/delivery-yml\.md#product\] \(and 3 more\)$/
    )
  })
})
