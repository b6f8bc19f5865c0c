import type { PlannedChange } from '@sluice/core'
import type { Template } from './template.ts'
import { callIn, isTreeMap, member, namesIn, readTree, type Tree, type TreeMap } from './template-tree.ts'

/**
 * What a stack could change at most if some of its parameters had other values, by its text alone: each resource that takes one of them, directly or by
 * another resource, may be replaced; one whose condition takes one may come or go.
 */
export function worstCase({ text, resources }: Template, open: readonly string[]): readonly PlannedChange[] {
  const tree = readTree(text) ?? {}
  const reached = new Set(open)
  const conditions = conditionsThatRead(tree, reached)
  const found = new Map<string, readonly PlannedChange[]>()
  // Each round reaches one more at least, so it ends.
  for (let before = -1; before !== reached.size; ) {
    before = reached.size
    for (const [logicalId, type] of resources) {
      const changes = changesOf({ logicalId, type }, member(member(tree, 'Resources'), logicalId), {
        reached,
        conditions
      })
      if (changes.length === 0) continue
      found.set(logicalId, changes)
      reached.add(logicalId)
    }
  }
  return [...found.values()].flat()
}

interface Reached {
  /** Parameters and resources. */
  readonly reached: ReadonlySet<string>
  readonly conditions: ReadonlySet<string>
}

function changesOf(
  { logicalId, type }: Pick<PlannedChange, 'logicalId' | 'type'>,
  resource: Tree | undefined,
  what: Reached
): readonly PlannedChange[] {
  const properties = member(resource, 'Properties')
  const targets = namesIn(properties)
    .filter(name => reads(member(properties, name) ?? '', what))
    .map(name => `Properties.${name}`)
  const condition = member(resource, 'Condition')
  const comesOrGoes = typeof condition === 'string' && what.conditions.has(condition)
  return [
    ...(comesOrGoes ? [{ action: 'Add', logicalId, type, targets: [] }] : []),
    ...(targets.length === 0
      ? []
      : [{ action: 'Modify', logicalId, type, replacement: 'Conditional', targets: targets.sort() }]),
    ...(comesOrGoes ? [{ action: 'Remove', logicalId, type, targets: [] }] : [])
  ]
}

/** Whether an expression takes anything that is reached. */
function reads(tree: Tree, what: Reached): boolean {
  if (typeof tree === 'string') return false
  if (!isTreeMap(tree)) return tree.some(item => reads(item, what))
  const call = callIn(tree)
  if (call === undefined) return Object.values(tree).some(item => reads(item, what))
  const { name, argument } = call
  const [first] = Array.isArray(argument) ? (argument as readonly Tree[]) : [argument]
  const named = typeof first === 'string' ? first : ''
  if (name === 'Ref' || name === 'Fn::GetAtt') return what.reached.has(named) || reads(argument, what)
  if (name === 'Condition' || name === 'Fn::If') return what.conditions.has(named) || reads(argument, what)
  if (name !== 'Fn::Sub') return reads(argument, what)
  const names = [...named.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, it = '']) => it.trim().split('.')[0] ?? '')
  return names.some(it => what.reached.has(it)) || reads(argument, what)
}

/** Conditions that read parameters, or others that do. */
function conditionsThatRead(tree: TreeMap, parameters: ReadonlySet<string>): ReadonlySet<string> {
  const all = member(tree, 'Conditions')
  const found = new Set<string>()
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const name of namesIn(all))
      if (reads(member(all, name) ?? '', { reached: parameters, conditions: found })) found.add(name)
  }
  return found
}
