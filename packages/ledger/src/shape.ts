import { isDigest } from '@sluice/core'

/** Says whether a value that came from outside has a form. */
export type Check = (value: unknown) => boolean

/** Any text, the empty one too. */
export const text: Check = value => typeof value === 'string'

/** A whole number from 1. */
export const count: Check = value => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1

export const truth: Check = value => typeof value === 'boolean'

export const digest: Check = isDigest

/** One of some constants. */
export function oneOf(allowed: readonly unknown[]): Check {
  return value => allowed.includes(value)
}

/** A text of a pattern. */
export function matching(pattern: RegExp): Check {
  return value => typeof value === 'string' && pattern.test(value)
}

/** Absent, or of the form. */
export function optional(check: Check): Check {
  return value => value === undefined || check(value)
}

/** An array whose entries all have the form. */
export function listOf(check: Check): Check {
  return value => Array.isArray(value) && value.every(check)
}

/** An object whose named members have their forms; other members are left alone, so that newer writers can add some. */
export function object(members: Readonly<Record<string, Check>>): Check {
  return value => findMisfit(value, members) === undefined
}

/** The name of the first member that has not its form; `''` when the value is no object at all. */
export function findMisfit(value: unknown, members: Readonly<Record<string, Check>>): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ''
  const found = value as Readonly<Record<string, unknown>>
  return Object.entries(members).find(([name, check]) => !check(found[name]))?.[0]
}
