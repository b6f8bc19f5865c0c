import type { Clock } from './clock.ts'
import { Failure, messageOf } from './errors.ts'
import { toolkitFetch } from './github.ts'
import { type Jwk, readJwks } from './jwk.ts'
import { networkRetry, type RetryPolicy, retry } from './retry.ts'
import { ownGitHubHosts, parseTrustedUrl } from './trusted-hosts.ts'

/** How long the issuer may take, in milliseconds. */
const LIMIT = 15_000

/** What a set of keys may weigh, in bytes: GitHub's is about 10 KiB. */
const WEIGHT = 256 * 1024

export interface IssuerKeysRequest {
  readonly issuer: string
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly policy?: RetryPolicy
  /** Hosts that are trusted besides GitHub and the one that runs this job: who named the issuer themselves means its host. */
  readonly hosts?: readonly string[]
}

/**
 * The keys that an issuer of OIDC tokens publishes now (OpenID Connect Discovery, `jwks_uri`; GitHub's is the same for all of its issuers).
 * @throws UserError when the issuer is a foreign host.
 * @throws Failure when it does not answer with keys.
 */
export async function fetchIssuerKeys(request: IssuerKeysRequest): Promise<readonly Jwk[]> {
  const { issuer, env, clock, policy = networkRetry, hosts = [] } = request
  const trusted = [...ownGitHubHosts(env), ...hosts]
  const address = parseTrustedUrl(`${issuer}/.well-known/jwks`, 'The issuer of OIDC tokens', trusted)
  const send = await toolkitFetch()
  const ask = async (): Promise<readonly Jwk[]> => {
    const answer = await send(address, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT)
    })
    const text = await boundedText(answer)
    if (!answer.ok) throw new Failure(`HTTP ${answer.status}`)
    const keys = readJwks(JSON.parse(text))
    if (keys === undefined || keys.length === 0) throw new Failure('its answer holds no RSA key')
    return keys
  }
  try {
    return await retry(ask, { policy, clock, retryable: () => true })
  } catch (error: unknown) {
    throw new Failure(
      `The keys of the OIDC issuer ${issuer} could not be read: ${messageOf(error)}. Try again; if that does not help, look at githubstatus.com.`,
      { cause: error }
    )
  }
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let weight = 0
  for await (const chunk of answer.body ?? []) {
    weight += chunk.byteLength
    if (weight > WEIGHT) throw new Failure(`its answer has more than ${WEIGHT} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
