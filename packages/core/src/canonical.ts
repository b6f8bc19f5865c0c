import canonicalize from 'canonicalize'
import { Failure } from './errors.ts'

/**
 * Canonical JSON (RFC 8785): the one text of a value, so that its hash names it. Absent (`undefined`) members are left out.
 * @throws Failure for a value that JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Failure('A value without a JSON form cannot be made canonical.')
  return text
}
