import * as core from '@actions/core'
import { UserError } from './errors.ts'

/** An action's inputs by name; an input that was not given, or is empty, is absent. */
export interface Inputs {
  /** @throws UserError when absent. */
  required(name: string): string
  optional(name: string): string | undefined
  /** @throws UserError naming the allowed values. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T
}

/** Reads inputs as the runner passes them (`INPUT_<NAME>`). */
export function actionInputs(): Inputs {
  const optional = (name: string): string | undefined => {
    const value = core.getInput(name)
    return value === '' ? undefined : value
  }
  const required = (name: string): string => {
    const value = optional(name)
    if (value === undefined) throw new UserError(`Input ${name} is missing. Set it under \`with:\`.`)
    return value
  }
  return {
    optional,
    required,
    oneOf(name, allowed) {
      const value = required(name)
      const match = allowed.find(candidate => candidate === value)
      if (match === undefined)
        throw new UserError(`Input ${name} is ${JSON.stringify(value)}. Allowed: ${allowed.join(', ')}.`)
      return match
    }
  }
}
