import {
  type Destination,
  type Digest,
  type Inputs,
  type LedgerPlace,
  parseDigest,
  parseJobs,
  parsePlace,
  readDestination,
  requireShownRelease
} from '@sluice/core'
import type { Jobs } from './record-job.ts'

/** What a stage is asked to do. */
export type StageInputs = Destination & {
  /** How far the ledger was when a job before this one wrote to it. */
  readonly after?: LedgerPlace
} & (
    | { readonly mode: 'plan' }
    /** Without a plan, one is made first. */
    | { readonly mode: 'deploy'; readonly plan: Digest | undefined }
    /** With how the jobs before it ended, as their caller knows it. */
    | { readonly mode: 'record'; readonly jobs: Jobs }
  )

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = [
  'mode',
  'config',
  'github-token',
  'after',
  'release',
  'release-id',
  'environment',
  'plan-digest',
  'outcome'
] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing or malformed. */
export function readInputs(inputs: Inputs<InputName>): StageInputs {
  const mode = inputs.oneOf('mode', ['plan', 'deploy', 'record'] as const)
  const destination = readDestination(inputs)
  const after = inputs.optional('after')
  const where = {
    ...destination,
    ...(after === undefined ? {} : { after: parsePlace(after, 'Input after') })
  }
  // Whatever approvers read, what became of the release is recorded.
  if (mode === 'record') return { ...where, mode, jobs: parseJobs(inputs.required('outcome')) }
  requireShownRelease(destination.release, inputs.optional('release-id'))
  if (mode === 'plan') return { ...where, mode }
  const plan = inputs.optional('plan-digest')
  return { ...where, mode, plan: plan === undefined ? undefined : parseDigest(plan, 'Input plan-digest') }
}
