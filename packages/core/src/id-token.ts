import type { AwsTerms } from './aws.ts'
import { Failure, messageOf, UserError } from './errors.ts'
import { toolkitFetch } from './github.ts'
import { networkRetry, retry } from './retry.ts'
import { ownGitHubHosts, parseTrustedUrl } from './trusted-hosts.ts'

/** How long GitHub may take for a token, in milliseconds. */
const LIMIT = 15_000

/** The job's OIDC token for AWS (GitHub, "OpenID Connect reference"). @throws UserError with the missing permission as YAML. */
export async function requestIdToken(env: NodeJS.ProcessEnv, { clock }: Pick<AwsTerms, 'clock'>): Promise<string> {
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL']
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  if (url === undefined || url === '' || bearer === undefined || bearer === '') {
    throw new UserError('This job cannot get an OIDC token for AWS. Grant it:\n  permissions:\n    id-token: write')
  }
  const request = parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', ownGitHubHosts(env))
  request.searchParams.set('audience', 'sts.amazonaws.com')
  const send = await toolkitFetch()
  const ask = async (): Promise<string> => {
    const answer = await send(request, {
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
    return await retry(ask, { policy: networkRetry, clock, retryable: () => true })
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

/** The claims that trust policies look at; never the token itself. */
export function describeToken(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >
    return ['sub', 'aud', 'repository_id', 'environment', 'job_workflow_ref']
      .filter(name => claims[name] !== undefined)
      .map(name => `${name}=${String(claims[name])}`)
      .join(', ')
  } catch {
    return 'its claims cannot be read'
  }
}
