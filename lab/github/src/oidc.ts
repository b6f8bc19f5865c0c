import { createHash, generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '@sluice/core'
import { environmentKey } from './environment.ts'
import type { JsonObject } from './json.ts'
import { fullName } from './repository.ts'
import type { IdTokenKey } from './token.ts'
import { nodeId } from './user.ts'

/** How long a token is good for, in seconds; GitHub's own are, too. */
const LIFETIME = 300

/** How far back it is good already, in seconds, for clocks that run slow. */
const LEEWAY = 600

/** What GitHub says that its tokens hold; those of enterprises are missing where there is none. */
const CLAIMS: readonly string[] = [
  ...['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'sha', 'repository', 'repository_id', 'repository_owner'],
  ...['repository_owner_id', 'enterprise', 'enterprise_id', 'run_id', 'run_number', 'run_attempt', 'actor', 'actor_id'],
  ...['workflow', 'workflow_ref', 'workflow_sha', 'head_ref', 'base_ref', 'event_name', 'ref_type', 'ref_protected'],
  ...['environment', 'environment_node_id', 'job_workflow_ref', 'job_workflow_sha', 'repository_visibility'],
  ...['runner_environment', 'issuer_scope', 'check_run_id']
]

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
      claims_supported: CLAIMS
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
    return this.issue({ ...claimsOf(key), aud: audience }, issuer)
  }

  /** A signed token of any claims, good from now on. */
  async issue(said: JsonObject, issuer: string): Promise<string> {
    const { privateKey, id } = await this.#keys()
    const now = Math.floor(this.#clock.now() / 1000)
    const claims = {
      ...said,
      jti: randomUUID(),
      iss: issuer,
      iat: now,
      nbf: now - LEEWAY,
      exp: now + LIFETIME
    }
    const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ typ: 'JWT', alg: 'RS256', x5t: id, kid: id })}.${part(claims)}`
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
  }

  /** Signs with a new key from now on, and publishes the old one no more: GitHub does so without notice. */
  replaceKey(): void {
    this.#pair = undefined
  }

  async #keys(): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly id: string }> {
    this.#pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(({ publicKey, privateKey }) => {
      const der = publicKey.export({ type: 'spki', format: 'der' })
      return { publicKey, privateKey, id: createHash('sha256').update(der).digest('hex').slice(0, 40) }
    })
    return this.#pair
  }
}

function claimsOf(key: IdTokenKey): JsonObject {
  const { repository, run, jobWorkflowRef, jobWorkflowSha, checkRunId } = key
  const name = fullName(repository)
  const owner = repository.owner
  const pull = run.event === 'pull_request'
  const ref = pull ? `refs/pull/${run.number}/merge` : `refs/heads/${run.headBranch}`
  const workflowRef = `${name}/${run.workflow.path}@${ref}`
  return {
    sub: subjectOf(key, ref),
    ...environmentClaims(key),
    ref,
    ref_type: 'branch',
    ref_protected: !pull && run.headBranch === repository.defaultBranch ? 'true' : 'false',
    sha: run.headSha,
    repository: name,
    repository_id: String(repository.id),
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    repository_visibility: 'private',
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    event_name: run.event,
    head_ref: pull ? run.headBranch : '',
    base_ref: pull ? repository.defaultBranch : '',
    workflow: run.workflow.name,
    workflow_ref: workflowRef,
    workflow_sha: run.headSha,
    job_workflow_ref: jobWorkflowRef ?? workflowRef,
    job_workflow_sha:
      jobWorkflowRef === undefined ? run.headSha : (jobWorkflowSha ?? pinOf(jobWorkflowRef) ?? run.headSha),
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    check_run_id: String(checkRunId),
    runner_environment: run.runner
  }
}

/** Repository and context of a job; GitHub never tells both environment and ref. */
function subjectOf({ repository, run, environment }: IdTokenKey, ref: string): string {
  // `:` would end a part of the subject.
  const escaped = (text: string): string => text.replace(/:/g, '%3A')
  const { owner, name, id } = repository
  const subject = repository.immutableSubject ? `${owner.login}@${owner.id}/${name}@${id}` : fullName(repository)
  if (environment !== undefined) return `repo:${subject}:environment:${escaped(environment)}`
  return `repo:${subject}:${run.event === 'pull_request' ? 'pull_request' : `ref:${escaped(ref)}`}`
}

function environmentClaims({ repository, environment }: IdTokenKey): JsonObject {
  if (environment === undefined) return {}
  const known = repository.environments.get(environmentKey(environment))
  return { environment, ...(known === undefined ? {} : { environment_node_id: nodeId('Environment', known.id) }) }
}

/** The commit that a caller pinned a reusable workflow to. */
function pinOf(jobWorkflowRef: string): string | undefined {
  return /@([0-9a-f]{40})$/.exec(jobWorkflowRef)?.[1]
}
