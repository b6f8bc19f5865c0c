import * as v from 'valibot'
import { type Digest, isDigest } from './digest.ts'

/** A schema that takes what it is given as it is: nothing is converted, nothing dropped. */
export type Shape<T> = v.BaseSchema<unknown, T, v.BaseIssue<unknown>>

/** The schema of an object with named members. */
type ObjectShape<T extends v.ObjectEntries> = v.SchemaWithPipe<
  readonly [v.ObjectSchema<T, undefined>, v.ReadonlyAction<v.InferOutput<v.ObjectSchema<T, undefined>>>]
>

/** Valibot takes a list for an object with the keys 0, 1, …; here it is shown to the schema as nothing, which it refuses. */
export function noLists<const T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: T): T {
  return {
    ...schema,
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) =>
      schema['~run'](Array.isArray(dataset.value) ? { value: undefined } : dataset, config)
  }
}

/** An object whose named members have their forms; other members are left alone, so that newer writers can add some. */
export function members<const T extends v.ObjectEntries>(entries: T): ObjectShape<T> {
  return noLists(v.pipe(v.object(entries), v.readonly()))
}

/** A list whose entries all have the form. */
export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return v.pipe(v.array(shape), v.readonly())
}

/** What every object of JavaScript inherits under these names passes for an entry of any map; Valibot leaves them unchecked. */
const INHERITED = ['__proto__', 'constructor', 'prototype']

/** An object with any names but those that every object has, whose values all have the form. */
export function mapOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  const entries = v.pipe(
    v.custom<object>(it => typeof it === 'object' && it !== null && !INHERITED.some(name => Object.hasOwn(it, name))),
    v.record(v.string(), shape),
    v.readonly()
  )
  return noLists(entries) as Shape<Readonly<Record<string, T>>>
}

/** A whole number from 1. */
export const count: Shape<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** A digest. */
export const digest: Shape<Digest> = v.custom<Digest>(isDigest)

/** Where a value has not the form: the first member that is missing or malformed, as `release.commit`; `''`: the whole value. */
export function findMisfit(shape: Shape<unknown>, value: unknown): string | undefined {
  const [issue] = v.safeParse(shape, value, { abortEarly: true }).issues ?? []
  return issue === undefined ? undefined : (v.getDotPath(issue) ?? '')
}

/** Whether a value from outside has a form. It stays what it is, with the members that the form does not name. */
export function fits<T>(shape: Shape<T>, value: unknown): value is T {
  return v.is(shape, value)
}
