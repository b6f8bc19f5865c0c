import { readFile } from 'node:fs/promises'
import {
  buildClientSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type IntrospectionField,
  type IntrospectionInputValue,
  type IntrospectionQuery,
  type IntrospectionType,
  type IntrospectionTypeRef,
  Kind,
  type SelectionSetNode
} from 'graphql'

/** GitHub's published GraphQL schema: the whole of it, and the little that one document speaks of. */
export class PublishedSchema {
  readonly #introspection: IntrospectionQuery
  readonly #types: ReadonlyMap<string, IntrospectionType>
  #whole: GraphQLSchema | undefined

  constructor(introspection: IntrospectionQuery) {
    this.#introspection = introspection
    this.#types = new Map(introspection.__schema.types.map(type => [type.name, type]))
  }

  /** Everything. Takes about a second the first time. */
  whole(): GraphQLSchema {
    this.#whole ??= build(this.#introspection, this.#introspection.__schema.types)
    return this.#whole
  }

  /**
   * The fields that a document names, and what these need. What the document says of types or fields that GitHub does not have is
   * missing here as it is missing there, so a document that is valid for the excerpt is valid for the whole.
   */
  excerpt(document: DocumentNode): GraphQLSchema {
    const { fields, inputs } = namesIn(document, this.#introspection, this.#types)
    const types = new Map<string, IntrospectionType>()
    const add = (name: string): void => {
      const type = this.#types.get(name)
      if (type === undefined || types.has(name)) return
      const kept = keepFields(type, fields)
      types.set(name, kept)
      for (const used of namesUsedBy(kept)) add(used)
    }
    for (const name of [...fields.keys(), ...inputs, ...SPECIFIED]) add(name)
    return build(this.#introspection, [...types.values()])
  }
}

/** What every GraphQL schema has. */
const SPECIFIED = ['String', 'Boolean', 'Int', 'Float', 'ID']

/** GitHub published it, so it is valid; checking that again would double the time. */
function build({ __schema }: IntrospectionQuery, types: readonly IntrospectionType[]): GraphQLSchema {
  const has = (type: { readonly name: string } | null | undefined): boolean =>
    types.some(({ name }) => name === type?.name)
  const { queryType, mutationType } = __schema
  // Without a type for queries there is no schema; one without fields will do.
  const query: IntrospectionType = { kind: 'OBJECT', name: queryType.name, fields: [], interfaces: [] }
  return buildClientSchema(
    {
      __schema: {
        ...__schema,
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

function namesIn(
  document: DocumentNode,
  { __schema }: IntrospectionQuery,
  types: ReadonlyMap<string, IntrospectionType>
): Names {
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
        const field = fieldsOf(types.get(parent)).find(({ name }) => name === selection.name.value)
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
    const root = definition.operation === 'mutation' ? __schema.mutationType : __schema.queryType
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

let loaded: Promise<PublishedSchema> | undefined

/** GitHub's own schema, read once (5 MB). The package's entry would build it twice, whoever asks for how little. */
export async function loadGraphqlSchema(): Promise<PublishedSchema> {
  loaded ??= (async () => {
    const file = new URL('schema.json', import.meta.resolve('@octokit/graphql-schema'))
    return new PublishedSchema(JSON.parse(await readFile(file, 'utf8')) as IntrospectionQuery)
  })()
  return loaded
}
