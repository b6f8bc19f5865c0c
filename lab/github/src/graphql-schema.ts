import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  buildClientSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type IntrospectionField,
  type IntrospectionInputValue,
  type IntrospectionQuery,
  type IntrospectionSchema,
  type IntrospectionType,
  type IntrospectionTypeRef,
  Kind,
  type SelectionSetNode
} from 'graphql'
import type { JsonObject } from './json.ts'
import { keptExcerpt } from './kept-excerpt.ts'

/** What a schema has besides its types. */
type Frame = Omit<IntrospectionSchema, 'types'>

/** GitHub's schema without words for people; each type is a text, since a document speaks of few of them. */
interface Outline {
  readonly frame: Frame
  readonly types: Readonly<Record<string, string>>
}

/** GitHub's published GraphQL schema: the whole of it, and the little that one document speaks of. */
export class PublishedSchema {
  readonly #file: URL
  readonly #frame: Frame
  readonly #texts: ReadonlyMap<string, string>
  readonly #types = new Map<string, IntrospectionType>()
  #whole: GraphQLSchema | undefined

  /** @param file where all of it is. */
  constructor({ frame, types }: Outline, file: URL) {
    this.#file = file
    this.#frame = frame
    this.#texts = new Map(Object.entries(types))
  }

  /** Everything. Takes about a second the first time. */
  whole(): GraphQLSchema {
    if (this.#whole === undefined) {
      const { __schema } = JSON.parse(readFileSync(this.#file, 'utf8')) as IntrospectionQuery
      this.#whole = build(__schema, __schema.types)
    }
    return this.#whole
  }

  /**
   * The fields that a document names, and what these need. What the document says of types or fields that GitHub does not have is
   * missing here as it is missing there, so a document that is valid for the excerpt is valid for the whole.
   */
  excerpt(document: DocumentNode): GraphQLSchema {
    const typeOf: TypeOf = name => this.#typeOf(name)
    const { fields, inputs } = namesIn(document, this.#frame, typeOf)
    const types = new Map<string, IntrospectionType>()
    const add = (name: string): void => {
      const type = typeOf(name)
      if (type === undefined || types.has(name)) return
      const kept = keepFields(type, fields)
      types.set(name, kept)
      for (const used of namesUsedBy(kept)) add(used)
    }
    for (const name of [...fields.keys(), ...inputs, ...SPECIFIED]) add(name)
    return build(this.#frame, [...types.values()])
  }

  #typeOf(name: string): IntrospectionType | undefined {
    const text = this.#texts.get(name)
    if (text !== undefined && !this.#types.has(name)) this.#types.set(name, JSON.parse(text) as IntrospectionType)
    return this.#types.get(name)
  }
}

type TypeOf = (name: string) => IntrospectionType | undefined

/** What every GraphQL schema has. */
const SPECIFIED = ['String', 'Boolean', 'Int', 'Float', 'ID']

/** GitHub published it, so it is valid; checking that again would double the time. */
function build(frame: Frame, types: readonly IntrospectionType[]): GraphQLSchema {
  const has = (type: { readonly name: string } | null | undefined): boolean =>
    types.some(({ name }) => name === type?.name)
  const { queryType, mutationType } = frame
  // Without a type for queries there is no schema; one without fields will do.
  const query: IntrospectionType = { kind: 'OBJECT', name: queryType.name, fields: [], interfaces: [] }
  return buildClientSchema(
    {
      __schema: {
        ...frame,
        mutationType: has(mutationType) ? mutationType : null,
        types: has(queryType) ? types : [...types, query]
      }
    },
    { assumeValid: true }
  )
}

interface Names {
  /** By type, the fields that are asked for. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>
  /** Types of variables. */
  readonly inputs: readonly string[]
}

function namesIn(document: DocumentNode, { queryType, mutationType }: Frame, typeOf: TypeOf): Names {
  const fields = new Map<string, Set<string>>()
  const inputs: string[] = []
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const spread = new Set<string>()
  const walk = (selections: SelectionSetNode | undefined, parent: string): void => {
    const named = fields.get(parent) ?? new Set()
    fields.set(parent, named)
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const field = fieldsOf(typeOf(parent)).find(({ name }) => name === selection.name.value)
        if (field === undefined) continue
        named.add(field.name)
        if (selection.selectionSet !== undefined) walk(selection.selectionSet, nameOf(field.type))
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? parent)
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) walk(fragment.selectionSet, fragment.typeCondition.name.value)
      }
    }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const root = definition.operation === 'mutation' ? mutationType : queryType
    if (root) walk(definition.selectionSet, root.name)
    for (const variable of definition.variableDefinitions ?? []) {
      let { type } = variable
      while (type.kind !== Kind.NAMED_TYPE) ({ type } = type)
      inputs.push(type.name.value)
    }
  }
  return { fields, inputs }
}

