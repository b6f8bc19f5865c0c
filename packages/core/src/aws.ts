import type { AwsCredentialIdentityProvider } from '@smithy/types'
import { isExpired, isTransient } from './aws-fault.ts'
import { type AwsLimits, awsLimits, awsRetry } from './aws-limits.ts'
import { type Clock, systemClock } from './clock.ts'
import { maskOf } from './mask.ts'
import { type RetryPolicy, retry } from './retry.ts'
import { isLoopback, parseTrustedUrl } from './trusted-hosts.ts'

/** The services that Sluice calls, as `AWS_ENDPOINT_URL_<service>` spells them. */
export type AwsService =
  | 'CLOUDFORMATION'
  | 'CLOUDFRONT'
  | 'CLOUDWATCH_LOGS'
  | 'ECR'
  | 'ECS'
  | 'KMS'
  | 'LAMBDA'
  | 'S3'
  | 'STS'

/** Where a service is; absent: at AWS's own address. */
export type AwsEndpoints = (service: AwsService) => URL | undefined

/** On what terms AWS is called: the same for each client of a process. */
export interface AwsTerms {
  readonly endpoints: AwsEndpoints
  /** `HTTPS_PROXY`, `NO_PROXY` and their like; Node reads them for its agents from 24.5 on. */
  readonly proxy: NodeJS.ProcessEnv
  readonly limits: AwsLimits
  readonly retry: RetryPolicy
  readonly clock: Clock
  /** AWS says that the session is over, or was never one: the next call is made with a new one. */
  readonly expired?: () => void
  /** Hides a credential in the log of the job. */
  readonly mask: (secret: string) => void
}

/** Whose credentials, for what, on what terms: everything that an AWS client needs besides its service. */
export interface AwsSession {
  readonly region: string
  readonly credentials: AwsCredentialIdentityProvider
  readonly terms: AwsTerms
}

/** The terms of this process. @throws UserError naming the variable that points to a foreign host. */
export function awsTerms(env: NodeJS.ProcessEnv, clock: Clock = systemClock): AwsTerms {
  const proxy = Object.entries(env).filter(([name]) => /^(https?|no)_proxy$/i.test(name))
  return {
    endpoints: parseAwsEndpoints(env),
    proxy: Object.fromEntries(proxy),
    limits: awsLimits,
    retry: awsRetry,
    clock,
    mask: maskOf(env)
  }
}

/**
 * Reads where the environment says that AWS is, and refuses foreign hosts (promise 9).
 * @throws UserError naming the variable.
 */
export function parseAwsEndpoints(env: NodeJS.ProcessEnv): AwsEndpoints {
  const urls = new Map<string, URL>()
  for (const [name, value] of Object.entries(env)) {
    if (/^AWS_ENDPOINT_URL(_|$)/.test(name) && value !== undefined && value !== '')
      urls.set(name, parseTrustedUrl(value, name))
  }
  return service => urls.get(`AWS_ENDPOINT_URL_${service}`) ?? urls.get('AWS_ENDPOINT_URL')
}

/** What the constructor of each of the SDK's clients is given. */
export interface AwsClientConfig {
  readonly region: string
  readonly credentials: AwsCredentialIdentityProvider
  readonly endpoint?: string
  readonly ignoreConfiguredEndpointUrls: true
  readonly forcePathStyle: boolean
  readonly maxAttempts: 1
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly socketTimeout: number
    readonly requestTimeout: number
    readonly throwOnRequestTimeout: true
    readonly httpsAgent: { readonly proxyEnv: NodeJS.ProcessEnv }
  }
  readonly logger: typeof SILENT
}

/** The SDK warns on the console of what is decided here, e.g. that it cannot send a stream twice. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** The one recipe for AWS clients. Calls go through `callAws`, which tries again. */
export function awsClientConfig(session: AwsSession, service: AwsService): AwsClientConfig {
  const { endpoints, limits, proxy } = session.terms
  const endpoint = endpoints(service)
  return {
    region: session.region,
    credentials: session.credentials,
    ...(endpoint === undefined ? {} : { endpoint: endpoint.href }),
    // Otherwise the SDK asks the environment and ~/.aws/config itself, past the check of the host.
    ignoreConfiguredEndpointUrls: true,
    // An emulator on this machine has no DNS name per bucket.
    forcePathStyle: endpoint !== undefined && isLoopback(endpoint.hostname),
    // Retries are ours: the SDK's wait on a clock that nobody can hold.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: limits.connect,
      socketTimeout: limits.stall,
      // Without the second setting the first one only warns.
      requestTimeout: limits.answer,
      throwOnRequestTimeout: true,
      httpsAgent: { proxyEnv: proxy }
    },
    logger: SILENT
  }
}

/** Calls AWS until it answers, trying again cannot help, or the policy is used up. The call must be safe to repeat. */
export async function callAws<T>(
  terms: Pick<AwsTerms, 'retry' | 'clock' | 'expired'>,
  call: (attempt: number) => Promise<T>
): Promise<T> {
  const retryable = (error: unknown): boolean => {
    if (isExpired(error)) terms.expired?.()
    return isTransient(error)
  }
  return retry(call, { policy: terms.retry, clock: terms.clock, retryable })
}
