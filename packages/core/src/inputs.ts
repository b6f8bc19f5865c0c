import * as core from '@actions/core'
import { UserError } from './errors.ts'

/** An action's inputs, by the names that it lists; an input that was not given, or is empty, is absent. */
export interface Inputs<Name extends string> {
  /** @throws UserError when absent. */
  required(name: Name): string
  optional(name: Name): string | undefined
  /** @throws UserError naming the allowed values. */
  oneOf<T extends string>(name: Name, allowed: readonly T[]): T
}

/**
 * Reads inputs as the runner passes them (`INPUT_<NAME>`).
 * @param names all that the action takes: an input of another name cannot be asked for, since it would always be absent.
 */
export function actionInputs<Name extends string>(names: readonly Name[]): Inputs<Name> {
  const given = new Map(names.map(name => [name, core.getInput(name)]))
  const optional = (name: Name): string | undefined => {
    const value = given.get(name)
    return value === '' ? undefined : value
  }
  const required = (name: Name): string => {
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

/** The JSON that an input holds. @throws UserError naming the input, if it is none. */
export function parseJsonInput(text: string, name: string): unknown {
  return parseJsonText(text, `Input ${name}`)
}

/** The same of a text that an input leads to. @param what it is, for the message. */
export function parseJsonText(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error: unknown) {
    throw new UserError(`${what} is not JSON.`, { cause: error })
  }
}
