import {
  type Digest,
  type Inputs,
  type LedgerPlace,
  PROMOTION_KINDS,
  type PromotionKind,
  parseDigest,
  parsePlace,
  requireShownRelease,
  UserError
} from '@sluice/core'

/** What promote-digest is asked to do. */
export interface PromoteInputs {
  readonly mode: 'check' | 'promote'
  readonly release: Digest
  readonly environment: string
  readonly kind: PromotionKind
  readonly reason: string | undefined
  /** How far the ledger was when a job before this one wrote to it. */
  readonly after?: LedgerPlace
  /** The units whose tags are to move (mode promote); all of the release unless told. Of a deployment that stopped halfway: those that are done. */
  readonly units?: readonly string[]
}

/** The inputs of action.yml, in its order. */
export const INPUT_NAMES = [
  'mode',
  'config',
  'github-token',
  'role-to-assume',
  'after',
  'release',
  'release-id',
  'environment',
  'kind',
  'reason'
] as const

type InputName = (typeof INPUT_NAMES)[number]

/** Reads the inputs. @throws UserError naming what is missing, malformed or contradictory. */
export function readInputs(inputs: Inputs<InputName>): PromoteInputs {
  const mode = inputs.oneOf('mode', ['check', 'promote'] as const)
  const release = parseDigest(inputs.required('release'), 'Input release')
  requireShownRelease(release, inputs.optional('release-id'))
  const kind = inputs.oneOf('kind', PROMOTION_KINDS)
  const reason = inputs.optional('reason')
  if (kind !== 'release' && reason === undefined)
    throw new UserError(`A ${kind} requires the input reason, which is recorded. Set it.`)
  const after = inputs.optional('after')
  return {
    mode,
    release,
    environment: inputs.required('environment'),
    kind,
    reason,
    ...(after === undefined ? {} : { after: parsePlace(after, 'Input after') })
  }
}
