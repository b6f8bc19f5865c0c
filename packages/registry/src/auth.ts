import { type Clock, Failure, UserError } from '@sluice/core'
import { parseChallenges } from './challenge.ts'
import { RegistryFailure } from './failure.ts'

/** A user name and a password (or token) for one registry host. */
export interface RegistryCredentials {
  readonly username: string
  readonly password: string
}

/** What a request is going to do, as token servers want to know it. */
export interface Scope {
  readonly repository: string
  readonly access: 'pull' | 'pull,push'
}

/** Answers a registry's challenges: Basic, and Bearer tokens (distribution spec, "Token Authentication"). */
export interface Authenticator {
  /** The header for a request, as far as it is known before asking. */
  header(scope: Scope): Promise<string | undefined>
  /**
   * The header to try again with after a 401; `undefined`: there is none.
   * @param sent the header that was refused.
   */
  answer(challenge: string | undefined, scope: Scope, sent: string | undefined): Promise<string | undefined>
}

export interface AuthenticatorOptions {
  /** Where the credentials were issued for: they are sent to this scheme, host and port alone. */
  readonly registry: URL
  readonly credentials: (() => Promise<RegistryCredentials>) | undefined
  readonly clock: Clock
  /** One request, without redirects and without further headers. */
  readonly get: (url: URL, headers: Record<string, string>) => Promise<{ status: number; body: string }>
}

/** A token lives for a minute unless its server says otherwise; it is renewed some seconds early. */
const DEFAULT_LIFE = 60_000
const EARLY = 10_000

/** Makes the authenticator of one registry. */
export function authenticator(options: AuthenticatorOptions): Authenticator {
  const { registry, credentials, clock, get } = options
  const tokens = new Map<string, { readonly token: string; readonly until: number }>()
  const underWay = new Map<string, Promise<string>>()

  const basic = async (): Promise<string | undefined> => {
    if (credentials === undefined) return undefined
    const { username, password } = await credentials()
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
  }

  const fetchToken = async (parameters: ReadonlyMap<string, string>, scope: Scope): Promise<string> => {
    const realm = parseRealm(parameters.get('realm'), registry)
    const service = parameters.get('service')
    if (service !== undefined) realm.searchParams.set('service', service)
    realm.searchParams.set('scope', parameters.get('scope') ?? `repository:${scope.repository}:${scope.access}`)
    const own = realm.origin === registry.origin
    const authorization = own ? await basic() : undefined
    if (!own && credentials !== undefined) {
      throw new UserError(
        `${registry.host} asks for its credentials to be sent to ${realm.host}. Credentials are sent only to the host they were issued for: configure that host as the registry, or use a registry that issues its own tokens.`
      )
    }
    const answer = await get(realm, authorization === undefined ? {} : { authorization })
    if (answer.status === 401 || answer.status === 403) {
      throw new UserError(
        `${realm.host} issued no token for ${scope.access} on ${scope.repository} (HTTP ${answer.status}). Check the registry's credentials.`
      )
    }
    const token = answer.status === 200 ? decodeToken(answer.body) : undefined
    if (token === undefined) {
      throw new RegistryFailure(`${realm.host} issued no token (HTTP ${answer.status}).`, {
        status: answer.status,
        again: answer.status >= 500 || answer.status === 429
      })
    }
    tokens.set(keyOf(scope), { token: token.value, until: clock.now() + token.life - EARLY })
    return `Bearer ${token.value}`
  }

  return {
    async header(scope) {
      const known = tokens.get(keyOf(scope))
      return known !== undefined && known.until > clock.now() ? `Bearer ${known.token}` : basic()
    },
    async answer(header, scope, sent) {
      const bearer = parseChallenges(header ?? '').find(challenge => challenge.scheme === 'bearer')
      // Basic credentials were sent with the first request already, so a Basic challenge means that they are wrong.
      if (bearer === undefined) return undefined
      // Uploads run side by side: those that are challenged together wait for one token, and who is challenged later takes what came meanwhile.
      const key = keyOf(scope)
      const known = tokens.get(key)
      if (known !== undefined && known.until > clock.now() && `Bearer ${known.token}` !== sent)
        return `Bearer ${known.token}`
      const token = underWay.get(key) ?? fetchToken(bearer.parameters, scope).finally(() => underWay.delete(key))
      underWay.set(key, token)
      return token
    }
  }
}

function keyOf(scope: Scope): string {
  return `${scope.repository} ${scope.access}`
}

function parseRealm(realm: string | undefined, registry: URL): URL {
  let url: URL
  try {
    url = new URL(realm ?? '')
  } catch (error: unknown) {
    throw new Failure(`${registry.host} requires a token but does not say where to get it.`, { cause: error })
  }
  if (url.protocol !== 'https:' && url.protocol !== registry.protocol) {
    throw new Failure(`${registry.host} requires a token from ${url.origin}, which is not encrypted.`)
  }
  return url
}

function decodeToken(body: string): { readonly value: string; readonly life: number } | undefined {
  let answer: { readonly token?: unknown; readonly access_token?: unknown; readonly expires_in?: unknown }
  try {
    answer = JSON.parse(body) as typeof answer
  } catch {
    return undefined
  }
  const value = answer.token ?? answer.access_token
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined
  return { value, life: typeof answer.expires_in === 'number' ? answer.expires_in * 1000 : DEFAULT_LIFE }
}
