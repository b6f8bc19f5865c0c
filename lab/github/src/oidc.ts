import { createHash, generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '@sluice/core'
import type { JsonObject } from './json.ts'
import { fullName } from './repository.ts'
import type { IdTokenKey } from './token.ts'

/** How long a token is good for, in seconds; GitHub's own are, too. */
const LIFETIME = 300

/** How far back it is good already, in seconds, for clocks that run slow. */
const LEEWAY = 300

/** Issues tokens as GitHub's OIDC provider does (GitHub, "OpenID Connect reference"). */
export class OidcIssuer {
  readonly #clock: Clock
  #pair: Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly id: string }> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `/.well-known/openid-configuration` */
  discovery(issuer: string): JsonObject {
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
      claims_supported: [
        'sub',
        'aud',
        'exp',
        'iat',
        'iss',
        'jti',
        'nbf',
        'environment',
        'repository_id',
        'job_workflow_ref'
      ]
    }
  }

  /** The public keys that verify the tokens. */
  async jwks(): Promise<JsonObject> {
    const { publicKey, id } = await this.#keys()
    const { n, e } = publicKey.export({ format: 'jwk' })
    return { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: id, n, e }] }
  }

  /** A signed token of a job. */
  async token(key: IdTokenKey, audience: string, issuer: string): Promise<string> {
    const { privateKey, id } = await this.#keys()
    const now = Math.floor(this.#clock.now() / 1000)
    const claims = {
      ...claimsOf(key),
      jti: randomUUID(),
      iss: issuer,
      aud: audience,
      iat: now,
      nbf: now - LEEWAY,
      exp: now + LIFETIME
    }
    const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ typ: 'JWT', alg: 'RS256', kid: id, x5t: id })}.${part(claims)}`
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
  }

  async #keys(): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly id: string }> {
    this.#pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(({ publicKey, privateKey }) => {
      const der = publicKey.export({ type: 'spki', format: 'der' })
      return { publicKey, privateKey, id: createHash('sha256').update(der).digest('hex').slice(0, 40) }
    })
    return this.#pair
  }
}

function claimsOf({ repository, run, environment, jobWorkflowRef }: IdTokenKey): JsonObject {
  const name = fullName(repository)
  const ref = `refs/heads/${run.headBranch}`
  const workflowRef = `${name}/${run.workflow.path}@${ref}`
  const owner = repository.owner
  // `:` would end a part of the subject.
  const escaped = (text: string): string => text.replace(/:/g, '%3A')
  const subject = repository.immutableSubject ? `${owner.login}@${owner.id}/${repository.name}@${repository.id}` : name
  return {
    sub: `repo:${subject}:${environment === undefined ? `ref:${escaped(ref)}` : `environment:${escaped(environment)}`}`,
    ...(environment === undefined ? {} : { environment }),
    ref,
    ref_type: 'branch',
    ref_protected: run.headBranch === repository.defaultBranch ? 'true' : 'false',
    sha: run.headSha,
    repository: name,
    repository_id: String(repository.id),
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    repository_visibility: 'private',
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    event_name: run.event,
    head_ref: '',
    base_ref: '',
    workflow: run.workflow.name,
    workflow_ref: workflowRef,
    workflow_sha: run.headSha,
    job_workflow_ref: jobWorkflowRef ?? workflowRef,
    job_workflow_sha: run.headSha,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    runner_environment: 'github-hosted'
  }
}
