import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate
} from 'graphql'
import { operationOf, pointsOf } from './graphql-points.ts'
import { loadGraphqlSchema, type PublishedSchema } from './graphql-schema.ts'
import { asObject, type JsonObject } from './json.ts'
import type { LimitRefusal } from './rate-limit.ts'
import { NotImplemented, Refusal, refusalJson } from './refusal.ts'

/** A value of a GraphQL type: plain members, and functions for those that take arguments or time. */
export type Resolvable = Readonly<Record<string, unknown>>

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
  const { query, variables, operationName } = request
  if (typeof query !== 'string')
    return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] }
  const checked = checkedQueries.get(query) ?? checkQuery(await loadGraphqlSchema(), query)
  if ('errors' in checked) return checked
  checkedQueries.set(query, checked)
  const result = await execute({
    ...checked,
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

/** The name of a request's operation, and what it costs in points; one for what is no query. */
export function describeQuery({ query, variables }: JsonObject): {
  readonly operation: string
  readonly points: number
} {
  try {
    const document = parse(String(query))
    return { operation: operationOf(document), points: pointsOf(document, asObject(variables)) }
  } catch {
    return { operation: 'nothing', points: 1 }
  }
}

/** A rate limit in GraphQL's form: 200 or not, it is an error in the body. */
export function graphqlRefusal({ status, message, type }: LimitRefusal): JsonObject {
  // GitHub's front answers 403, which has the form of REST.
  if (status !== 200) return refusalJson(new Refusal(status, message))
  return { errors: [{ ...(type === undefined ? {} : { type }), message }] }
}

/** A document, and a schema that knows all of it. */
interface CheckedQuery {
  readonly document: DocumentNode
  readonly schema: GraphQLSchema
}

/** Queries by their text: clients send the same few over and over, and checking one takes longer than answering it. */
const checkedQueries = new Map<string, CheckedQuery>()

/** What an excerpt does not know, only the whole schema can judge: its words are GitHub's, with the names that may have been meant. */
function checkQuery(
  published: PublishedSchema,
  query: string
): CheckedQuery | { readonly errors: readonly JsonObject[] } {
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (error: unknown) {
    return { errors: [{ message: error instanceof Error ? error.message : String(error) }] }
  }
  const excerpt = published.excerpt(document)
  if (validate(excerpt, document).length === 0) return { document, schema: excerpt }
  const schema = published.whole()
  const problems = validate(schema, document)
  return problems.length > 0 ? { errors: problems.map(errorJson) } : { document, schema }
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
