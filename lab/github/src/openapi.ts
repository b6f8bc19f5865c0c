import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'
import { Failure } from '@sluice/core'
import { asObject, type JsonObject, objectAt } from './json.ts'
import { keptExcerpt } from './kept-excerpt.ts'

/**
 * What GitHub's API really answers though its OpenAPI document does not say so, by component: whether administrators may bypass the gate
 * of an environment, and the status that every error repeats.
 */
const UNDOCUMENTED: Readonly<Record<string, JsonObject>> = {
  environment: { can_admins_bypass: { type: 'boolean' } },
  'validation-error': { status: { type: 'string' } }
}

/** Keywords that mean the same in OpenAPI 3.0 and in JSON Schema 2019-09. */
const SAME = ['type', 'enum', 'format', 'pattern', 'required', 'uniqueItems', 'multipleOf'].concat(
  ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] // ranges
)

/** GitHub's published description of its REST API, as a judge of what the stand-in says and is told. */
export class OpenApi {
  readonly #document: JsonObject
  readonly #validators = new Map<string, Validator | undefined>()

  constructor(document: JsonObject) {
    this.#document = document
  }

  /** Whether the document knows this operation. */
  knows(method: string, template: string): boolean {
    return Object.keys(this.#operation(method, template)).length > 0
  }

  /**
   * Says what is wrong with an answer; `undefined` when it is what GitHub documents. Members that are not documented are wrong too:
   * a client that needs them would work here and fail there.
   */
  problemOfAnswer(method: string, template: string, status: number, body: unknown): string | undefined {
    const validator = this.#validator(`${method} ${template} ${status}`, () => {
      const responses = objectAt(this.#operation(method, template), 'responses')
      const response = this.#follow(objectAt(responses, String(status)))
      const schema = objectAt(jsonContent(response), 'schema')
      // Errors need not be listed, or be listed without a form; their common one is.
      if (Object.keys(schema).length === 0 && status >= 400) return { $ref: '#/components/schemas/basic-error' }
      return schema
    })
    if (validator === undefined) {
      return body === undefined ? undefined : `GitHub documents no JSON answer ${status} of ${method} ${template}.`
    }
    return problemOf(validator, body)
  }

