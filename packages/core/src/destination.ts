import { type Digest, parseDigest } from './digest.ts'
import type { Inputs } from './inputs.ts'

/** A release, and the environment that it is to be taken to. */
export interface Destination {
  readonly release: Digest
  readonly environment: string
}

/** Reads the inputs that every action has which takes a release somewhere. @throws UserError naming what is missing or malformed. */
export function readDestination(inputs: Inputs<'release' | 'environment'>): Destination {
  return {
    release: parseDigest(inputs.required('release'), 'Input release'),
    environment: inputs.required('environment')
  }
}
