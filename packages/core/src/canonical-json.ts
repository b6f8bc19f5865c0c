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
    text = isOrdered(value) ? JSON.stringify(value) : canonicalize(value)
  } catch (error: unknown) {
    throw new Failure(`A value without a JSON form cannot be made canonical: ${messageOf(error)}.`, { cause: error })
  }
  if (text === undefined) throw new Failure('A value without a JSON form cannot be made canonical.')
  return text
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
  for (const [name, member] of Object.entries(value)) {
    if ((before !== undefined && before > name) || !isOrdered(member)) return false
    before = name
  }
  return true
}
