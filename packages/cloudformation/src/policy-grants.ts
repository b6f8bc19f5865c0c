import { canonicalJson } from '@sluice/core'

/** A policy document, or another value of a template, with all expressions read that can be. */
export type Plain = string | readonly Plain[] | { readonly [name: string]: Plain }

/** One statement of a policy, in one form whichever way it was written. */
export interface Grant {
  readonly effect: string
  /** `Action` or `NotAction`, and so on: what is named, and whether that is all but this. */
  readonly actions: Part
  readonly resources: Part
  readonly principals: Part
  /** Canonical JSON; empty: none. */
  readonly condition: string
}

interface Part {
  readonly except: boolean
  /** Sorted. */
  readonly names: readonly string[]
}

/** The statements of a policy document; none for what is not one. */
export function grantsIn(value: Plain): readonly Grant[] {
  const document = typeof value === 'string' ? parsed(value) : value
  if (!isMap(document) || document['Statement'] === undefined) return []
  return listed(document['Statement']).flatMap(statement => (isMap(statement) ? [grantOf(statement)] : []))
}

/** Whether one grant gives nothing that another one does not give. In doubt it does. */
export function isCovered(grant: Grant, by: Grant): boolean {
  return (
    grant.effect === by.effect &&
    covers(by.actions, grant.actions) &&
    covers(by.resources, grant.resources) &&
    covers(by.principals, grant.principals) &&
    (by.condition === '' || by.condition === grant.condition)
  )
}

/** As a clause after the name of a resource: `allows s3:* on *`. */
export function describeGrant({ actions, resources, principals, condition }: Grant): string {
  return [
    ` ${described(actions)}`,
    resources.names.length === 0 ? '' : ` on ${described(resources)}`,
    principals.names.length === 0 ? '' : ` to ${described(principals)}`,
    condition === '' ? '' : ', under a condition'
  ]
    .join('')
    .trim()
}

function described({ except, names }: Part): string {
  return `${except ? 'everything but ' : ''}${names.join(', ')}`
}

function grantOf(statement: { readonly [name: string]: Plain }): Grant {
  const part = (name: string): Part => {
    const except = statement[name] === undefined && statement[`Not${name}`] !== undefined
    return { except, names: namesOf(statement[except ? `Not${name}` : name]) }
  }
  const { Condition: condition } = statement
  return {
    effect: typeof statement['Effect'] === 'string' ? statement['Effect'] : '',
    actions: part('Action'),
    resources: part('Resource'),
    principals: part('Principal'),
    condition: condition === undefined ? '' : canonicalJson(condition)
  }
}

/** Texts as they are; of principals, with their kind. */
function namesOf(value: Plain | undefined): readonly string[] {
  if (value === undefined) return []
  const names =
    isMap(value) && !isExpression(value)
      ? Object.entries(value).flatMap(([kind, all]) => listed(all).map(one => `${kind} ${textOf(one)}`))
      : listed(value).map(textOf)
  return [...new Set(names)].sort()
}

/** What only AWS evaluates: it stands for one name. */
function isExpression(value: { readonly [name: string]: Plain }): boolean {
  return Object.keys(value).every(name => name === 'Ref' || name.startsWith('Fn::'))
}

/** Whether everything that one part names another one names, too; `*` stands for anything. */
function covers(wide: Part, narrow: Part): boolean {
  if (wide.except || narrow.except) return canonicalJson(wide) === canonicalJson(narrow)
  return narrow.names.every(name => wide.names.some(pattern => isMatch(pattern, name)))
}

function isMatch(pattern: string, name: string): boolean {
  if (pattern === name) return true
  const parts = pattern.split('*').map(part => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

function textOf(value: Plain): string {
  return typeof value === 'string' ? value : canonicalJson(value)
}

function listed(value: Plain): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : [value]
}

export function isMap(value: Plain | undefined): value is { readonly [name: string]: Plain } {
  return typeof value === 'object' && !Array.isArray(value)
}

/** A policy that is written as a text. */
function parsed(text: string): Plain | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Plain
  } catch {
    return undefined
  }
}
