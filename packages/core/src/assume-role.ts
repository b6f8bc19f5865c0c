import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types'
import { type AwsSession, type AwsTerms, awsClientConfig, callAws } from './aws.ts'
import { isTransient } from './aws-fault.ts'
import { Failure, messageOf, UserError } from './errors.ts'
import { describeToken, requestIdToken } from './id-token.ts'
import { SESSION_NAME_LIMIT } from './names.ts'

export interface AssumeRoleOptions {
  readonly roleArn: string
  readonly region: string
  /** Shows in CloudTrail: run and release. Cut to what STS allows (64 of `[\w+=,.@-]`). */
  readonly sessionName: string
  /** Where the job's permission to ask for OIDC tokens is. */
  readonly env: NodeJS.ProcessEnv
  readonly terms: AwsTerms
}

/** How long a session is good for, in seconds: what a role allows unless its settings say more. */
const SESSION_LENGTH = 3600
/** How long before its end a session is replaced, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000
/** How long after a failed renewal, or a new session, the next one is tried, in milliseconds: until then the session serves on. */
const RENEW_AGAIN = 30_000

/**
 * A session of a role, by the job's OIDC token. Nothing is asked of anybody until the first AWS call; shortly before the session (one hour)
 * ends, a new token and a new session are minted. A session that could not be renewed serves until its end.
 */
export function assumeRole(options: AssumeRoleOptions): AwsSession {
  const { roleArn, region, env, terms } = options
  const sessionName = options.sessionName.replace(/[^\w+=,.@-]/g, '-').slice(0, SESSION_NAME_LIMIT)
  const mintSession = (): Promise<AwsCredentialIdentity> => mint({ roleArn, region, sessionName, env, terms })
  const { credentials, expired } = renewed(mintSession, terms)
  return { region, credentials, terms: { ...terms, expired } }
}

/** One session for all clients of a role, replaced before it ends; a failed first attempt is not remembered. */
function renewed(
  mintSession: () => Promise<AwsCredentialIdentity>,
  { clock }: Pick<AwsTerms, 'clock'>
): { readonly credentials: AwsCredentialIdentityProvider; readonly expired: () => void } {
  let current: { readonly identity: AwsCredentialIdentity; readonly ends: number } | undefined
  let renewAt = 0
  let mintedAt = 0
  let underWay: Promise<AwsCredentialIdentity> | undefined

  const renew = async (): Promise<AwsCredentialIdentity> => {
    try {
      const identity = await mintSession()
      const ends = identity.expiration?.getTime() ?? 0
      mintedAt = clock.now()
      current = { identity, ends }
      renewAt = ends - RENEW_BEFORE
      return identity
    } catch (error: unknown) {
      if (current === undefined || current.ends <= clock.now()) throw error
      renewAt = clock.now() + RENEW_AGAIN
      return current.identity
    } finally {
      underWay = undefined
    }
  }

  return {
    credentials: async () => {
      if (current !== undefined && clock.now() < Math.min(renewAt, current.ends)) return current.identity
      underWay ??= renew()
      return underWay
    },
    expired: () => {
      // Calls of the session before may tell late.
      if (clock.now() - mintedAt < RENEW_AGAIN) return
      // Each client of the SDK keeps what it was given until that says that it is over.
      current?.identity.expiration?.setTime(0)
      current = undefined
    }
  }
}

async function mint(options: AssumeRoleOptions): Promise<AwsCredentialIdentity> {
  const { roleArn, region, sessionName, env, terms } = options
  const newToken = async (): Promise<string> =>
    requestIdToken({ env, audience: 'sts.amazonaws.com', clock: terms.clock })
  let token = await newToken()
  // Loaded late: an action that fails on its input must not pay for the SDK.
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts')
  // This call is not signed: the token speaks for the job.
  const nobody = { accessKeyId: 'none', secretAccessKey: 'none' }
  const sts = new STSClient(awsClientConfig({ region, terms, credentials: async () => nobody }, 'STS'))
  try {
    const answer = await callAws(terms, async attempt => {
      // A token lives for minutes, which a bad day of STS outlasts.
      if (attempt > 1) token = await newToken()
      return sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          WebIdentityToken: token,
          DurationSeconds: SESSION_LENGTH
        })
      )
    })
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
    if (AccessKeyId === undefined || SecretAccessKey === undefined) throw new Failure('STS returned no credentials.')
    terms.mask(SecretAccessKey)
    if (SessionToken !== undefined) terms.mask(SessionToken)
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: Expiration })
    }
  } catch (error: unknown) {
    if (error instanceof UserError || error instanceof Failure) throw error
    const message = `The role ${roleArn} could not be assumed: ${messageOf(error)}`
    if (isTransient(error))
      throw new Failure(`${message}. AWS could not be reached, or kept failing: re-run the job.`, { cause: error })
    throw new UserError(`${message}. Check its trust policy against this job's token: ${describeToken(token)}.`, {
      cause: error
    })
  } finally {
    sts.destroy()
  }
}
