import { type Digest, type Inputs, parseDigest } from '@sluice/core'

/** What push-to-ops-registry is asked to do. */
export interface PushInputs {
  readonly unit: string
  readonly digest: Digest
  /** Folder (image) or file (bundle) that holds the build. */
  readonly layout: string
}

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = ['config', 'github-token', 'role-to-assume', 'unit', 'digest', 'layout'] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing or malformed. */
export function readInputs(inputs: Inputs<InputName>): PushInputs {
  return {
    unit: inputs.required('unit'),
    digest: parseDigest(inputs.required('digest'), 'Input digest'),
    layout: inputs.required('layout')
  }
}
