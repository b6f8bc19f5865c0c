import { type DocumentNode, Kind, type SelectionSetNode, type ValueNode } from 'graphql'
import type { JsonObject } from './json.ts'

/** Nodes that cost a point. */
const NODES_PER_POINT = 100

/**
 * What a query costs, in points: the requests that it takes to fill every connection, by its `first` or `last`, divided by a hundred, and
 * one at least (github/docs, "Predicting the point value of a query").
 */
export function pointsOf(document: DocumentNode, variables: JsonObject): number {
  const fragments = new Map<string, SelectionSetNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet)
  }
  /** @param times how often what is around is asked for */
  const requests = (set: SelectionSetNode | undefined, times: number): number => {
    let sum = 0
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) sum += requests(fragments.get(selection.name.value), times)
      else if (selection.kind === Kind.INLINE_FRAGMENT) sum += requests(selection.selectionSet, times)
      else {
        const size = selection.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')
        const nodes = size === undefined ? undefined : numberOf(size.value, variables)
        sum += (nodes === undefined ? 0 : times) + requests(selection.selectionSet, times * (nodes ?? 1))
      }
    }
    return sum
  }
  const [operation] = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION)
  return Math.max(1, Math.round(requests(operation?.selectionSet, 1) / NODES_PER_POINT))
}

function numberOf(value: ValueNode, variables: JsonObject): number | undefined {
  if (value.kind === Kind.INT) return Number(value.value)
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined
  return typeof given === 'number' ? given : undefined
}

/** What a query is called where calls are counted: the name of its operation. */
export function operationOf(document: DocumentNode): string {
  const [operation] = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION)
  return operation?.name?.value ?? operation?.operation ?? 'nothing'
}