function fieldsOf(type: IntrospectionType | undefined): readonly IntrospectionField[] {
  return type?.kind === 'OBJECT' || type?.kind === 'INTERFACE' ? type.fields : []
}

/** Of its fields, an object keeps those that are asked of it, or of an interface of it. Whether it keeps all of an interface is not checked. */
function keepFields(type: IntrospectionType, fields: Names['fields']): IntrospectionType {
  if (type.kind !== 'OBJECT' && type.kind !== 'INTERFACE') return type
  const named = [type, ...type.interfaces].flatMap(({ name }) => [...(fields.get(name) ?? [])])
  return { ...type, fields: type.fields.filter(({ name }) => named.includes(name)) }
}

/** The other types without which a type cannot be. */
function namesUsedBy(type: IntrospectionType): readonly string[] {
  const ofValues = (values: readonly IntrospectionInputValue[]): readonly string[] =>
    values.map(value => nameOf(value.type))
  switch (type.kind) {
    case 'INPUT_OBJECT':
      return ofValues(type.inputFields)
    case 'UNION':
      return type.possibleTypes.map(({ name }) => name)
    case 'OBJECT':
    case 'INTERFACE':
      return [
        ...type.fields.flatMap(field => [nameOf(field.type), ...ofValues(field.args)]),
        ...type.interfaces.map(({ name }) => name),
        ...(type.kind === 'INTERFACE' ? type.possibleTypes.map(({ name }) => name) : [])
      ]
    default:
      return []
  }
}

/** The name within lists and what must not be null. */
function nameOf(type: IntrospectionTypeRef): string {
  return type.kind === 'LIST' || type.kind === 'NON_NULL' ? nameOf(type.ofType) : type.name
}

/** What an outline was made by, as it was then. */
const SELF = fileURLToPath(import.meta.url)

let loaded: Promise<PublishedSchema> | undefined

/** GitHub's own schema, read once. The package's entry would build it twice, whoever asks for how little. */
export async function loadGraphqlSchema(): Promise<PublishedSchema> {
  loaded ??= (async () => {
    const file = new URL('schema.json', import.meta.resolve('@octokit/graphql-schema'))
    const published = { file: fileURLToPath(file), manifest: fileURLToPath(new URL('package.json', file)) }
    const outline = await keptExcerpt(published, [await readFile(SELF, 'utf8')], outlineOf)
    return new PublishedSchema(outline as unknown as Outline, file)
  })()
  return loaded
}

function outlineOf(document: JsonObject): Outline & JsonObject {
  const { types, ...frame } = document['__schema'] as IntrospectionSchema
  const textOf = (type: IntrospectionType): string =>
    JSON.stringify(type, (name, value) => (FOR_PEOPLE.has(name) && typeof value === 'string' ? undefined : value))
  return { frame, types: Object.fromEntries(types.map(type => [type.name, textOf(type)])) }
}

const FOR_PEOPLE = new Set(['description', 'deprecationReason'])
