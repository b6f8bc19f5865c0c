import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Failure } from '@sluice/core'
import type { ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import formats from 'ajv-formats'
import { asObject, type JsonObject, objectAt } from './json.ts'

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
  readonly #compiled = new Map<string, ValidateFunction | undefined>()
  readonly #ajv: Ajv2019

  constructor(document: JsonObject) {
    this.#document = document
    // Formats that are no formats (`repo.nwo`) are ignored, as OpenAPI says.
    this.#ajv = new Ajv2019({ strict: false, allErrors: true, logger: false })
    formats.default(this.#ajv)
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
    const validate = this.#validator(`${method} ${template} ${status}`, () => {
      const responses = objectAt(this.#operation(method, template), 'responses')
      const response = this.#follow(objectAt(responses, String(status)))
      // Errors need not be listed; their common form is.
      if (Object.keys(response).length === 0 && status >= 400) {
        return { $ref: '#/components/schemas/basic-error' }
      }
      return objectAt(jsonContent(response), 'schema')
    })
    if (validate === undefined) {
      return body === undefined ? undefined : `GitHub documents no JSON answer ${status} of ${method} ${template}.`
    }
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors, { dataVar: 'body', separator: '; ' })
  }

  /** Says what is wrong with a request's body; `undefined` when it is what GitHub documents. */
  problemOfRequest(method: string, template: string, body: unknown): string | undefined {
    const validate = this.#validator(`${method} ${template} request`, () =>
      objectAt(jsonContent(this.#follow(objectAt(this.#operation(method, template), 'requestBody'))), 'schema')
    )
    if (validate === undefined || validate(body)) return undefined
    return this.#ajv.errorsText(validate.errors, { dataVar: 'body', separator: '; ' })
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

  /** Compiles only what is asked for: the whole document would take minutes. */
  #validator(key: string, find: () => JsonObject): ValidateFunction | undefined {
    if (!this.#compiled.has(key)) {
      const schema = find()
      const needed = Object.keys(schema).length > 0
      const strict = !key.endsWith(' request')
      this.#compiled.set(key, needed ? this.#ajv.compile(this.#jsonSchema(schema, strict)) : undefined)
    }
    return this.#compiled.get(key)
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

let loaded: Promise<OpenApi> | undefined

/** GitHub's own description, read once (13 MB). */
export async function loadOpenApi(): Promise<OpenApi> {
  loaded ??= (async () => {
    const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
    const document: unknown = JSON.parse(await readFile(path, 'utf8'))
    const openApi = new OpenApi(asObject(document))
    if (!openApi.knows('GET', '/repos/{owner}/{repo}')) throw new Failure(`${path} is not GitHub's OpenAPI document.`)
    return openApi
  })()
  return loaded
}
