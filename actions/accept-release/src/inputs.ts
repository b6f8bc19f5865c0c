import { type Destination, type Inputs, readDestination, UserError } from '@sluice/core'

/** What is checked: a release where it is live. */
export interface CheckedRelease extends Destination {
  /** 40 hex digits. */
  readonly commit: string
  readonly url: string | undefined
}

/** What accept-release is asked to check. */
export interface AcceptInputs extends CheckedRelease {
  readonly config: string
}

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = ['config', 'environment', 'commit', 'release', 'environment-url'] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing or malformed. */
export function readInputs(inputs: Inputs<InputName>): AcceptInputs {
  const commit = inputs.required('commit')
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new UserError(`Input commit is ${JSON.stringify(commit)}. Give the 40 hex digits of a commit.`)
  return {
    config: inputs.optional('config') ?? 'delivery.yml',
    ...readDestination(inputs),
    commit,
    url: parseAddress(inputs.optional('environment-url'))
  }
}

/** Reads the address of an environment. @throws UserError for what is none of HTTP. */
export function parseAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'https:' || protocol === 'http:') return text
  throw new UserError(
    `Input environment-url is ${JSON.stringify(text)}. Give a URL that begins with https:// or http://.`
  )
}
