import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types'
import { Failure, messageOf, UserError } from './errors.ts'
import { ownGitHubHosts, parseTrustedUrl } from './hosts.ts'

/** A 12-digit AWS account number. */
export type AccountId = string & { readonly __brand: 'AccountId' }

/** Parses an AWS account number. @throws UserError */
export function parseAccountId(text: string, what = 'account id'): AccountId {
  if (!/^\d{12}$/.test(text))
    throw new UserError(`${what} is ${JSON.stringify(text)}: an AWS account id has 12 digits.`)
  return text as AccountId
}

/** Whose credentials, for what: everything that an AWS client needs besides its service. */
export interface AwsSession {
  readonly region: string
  readonly credentials: AwsCredentialIdentityProvider
}

export interface AssumeRoleOptions {
  readonly roleArn: string
  readonly region: string
  /** Shows in CloudTrail: run and release. Cut to what STS allows (64 of `[\w+=,.@-]`). */
  readonly sessionName: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * Refuses AWS endpoints that were redirected to a foreign host (promise 9). Call before the first AWS client is made.
 * @throws UserError naming the variable.
 */
export function checkAwsEndpoints(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    if (/^AWS_ENDPOINT_URL(_|$)/.test(name) && value !== undefined && value !== '') parseTrustedUrl(value, name)
  }
}

/**
 * A session of a role, by the job's OIDC token. Nothing is asked of anybody until the first AWS call; the SDK asks the provider
 * again shortly before the session (one hour) ends, which mints a new token and a new session.
 */
export function assumeRole(options: AssumeRoleOptions): AwsSession {
  checkAwsEndpoints(options.env)
  const { roleArn, region, env } = options
  const sessionName = options.sessionName.replace(/[^\w+=,.@-]/g, '-').slice(0, 64)
  let current: Promise<AwsCredentialIdentity> | undefined
  let ends = 0
  return {
    region,
    // One session for all clients of this role; a failed attempt is not remembered.
    credentials: async () => {
      if (current === undefined || Date.now() > ends) {
        ends = Number.POSITIVE_INFINITY
        current = mint(roleArn, region, sessionName, env)
        try {
          ends = ((await current).expiration?.getTime() ?? 0) - RENEW_BEFORE
        } catch (error: unknown) {
          current = undefined
          throw error
        }
      }
      return current
    }
  }
}

/** How long before its end a session is replaced, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000

async function mint(
  roleArn: string,
  region: string,
  sessionName: string,
  env: NodeJS.ProcessEnv
): Promise<AwsCredentialIdentity> {
  const token = await requestIdToken(env)
  // Loaded late: an action that fails on its input must not pay for the SDK.
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts')
  const sts = new STSClient({ region, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } })
  try {
    const answer = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        WebIdentityToken: token,
        DurationSeconds: 3600
      })
    )
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Failure('STS answered without credentials.')
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: Expiration })
    }
  } catch (error: unknown) {
    throw new UserError(
      `The role ${roleArn} could not be assumed: ${messageOf(error)}. Check its trust policy against this job's token: ${describeToken(token)}.`,
      { cause: error }
    )
  } finally {
    sts.destroy()
  }
}

/** The job's OIDC token for AWS (GitHub, "OpenID Connect reference"). @throws UserError with the missing permission as YAML. */
async function requestIdToken(env: NodeJS.ProcessEnv): Promise<string> {
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL']
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  if (url === undefined || url === '' || bearer === undefined || bearer === '') {
    throw new UserError('This job has no OIDC token to reach AWS with. Grant it:\n  permissions:\n    id-token: write')
  }
  const request = parseTrustedUrl(url, 'ACTIONS_ID_TOKEN_REQUEST_URL', ownGitHubHosts(env))
  request.searchParams.set('audience', 'sts.amazonaws.com')
  let last: unknown
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const answer = await fetch(request, {
        headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(15_000)
      })
      const value = ((await answer.json()) as { readonly value?: unknown }).value
      if (answer.ok && typeof value === 'string') return value
      last = new Failure(`HTTP ${answer.status}`)
    } catch (error: unknown) {
      last = error
    }
  }
  throw new Failure(`GitHub gave no OIDC token: ${messageOf(last)}`, { cause: last })
}

/** The claims that trust policies look at; never the token itself. */
function describeToken(token: string): string {
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
