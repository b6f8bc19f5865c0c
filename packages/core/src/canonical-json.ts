import canonicalize from 'canonicalize'
import { Failure, messageOf } from './errors.ts'

/**
 * Canonical JSON (RFC 8785): the one text of a value, so that its hash names it. Absent (`undefined`) members are left out.
 * @throws Failure for a value that JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    // What was read from canonical JSON the engine itself writes the same way, and fast: a ledger is verified record by record.
    text = jsonOf(value) ?? jsonOf(inOrder(value)) ?? canonicalize(value)
  } catch (error: unknown) {
    throw new Failure(`A value without a JSON form cannot be made canonical: ${messageOf(error)}.`, { cause: error })
  }
  if (text === undefined) throw new Failure('A value without a JSON form cannot be made canonical.')
  return text
}

/** The engine's own text of a value, where that is the canonical one. */
function jsonOf(value: unknown): string | undefined {
  return isOrdered(value) ? JSON.stringify(value) : undefined
}

/** Whether `JSON.stringify` writes a value as RFC 8785 wants it: plain, complete, and all names in their order. */
function isOrdered(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isOrdered) : isOrderedObject(value))
    default:
      return false
  }
}

function isOrderedObject(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  let before: string | undefined
  for (const name of Object.keys(value)) {
    if ((before !== undefined && before > name) || !isOrdered((value as Readonly<Record<string, unknown>>)[name]))
      return false
    before = name
  }
  return true
}

/** A value with all names in their order, as far as it is plain. Whether the engine kept that order is to be looked at: it has one of its own for numbers. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const members = value as Readonly<Record<string, unknown>>
  const names = Object.keys(members).filter(name => members[name] !== undefined)
  // Not by assignment: of `__proto__`, that would be lost.
  return Object.fromEntries(names.sort().map(name => [name, inOrder(members[name])]))
}
