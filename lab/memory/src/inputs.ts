import { actionInputs, type Inputs } from '@sluice/core'

/** The inputs of a step of an action that takes these names, as the runner passes them: these values, and no others. */
export function givenInputs<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<string, string>>
): Inputs<Name> {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name]
  for (const [name, value] of Object.entries(values)) process.env[`INPUT_${name.toUpperCase()}`] = value
  return actionInputs(names)
}
