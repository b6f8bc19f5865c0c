import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import { ensureTools } from '@sluice-lab/servers'
import { IMAGES } from '../src/outside-references.ts'

/** Properties whose names end alike, and which name no image that is run: by name, what they are. */
const OTHERS: Readonly<Record<string, string>> = {
  AudioOnlyImage: 'a picture of a broadcast',
  AvailBlankingImage: 'a picture of a broadcast',
  BlackoutSlateImage: 'a picture of a broadcast',
  NetworkEndBlackoutImage: 'a picture of a broadcast',
  DeployedImage: 'read-only',
  DestinationImage: 'what an image is called elsewhere',
  FirmwareUpdateImage: 'the firmware of devices',
  ParentImage: 'what a recipe for other images begins with',
  ResolvedImage: 'read-only',
  SpecifiedImage: 'read-only',
  UseAwsProvidedLatestImage: 'a switch'
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly typeName?: string
}

let schemas: readonly Schema[]

/** The registry's schemas come with cfn-lint, which moto installs, pinned. */
beforeAll(async () => {
  const { motoServer } = await ensureTools({ only: ['motoServer'] })
  const lib = join(dirname(dirname(motoServer)), 'lib')
  const [python = ''] = await readdir(lib)
  const folder = join(lib, python, 'site-packages', 'cfnlint', 'data', 'schemas', 'resources')
  const files = (await readdir(folder)).filter(name => name.endsWith('.json'))
  schemas = await Promise.all(files.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8')) as Schema))
}, 600_000)

/** Names of all properties of a schema, at any depth. */
function namesIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap(namesIn)
  const properties = (schema as Schema).properties
  const own = typeof properties === 'object' ? Object.keys(properties) : []
  return [...own, ...Object.values(schema).flatMap(namesIn)]
}

it('knows every property of the CloudFormation registry that names a container image', () => {
  const named = new Set(schemas.flatMap(namesIn).filter(name => /Image(?:Ur[il]|Identifier)?$/i.test(name)))
  const pictures = /^(?:ImageUrl|Thumbnail|Icon)/
  const unknown = [...named].filter(
    name => /(?:Image|ImageUri|ImageURI|ImageIdentifier)$/.test(name) && !IMAGES.has(name) && !pictures.test(name)
  )

  expect(schemas.length).toBeGreaterThan(1_000)
  expect(unknown.filter(name => !Object.hasOwn(OTHERS, name))).toEqual([])
  expect(Object.keys(OTHERS).filter(name => !named.has(name))).toEqual([])
})
