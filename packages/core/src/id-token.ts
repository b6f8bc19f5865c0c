import type { Clock } from './clock.ts'
import { Failure, messageOf, UserError } from './errors.ts'
import { toolkitFetch } from './github.ts'
import { maskOf } from './mask.ts'
import { networkRetry, type RetryPolicy, retry } from './retry.ts'
import { ownGitHubHosts, parseTrustedUrl } from './trusted-hosts.ts'

/** How long GitHub may take for a token, in milliseconds. */
const LIMIT = 15_000

export interface IdTokenRequest {
  /** Where the job's permission to ask for OIDC tokens is. */
  readonly env: NodeJS.ProcessEnv
  /** Whom the token is for (its claim `aud`): nobody else may take it. */
  readonly audience: string
  readonly clock: Clock
  readonly policy?: RetryPolicy
}

/**
 * An OIDC token of the job, for one audience (GitHub, "OpenID Connect reference"). It is hidden in the log whatever it is for: a token is a
 * key wherever somebody forgot to compare the audience, and one rule without exceptions is one that no caller can get wrong.
 * @throws UserError with the missing permission as YAML.
 */
export async function requestIdToken(request: IdTokenRequest): Promise<string> {
  const { env, audience, clock, policy = networkRetry } = request
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL']
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  if (url === undefined || url === '' || bearer === undefined || bearer === '') {
    throw new UserError(
      `This job cannot get an OIDC token for ${audience}. Grant it:\n  permissions:\n    id-token: write`
    )
  }
  const address = parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', ownGitHubHosts(env))
  address.searchParams.set('audience', audience)
  const send = await toolkitFetch()
  const ask = async (): Promise<string> => {
    const answer = await send(address, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT)
    })
    const text = await answer.text()
    if (!answer.ok) throw new Failure(`HTTP ${answer.status}`)
    return tokenIn(text)
  }
  try {
    // Whatever is wrong may pass: GitHub answers 5xx, 429 and HTML on bad days, and a refusal costs nothing but the wait.
    const token = await retry(ask, { policy, clock, retryable: () => true })
    maskOf(env)(token)
    return token
  } catch (error: unknown) {
    throw new Failure(
      `GitHub issued no OIDC token: ${messageOf(error)}. Re-run the job; if that does not help, look at githubstatus.com.`,
      { cause: error }
    )
  }
}

function tokenIn(text: string): string {
  const value = (JSON.parse(text) as { readonly value?: unknown } | null)?.value
  if (typeof value !== 'string') throw new Failure('its answer holds no token')
  return value
}

/** The claims that trust policies look at, and who issued them: another issuer is another provider in IAM. Never the token itself. */
export function describeToken(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >
    return ['iss', 'sub', 'aud', 'repository_id', 'ref', 'environment', 'job_workflow_ref']
      .filter(name => claims[name] !== undefined)
      .map(name => `${name}=${String(claims[name])}`)
      .join(', ')
  } catch {
    return 'its claims cannot be read'
  }
}
