import { type Destination, type Digest, type Inputs, parseDigest, readDestination } from '@sluice/core'

/** What deploy-stack is asked to do, by mode. */
export type DeployInputs = Destination &
  ({ readonly mode: 'plan' | 'discard' } | { readonly mode: 'apply'; readonly plan: Digest })

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = [
  'mode',
  'config',
  'github-token',
  'role-to-assume',
  'release',
  'environment',
  'plan-digest'
] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing or malformed. */
export function readInputs(inputs: Inputs<InputName>): DeployInputs {
  const mode = inputs.oneOf('mode', ['plan', 'apply', 'discard'] as const)
  const destination = readDestination(inputs)
  if (mode !== 'apply') return { ...destination, mode }
  return { ...destination, mode, plan: parseDigest(inputs.required('plan-digest'), 'Input plan-digest') }
}
