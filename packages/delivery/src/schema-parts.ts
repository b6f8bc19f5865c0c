import { didYouMean, noLists } from '@sluice/core'
import * as v from 'valibot'

// How delivery.yml is described: each of these says in its message what would have been right.

/** A mapping with fixed keys; a key that is not among them is answered with the nearest that is. */
export function mapping<const T extends v.ObjectEntries>(
  entries: T
): v.StrictObjectSchema<T, (issue: v.StrictObjectIssue) => string> {
  const keys = Object.keys(entries)
  const schema = v.strictObject(entries, issue => {
    if (issue.expected === 'never')
      return `no such key here${didYouMean(issue.input, keys)}; allowed: ${keys.join(', ')}`
    const missing = keys.find(key => issue.expected === JSON.stringify(key))
    if (missing === undefined) return `expected a mapping with the keys ${keys.join(', ')}`
    const description = v.getDescription(entries[missing] ?? v.unknown())
    return `add it${description === undefined ? '' : `: ${description}`}`
  })
  return noLists(schema)
}

/** A mapping with any names. @param what names them and their values in the message. */
export function named<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  key: v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  value: T,
  what: string
): v.RecordSchema<typeof key, T, string> {
  return noLists(v.record(key, value, `expected a mapping from ${what}`))
}

/** A list. @param what names its entries in the message. */
export function list<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  item: T,
  what: string
): v.ArraySchema<T, string> {
  return v.array(item, `expected a list of ${what}`)
}

/** One of some words; another one is answered with the nearest. */
export function oneOf<const T extends readonly string[]>(
  ...options: T
): v.PicklistSchema<T, (issue: v.PicklistIssue) => string> {
  return v.picklist(options, issue => `allowed: ${options.join(', ')}${didYouMean(issue.input, options)}`)
}

/** An example as people write it: defaults are left out, and texts are not read yet. A test holds it to its schema. */
export function written<T>(example: unknown): v.ExamplesAction<T, readonly T[]> {
  return v.examples([example as T])
}
