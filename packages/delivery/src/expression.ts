/** A reference to what a unit's stack puts out, `${unit.Output}`, inside a value. */
export interface OutputReference {
  readonly unit: string
  readonly output: string
}

const REFERENCE = /\$\{([a-z][a-z0-9-]*)\.([A-Za-z0-9]+)\}/g

/** The references that a value holds, in order; `malformed` is the first `${` that is none. */
export function outputReferences(value: string): {
  readonly references: readonly OutputReference[]
  readonly malformed?: string
} {
  const references = [...value.matchAll(REFERENCE)].map(([, unit = '', output = '']) => ({ unit, output }))
  const malformed = /\$\{[^}]*\}?/.exec(value.replace(REFERENCE, ''))?.[0]
  return { references, ...(malformed === undefined ? {} : { malformed }) }
}
