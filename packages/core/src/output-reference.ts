import { LOGICAL_ID_PATTERN, NAME_PATTERN } from './names.ts'

/** A reference to an output of a unit's stack, `${unit.Output}`, inside a value. */
export interface OutputReference {
  readonly unit: string
  readonly output: string
}

/** A unit is named as delivery.yml allows, an output as CloudFormation does: what validation lets through is what deployments resolve. */
const REFERENCE = new RegExp(`\\$\\{(${NAME_PATTERN})\\.(${LOGICAL_ID_PATTERN})\\}`, 'g')

/** The references that a value holds, in order; `malformed` is the first `${` that is none. */
export function outputReferences(value: string): {
  readonly references: readonly OutputReference[]
  readonly malformed?: string
} {
  const references = [...value.matchAll(REFERENCE)].map(([, unit = '', output = '']) => ({ unit, output }))
  const malformed = /\$\{[^}]*\}?/.exec(value.replace(REFERENCE, ''))?.[0]
  return { references, ...(malformed === undefined ? {} : { malformed }) }
}

/** A reference as it is written. */
export function formatReference({ unit, output }: OutputReference): string {
  return `\${${unit}.${output}}`
}

/** A value with its references filled in; `undefined` while one of the outputs does not exist. */
export function resolveOutputs(
  value: string,
  outputOf: (reference: OutputReference) => string | undefined
): string | undefined {
  let complete = true
  const resolved = value.replace(REFERENCE, (_, unit: string, output: string) => {
    const found = outputOf({ unit, output })
    if (found === undefined) complete = false
    return found ?? ''
  })
  return complete ? resolved : undefined
}
