import { callIn, isTreeMap, member, type Tree, type TreeMap } from './template-tree.ts'

/**
 * What an expression of a template may become: a text, or why nobody can tell before it is deployed. `pending` says that the value is known once the
 * stacks before are deployed.
 */
export type PossibleValue = { readonly text: string } | { readonly unknown: string; readonly pending?: true }

/** What is known of a stack before it is deployed. */
export interface KnownValues {
  readonly template: TreeMap
  /** Parameters by name; one that is declared and not here is known once other stacks are deployed. */
  readonly parameters: Readonly<Record<string, string>>
  /** Pseudo parameters by name, as `AWS::Region`. */
  readonly pseudo: Readonly<Record<string, string>>
}

/** More than so many possibilities of one expression, nobody reads. */
const MOST = 64

const NO_VALUE = 'AWS::NoValue'

/**
 * Everything that an expression may become: each branch of a condition is one, since nothing here decides conditions.
 * Nothing at all where the property may only be left out.
 */
export function possibleValues(tree: Tree, known: KnownValues): readonly PossibleValue[] {
  const all = evaluate(tree, known)
  return all.length > MOST ? [{ unknown: `more than ${MOST} possible values` }] : distinct(all)
}

function evaluate(tree: Tree, known: KnownValues): readonly PossibleValue[] {
  if (typeof tree === 'string') return [{ text: tree }]
  const call = callIn(tree)
  if (call === undefined) return [{ unknown: isTreeMap(tree) ? 'an object' : 'a list' }]
  const { name, argument } = call
  const items = Array.isArray(argument) ? (argument as readonly Tree[]) : [argument]
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? valueOfName(argument, known) : [{ unknown: name }]
    case 'Fn::Sub':
      return substituted(items, known)
    case 'Fn::If':
      return items.slice(1).flatMap(branch => evaluate(branch, known))
    case 'Fn::Join':
      return joined(items, known)
    case 'Fn::FindInMap':
      return mapped(items, known)
    default:
      return [{ unknown: `${name}${typeof items[0] === 'string' ? ` of ${items[0]}` : ''}` }]
  }
}

function valueOfName(name: string, { template, parameters, pseudo }: KnownValues): readonly PossibleValue[] {
  if (name === NO_VALUE) return []
  const known = parameters[name] ?? pseudo[name]
  if (known !== undefined) return [{ text: known }]
  if (member(member(template, 'Parameters'), name) !== undefined)
    return [{ unknown: `the parameter ${name}`, pending: true }]
  return [{ unknown: name.startsWith('AWS::') ? name : `the name of ${name}` }]
}

/** A text with `${A}` in it, and the map of what else may be named there. */
function substituted([text, own]: readonly Tree[], known: KnownValues): readonly PossibleValue[] {
  if (typeof text !== 'string') return [{ unknown: 'Fn::Sub' }]
  const parts = text.split(/(\$\{[^}]*\})/).map((part): readonly PossibleValue[] => {
    const name = /^\$\{([^}]*)\}$/.exec(part)?.[1]?.trim()
    if (name === undefined) return [{ text: part }]
    if (name.startsWith('!')) return [{ text: `\${${name.slice(1)}}` }]
    const given = member(own, name)
    if (given !== undefined) return evaluate(given, known)
    return name.includes('.') ? [{ unknown: `Fn::GetAtt of ${name}` }] : valueOfName(name, known)
  })
  return combined(parts, '')
}

function joined([separator, list]: readonly Tree[], known: KnownValues): readonly PossibleValue[] {
  if (typeof separator !== 'string' || !Array.isArray(list)) return [{ unknown: 'Fn::Join' }]
  return combined(
    (list as readonly Tree[]).map(item => evaluate(item, known)),
    separator
  )
}

function mapped(path: readonly Tree[], known: KnownValues): readonly PossibleValue[] {
  let here: Tree | undefined = member(known.template, 'Mappings')
  for (const step of path.slice(0, 3)) {
    const [only, ...more] = evaluate(step, known)
    if (only === undefined || more.length > 0 || !('text' in only)) return [{ unknown: 'Fn::FindInMap' }]
    here = member(here, only.text)
  }
  return here === undefined ? [{ unknown: 'Fn::FindInMap' }] : evaluate(here, known)
}

/** Every way to put parts together. */
function combined(parts: readonly (readonly PossibleValue[])[], separator: string): readonly PossibleValue[] {
  let all: readonly PossibleValue[] | undefined
  for (const part of parts) {
    const grown: readonly PossibleValue[] =
      all === undefined ? part : all.flatMap(before => part.map(after => both(before, after, separator)))
    if (grown.length > MOST) return [{ unknown: `more than ${MOST} possible values` }]
    all = grown
  }
  return all ?? [{ text: '' }]
}

function both(before: PossibleValue, after: PossibleValue, separator: string): PossibleValue {
  if ('text' in before && 'text' in after) return { text: `${before.text}${separator}${after.text}` }
  const unknowns = [before, after].flatMap(it => ('unknown' in it ? [it] : []))
  // What will never be known outweighs what is known later.
  return unknowns.find(({ pending }) => pending === undefined) ?? unknowns[0] ?? before
}

function distinct(values: readonly PossibleValue[]): readonly PossibleValue[] {
  const seen = new Map(values.map(value => [JSON.stringify(value), value]))
  return [...seen.values()]
}
