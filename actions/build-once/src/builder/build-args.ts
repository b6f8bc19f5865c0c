import { UserError } from '@sluice/core'

/** Names that change what builds or how, instead of being an argument of the Dockerfile. */
const RESERVED = /^(SOURCE_DATE_EPOCH|BUILDKIT_.*)$/

/**
 * A unit's build arguments, as `NAME=value`.
 * @throws UserError for a name that BuildKit itself obeys: time and frontend are not the unit's to choose.
 */
export function buildArguments(args: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(args).map(([name, value]) => {
    if (RESERVED.test(name))
      throw new UserError(`Build argument ${name} is reserved. Remove it from the unit's args in delivery.yml.`)
    return `${name}=${value}`
  })
}
