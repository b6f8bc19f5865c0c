import { isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml'

/**
 * A template, or a part of it, in one form whichever way it was written: `!Ref A` is `{ Ref: 'A' }`, `!GetAtt A.B` is `{ 'Fn::GetAtt': ['A', 'B'] }`, as in
 * JSON, and each scalar a text. Two parts that mean the same to CloudFormation may still differ (`1` and `01`); two that are equal mean the same.
 */
export type Tree = string | readonly Tree[] | TreeMap

/** The members of a map by name. */
export interface TreeMap {
  readonly [name: string]: Tree
}

/** Reads a template, YAML or JSON; `undefined` for a text that is none. Characters outside ASCII read `?`, as CloudFormation hands them back. */
export function readTree(text: string): TreeMap | undefined {
  const document = parseDocument(text.replace(/\P{ASCII}/gu, '?'), { version: '1.1', logLevel: 'silent' })
  if (document.errors.length > 0) return undefined
  const tree = treeOf(document.contents)
  return isTreeMap(tree) ? tree : undefined

  function treeOf(node: unknown): Tree {
    if (isAlias(node)) return treeOf(node.resolve(document))
    const plain = untagged(node)
    const tag = isScalar(node) || isSeq(node) || isMap(node) ? node.tag : undefined
    return tag?.startsWith('!') === true ? called(tag.slice(1), plain) : normal(plain)
  }

  function untagged(node: unknown): Tree {
    if (isSeq(node)) return node.items.map(item => treeOf(item))
    if (isMap(node))
      return Object.fromEntries(node.items.map(({ key, value }) => [isScalar(key) ? textOf(key) : '', treeOf(value)]))
    if (!isScalar(node)) return ''
    return textOf(node)
  }
}

/** As it is written: `010` and `N` stay themselves. */
function textOf({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? String(value ?? ''))
}

export function isTreeMap(tree: Tree | undefined): tree is TreeMap {
  return typeof tree === 'object' && !Array.isArray(tree)
}

/** A member of a map; `undefined` where there is none, or no map. */
export function member(tree: Tree | undefined, name: string): Tree | undefined {
  return isTreeMap(tree) && Object.hasOwn(tree, name) ? tree[name] : undefined
}

/** The names of a section's members. */
export function namesIn(tree: Tree | undefined): readonly string[] {
  return isTreeMap(tree) ? Object.keys(tree) : []
}

/** A function's name and argument, where a map is nothing but its call. */
export function callIn(tree: Tree): { readonly name: string; readonly argument: Tree } | undefined {
  if (!isTreeMap(tree)) return undefined
  const [[name, argument] = ['', ''], ...more] = Object.entries(tree)
  const isCall = more.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))
  return isCall ? { name, argument } : undefined
}

/** What a short form stands for. */
function called(tag: string, argument: Tree): Tree {
  const name = tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`
  return normal({ [name]: argument })
}

/** The one form of what may be written in two: the attribute of a resource, as one text or as two. */
function normal(tree: Tree): Tree {
  const call = callIn(tree)
  if (call?.name !== 'Fn::GetAtt' || typeof call.argument !== 'string') return tree
  const [resource = '', ...attribute] = call.argument.split('.')
  return { 'Fn::GetAtt': [resource, attribute.join('.')] }
}
