import { UserError } from '@sluice/core'

/** Where the values come from, for messages. */
const WHERE = 'the input secrets of build-once, which deliver.yml takes from its secret `build-secrets`'

/**
 * Reads secrets as `NAME=value`, one a line; blank lines are left out.
 * @throws UserError for a line that is none, without what it says, and for a name that comes twice.
 */
export function readSecrets(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [n, line] of (text ?? '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw new UserError(
        `Line ${n + 1} of ${WHERE} is not NAME=value. A value of several lines is given in one, for example as base64, and decoded by the step that mounts it.`
      )
    if (found.has(name)) throw new UserError(`${WHERE} has ${name} twice: give it once.`)
    found.set(name, value)
  }
  return found
}

/**
 * Those that a unit's steps may mount. Others stay where they are.
 * @throws UserError for one that is missing or empty.
 */
export function secretsOf(
  unit: string,
  names: readonly string[],
  given: ReadonlyMap<string, string>
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map(name => {
      const value = given.get(name) ?? ''
      if (value === '')
        throw new UserError(
          `Unit ${unit} is built with the secret ${name}, which has no value in ${WHERE}. In the workflow that calls deliver.yml, write under \`secrets:\` of that job \`build-secrets: |\` and below it \`${name}=\${{ secrets.${name} }}\`, and set the secret in the settings of the repository.`
        )
      return [name, value]
    })
  )
}
