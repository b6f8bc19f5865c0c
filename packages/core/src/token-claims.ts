import * as v from 'valibot'
import { LAST_MOMENT } from './moment.ts'
import { findMisfit, members } from './shape.ts'

const text = v.string()
const named = v.pipe(text, v.nonEmpty())
/** Seconds since the epoch (RFC 7519, section 2, NumericDate), of a moment that can be written down. */
const moment = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(Math.floor(LAST_MOMENT / 1000)))

/** The form of {@link TokenClaims}. */
export const CLAIMS = members({
  iss: named,
  /** One audience; a list of several would make the token good for others, too. */
  aud: named,
  sub: named,
  jti: named,
  iat: moment,
  nbf: moment,
  exp: moment,
  repository: named,
  repository_id: named,
  run_id: named,
  run_attempt: named,
  ref: named,
  actor_id: named,
  /** Login of whom `actor_id` is. */
  actor: v.exactOptional(named),
  event_name: named,
  workflow_ref: named,
  workflow_sha: named,
  /** The workflow that holds the job: the reusable one where one was called, else the caller's own. */
  job_workflow_ref: named,
  job_workflow_sha: named,
  runner_environment: named,
  /** Only in jobs that name a GitHub Environment. */
  environment: v.exactOptional(named)
})

/** What GitHub says of a job in an OIDC token, as far as it is looked at (GitHub, "OpenID Connect reference"). */
export type TokenClaims = v.InferOutput<typeof CLAIMS>

/** The claims of a token, or which one is missing or malformed. */
export type ReadClaims =
  | { readonly ok: true; readonly claims: TokenClaims }
  | {
      readonly ok: false
      /** `''`: the value is no object. */
      readonly misfit: string
    }

/** Reads the claims of a token from its JSON. Whether they are true is for its signature to say. */
export function readClaims(value: unknown): ReadClaims {
  const misfit = findMisfit(CLAIMS, value)
  return misfit === undefined ? { ok: true, claims: value as TokenClaims } : { ok: false, misfit }
}
