import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate
} from 'graphql'
import { asObject, type JsonObject } from './json.ts'
import { NotImplemented, Refusal } from './refusal.ts'

/** A value of a GraphQL type: plain members, and functions for those that take arguments or time. */
export type Resolvable = Readonly<Record<string, unknown>>

let loaded: Promise<GraphQLSchema> | undefined

/** GitHub's published GraphQL schema, read once (1.2 MB). */
async function loadSchema(): Promise<GraphQLSchema> {
  loaded ??= (async () => {
    const { schema } = await import('@octokit/graphql-schema')
    // GitHub published it, so it is valid; checking that again would double the time.
    return buildSchema(schema.idl, { assumeValidSDL: true, assumeValid: true })
  })()
  return loaded
}

/** Members without an answer are errors: an empty one would be believed. */
const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const value = asObject(source)[info.fieldName]
  const name = `${info.parentType.name}.${info.fieldName}`
  if (value === undefined) throw new NotImplemented(name)
  if (typeof value === 'function') return value(args, context)
  if (Object.keys(args).length > 0) throw new NotImplemented(`${name}(${Object.keys(args).join(', ')})`)
  return value
}

/**
 * Checks and runs a query as GitHub would.
 * @param root the fields of `Query` and `Mutation`
 * @param onDefect told of errors that GitHub would not have given
 */
export async function runGraphql(
  root: Resolvable,
  request: JsonObject,
  onDefect: (error: Error) => void
): Promise<JsonObject> {
  const schema = await loadSchema()
  const { query, variables, operationName } = request
  if (typeof query !== 'string')
    return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] }
  const document = checkedQuery(schema, query)
  if ('errors' in document) return document
  const result = await execute({
    schema,
    document: document.checked,
    rootValue: root,
    variableValues: asObject(variables),
    ...(typeof operationName === 'string' ? { operationName } : {}),
    fieldResolver: resolveField,
    typeResolver: value => String(asObject(value)['__typename'])
  })
  for (const { originalError } of result.errors ?? []) {
    if (originalError && !(originalError instanceof Refusal)) onDefect(originalError)
  }
  return resultJson(result)
}

/** Queries by their text: clients send the same few over and over, and checking one takes longer than answering it. */
const checkedQueries = new Map<string, DocumentNode>()

function checkedQuery(
  schema: GraphQLSchema,
  query: string
): { readonly checked: DocumentNode } | { readonly errors: readonly JsonObject[] } {
  const known = checkedQueries.get(query)
  if (known !== undefined) return { checked: known }
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (error: unknown) {
    return { errors: [{ message: error instanceof Error ? error.message : String(error) }] }
  }
  const problems = validate(schema, document)
  if (problems.length > 0) return { errors: problems.map(errorJson) }
  checkedQueries.set(query, document)
  return { checked: document }
}

function resultJson(result: ExecutionResult): JsonObject {
  return {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors === undefined ? {} : { errors: result.errors.map(errorJson) })
  }
}

/** GitHub puts the kind of an error beside its message, not into `extensions`. */
function errorJson(error: GraphQLError): JsonObject {
  const { originalError, path, locations, message } = error
  return {
    ...(originalError instanceof Refusal ? { type: originalError.type } : {}),
    ...(path === undefined ? {} : { path }),
    ...(locations === undefined ? {} : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    message
  }
}
