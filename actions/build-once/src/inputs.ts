import { type Inputs, UserError } from '@sluice/core'
// Not by the builders' door: two of three modes start none.
import { readSecrets } from './build-secrets.ts'
import { BUILDER_CHOICES, type BuilderChoice } from './builder/builder-order.ts'

/** What build-once is asked to do, by mode. */
export type BuildOnceInputs =
  | { readonly mode: 'resolve' }
  | {
      readonly mode: 'build'
      readonly unit: string
      readonly builder: BuilderChoice
      readonly layout: string | undefined
      /** Values by name: what steps may mount, where a unit names it; absent: none. */
      readonly secrets?: ReadonlyMap<string, string>
    }
  | { readonly mode: 'release' }

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = [
  'mode',
  'config',
  'github-token',
  'role-to-assume',
  'unit',
  'builder',
  'layout',
  'secrets'
] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing or not allowed. */
export function readInputs(inputs: Inputs<InputName>): BuildOnceInputs {
  const mode = inputs.oneOf('mode', ['resolve', 'build', 'release'] as const)
  if (mode !== 'build') return { mode }
  const unit = inputs.optional('unit')
  if (unit === undefined) throw new UserError('Mode build needs the input unit: the name of a unit in delivery.yml.')
  return {
    mode,
    unit,
    builder: inputs.oneOf('builder', BUILDER_CHOICES),
    layout: inputs.optional('layout'),
    secrets: readSecrets(inputs.optional('secrets'))
  }
}
