import canonicalize from 'canonicalize'
import { Failure, messageOf } from './errors.ts'

/**
 * Canonical JSON (RFC 8785): the one text of a value, so that its hash names it. Absent (`undefined`) members are left out.
 * @throws Failure for a value that JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (error: unknown) {
    throw new Failure(`A value without a JSON form cannot be made canonical: ${messageOf(error)}.`, { cause: error })
  }
  if (text === undefined) throw new Failure('A value without a JSON form cannot be made canonical.')
  return text
}