  /** Says what is wrong with a request's body; `undefined` when it is what GitHub documents. */
  problemOfRequest(method: string, template: string, body: unknown): string | undefined {
    const validator = this.#validator(`${method} ${template} request`, () =>
      objectAt(jsonContent(this.#follow(objectAt(this.#operation(method, template), 'requestBody'))), 'schema')
    )
    return validator === undefined ? undefined : problemOf(validator, body)
  }

  #operation(method: string, template: string): JsonObject {
    return objectAt(objectAt(objectAt(this.#document, 'paths'), template), method.toLowerCase())
  }

  /** The object itself, or the one that it refers to. */
  #follow(value: JsonObject): JsonObject {
    const reference = value['$ref']
    if (typeof reference !== 'string') return value
    return reference
      .replace(/^#\//, '')
      .split('/')
      .reduce((at, name) => objectAt(at, name), this.#document)
  }

  /** Makes only what is asked for: the whole document would take minutes. */
  #validator(key: string, find: () => JsonObject): Validator | undefined {
    if (!this.#validators.has(key)) {
      const schema = find()
      const needed = Object.keys(schema).length > 0
      const closed = !key.endsWith(' request')
      this.#validators.set(key, needed ? validatorOf(this.#jsonSchema(schema, closed)) : undefined)
    }
    return this.#validators.get(key)
  }

  /** The JSON Schema of an OpenAPI schema, with the components that it needs. */
  #jsonSchema(schema: JsonObject, closed: boolean): JsonObject {
    const definitions: Record<string, JsonObject> = {}
    const missing: string[] = []
    const refer = (reference: string): string => {
      const name = reference.replace('#/components/schemas/', '')
      if (!(name in definitions)) {
        definitions[name] = {}
        missing.push(name)
      }
      return `#/definitions/${name}`
    }
    const root = convert(schema, { refer, closed }, true)
    const components = objectAt(objectAt(this.#document, 'components'), 'schemas')
    for (let name = missing.pop(); name !== undefined; name = missing.pop()) {
      const component = objectAt(components, name)
      const extra = UNDOCUMENTED[name]
      const whole =
        extra === undefined
          ? component
          : { ...component, properties: { ...objectAt(component, 'properties'), ...extra } }
      // Not closed here: a component can be one part of an `allOf`. It is closed where it is used.
      definitions[name] = convert(whole, { refer, closed }, false)
    }
    return { ...root, definitions }
  }
}

/**
 * A validator that reads its schema as it goes: one that compiles it first would take a second for what is asked a few times.
 * Formats that are no formats (`repo.nwo`) are ignored, as OpenAPI says.
 */
function validatorOf(schema: Schema): Validator {
  return new Validator(schema, '2019-09', false)
}

/** Keywords whose own errors repeat that of a place below. */
const NESTING = ['$ref', 'allOf', 'anyOf', 'properties', 'items', 'additionalProperties', 'unevaluatedProperties']

/** What is wrong with the JSON of a value, place by place. */
function problemOf(validator: Validator, body: unknown): string | undefined {
  const { valid, errors } = validator.validate(JSON.parse(JSON.stringify(body) ?? 'null'))
  if (valid) return undefined
  const wrong = errors.filter(({ keyword }) => !NESTING.includes(keyword))
  // A member in which something is wrong counts as one that is not documented, too: the place farthest down says it best.
  const innermost = wrong.filter(
    unit => unit.keyword !== 'false' || !wrong.some(other => other !== unit && isWithin(other, unit))
  )
  const texts = innermost.map(({ keyword, instanceLocation, error }) => {
    const place = instanceLocation.replace('#', 'body')
    return keyword === 'false' ? `${place} is not documented.` : `${place}: ${error}`
  })
  return [...new Set(texts)].join(' ') || errors.map(({ error }) => error).join(' ')
}

function isWithin(inner: OutputUnit, outer: OutputUnit): boolean {
  const [below, at] = [inner.instanceLocation, outer.instanceLocation]
  return below === at ? inner.keyword !== 'false' : below.startsWith(`${at}/`)
}

interface Conversion {
  readonly refer: (reference: string) => string
  /** Whether undeclared members are wrong. */
  readonly closed: boolean
}

/** @param whole whether the schema describes a whole value, and not one part of an `allOf` or `anyOf`. */
function convert(schema: JsonObject, conversion: Conversion, whole: boolean): JsonObject {
  const result: Record<string, unknown> = {}
  for (const name of SAME) if (schema[name] !== undefined) result[name] = schema[name]
  if (typeof schema['$ref'] === 'string') result['$ref'] = conversion.refer(schema['$ref'])
  if (schema['properties'] !== undefined) {
    const properties = Object.entries(objectAt(schema, 'properties'))
    result['properties'] = Object.fromEntries(
      properties.map(([name, value]) => [name, convert(asObject(value), conversion, true)])
    )
  }
  if (schema['items'] !== undefined) result['items'] = convert(objectAt(schema, 'items'), conversion, true)
  const additional = schema['additionalProperties']
  if (typeof additional === 'boolean') result['additionalProperties'] = additional
  else if (additional !== undefined) result['additionalProperties'] = convert(asObject(additional), conversion, true)
  if (Array.isArray(schema['allOf'])) {
    result['allOf'] = schema['allOf'].map(part => convert(asObject(part), conversion, false))
  }
  // GitHub writes oneOf where several alternatives fit one value (all of whose members are optional), so it can only mean anyOf.
  const alternatives = schema['oneOf'] ?? schema['anyOf']
  if (Array.isArray(alternatives)) {
    result['anyOf'] = alternatives.map(part => convert(asObject(part), conversion, false))
  }
  const open = ['$ref', 'properties', 'allOf', 'anyOf'].every(name => result[name] === undefined)
  if (conversion.closed && whole && !open && result['additionalProperties'] === undefined) {
    result['unevaluatedProperties'] = false
  }
  return schema['nullable'] === true ? { anyOf: [{ type: 'null' }, result] } : result
}

function jsonContent(response: JsonObject): JsonObject {
  return objectAt(objectAt(response, 'content'), 'application/json')
}

/** What an operation is described with for people. */
const FOR_PEOPLE = new Set(['description', 'summary', 'example', 'examples'])

/** The part of the document that describes these paths, with the components that they refer to, and without words for people. */
export function excerptOf(document: JsonObject, templates: readonly string[]): JsonObject {
  const components: Record<string, Record<string, unknown>> = {}
  const paths: Record<string, unknown> = {}
  const missing = ['#/components/schemas/basic-error']
  const keep = (value: unknown, isNamed = false): unknown => {
    if (Array.isArray(value)) return value.map(item => keep(item))
    if (typeof value !== 'object' || value === null) return value
    const { $ref } = asObject(value)
    if (typeof $ref === 'string' && !isNamed) missing.push($ref)
    const members = Object.entries(value).filter(([name]) => isNamed || !FOR_PEOPLE.has(name))
    // The names of properties are GitHub's, whatever they mean elsewhere.
    return Object.fromEntries(members.map(([name, member]) => [name, keep(member, !isNamed && name === 'properties')]))
  }
  for (const template of templates) {
    const path = objectAt(document, 'paths')[template]
    if (path !== undefined) paths[template] = keep(path)
  }
  for (let reference = missing.pop(); reference !== undefined; reference = missing.pop()) {
    const [, , kind = '', name = ''] = reference.split('/')
    components[kind] ??= {}
    const found = components[kind]
    if (name in found) continue
    found[name] = keep(objectAt(objectAt(objectAt(document, 'components'), kind), name))
  }
  return { paths, components }
}

/** What an excerpt of the document was made by, as it was then. */
const SELF = fileURLToPath(import.meta.url)

const loaded = new Map<string, Promise<OpenApi>>()

/** GitHub's own description of some paths, read once. */
export async function loadOpenApi(templates: readonly string[]): Promise<OpenApi> {
  const wanted = [...new Set(templates)].sort()
  const key = wanted.join(' ')
  const known = loaded.get(key) ?? readOpenApi(wanted)
  loaded.set(key, known)
  return known
}

async function readOpenApi(templates: readonly string[]): Promise<OpenApi> {
  const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  const published = { file: path, manifest: join(path, '..', '..', 'package.json') }
  const excerpt = await keptExcerpt(published, [await readFile(SELF, 'utf8'), ...templates], document => {
    if (!new OpenApi(document).knows('GET', '/repos/{owner}/{repo}'))
      throw new Failure(`${path} is not GitHub's OpenAPI document.`)
    return excerptOf(document, templates)
  })
  return new OpenApi(excerpt)
}
