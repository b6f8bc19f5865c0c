import { Agent } from 'node:https'
import { type Clock, isLoopback, onOneLine, type RetryPolicy, retry, UserError } from '@sluice/core'
import { type Authenticator, authenticator, type RegistryCredentials, type Scope } from './auth.ts'
import { RegistryFailure } from './failure.ts'
import { exchange, type Outgoing, type RegistryAnswer } from './http-exchange.ts'
import { LONGEST_RETRY_AFTER, mayHelpAgain } from './retry.ts'
import type { Content } from './upload-content.ts'

/** One request to the registry. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** A path below the registry, or a `Location` that it gave. */
  readonly target: string
  readonly scope: Scope
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Content
  /** The statuses that are answers; all others are thrown. A redirect is followed unless it is listed. */
  readonly expect: readonly number[]
}

/** The way to one registry: authentication, redirects, deadlines and errors in one place. */
export interface Transport {
  readonly host: string
  send(request: RegistryRequest): Promise<RegistryAnswer>
  /** Runs an operation until it succeeds or trying again cannot help. It must be safe to repeat. */
  attempt<T>(operation: () => Promise<T>): Promise<T>
}

export interface TransportOptions {
  readonly registry: URL
  readonly credentials: (() => Promise<RegistryCredentials>) | undefined
  readonly clock: Clock
  readonly policy: RetryPolicy
  /** Milliseconds without any progress after which a transfer is given up. */
  readonly stallLimit: number
  /** `HTTPS_PROXY`, `NO_PROXY` and their like. */
  readonly proxy: NodeJS.ProcessEnv
}

const REDIRECTS = [301, 302, 303, 307, 308]
/** More in a row lead nowhere. */
const MOST_REDIRECTS = 5

/** Bytes that are read of an answer. */
const ERROR_LIMIT = 16 * 1024
const TOKEN_LIMIT = 1024 * 1024

/** Characters that are shown of a registry's own words. */
const REASON_LIMIT = 400

/** Opens the way to a registry; nothing is sent yet. */
export function openTransport(options: TransportOptions): Transport {
  const { registry, clock, policy, stallLimit, proxy } = options
  const agent = new Agent({ keepAlive: true, proxyEnv: proxy })
  const ask = async (url: URL, outgoing: Outgoing): Promise<RegistryAnswer> =>
    exchange(url, outgoing, stallLimit, agent)
  const auth: Authenticator = authenticator({
    registry,
    credentials: options.credentials,
    clock,
    async get(url, headers) {
      const answer = await ask(url, { method: 'GET', headers })
      return { status: answer.status, body: (await answer.read(TOKEN_LIMIT)).toString('utf8') }
    }
  })

  const follow = async (answer: RegistryAnswer, request: RegistryRequest, from: URL): Promise<RegistryAnswer> => {
    let current = answer
    let url = from
    for (let hop = 0; REDIRECTS.includes(current.status) && !request.expect.includes(current.status); hop++) {
      await current.discard()
      url = redirectTarget(current.header('location'), url, registry)
      if (hop === MOST_REDIRECTS || (request.method !== 'GET' && request.method !== 'HEAD')) {
        throw new RegistryFailure(`${registry.host} redirects ${request.method} ${from.pathname} to ${url.host}.`)
      }
      // No Authorization from here on, not even to the same host: the address itself is the permission (RFC 9110, section 15.4).
      current = await ask(url, { method: request.method, headers: { ...request.headers } })
    }
    return current
  }

  return {
    host: registry.host,
    async send(request) {
      const url = ownAddress(request.target, registry)
      const once = async (authorization: string | undefined): Promise<RegistryAnswer> =>
        ask(url, {
          method: request.method,
          headers: { ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
          ...(request.body === undefined ? {} : { body: request.body })
        })
      const sent = await auth.header(request.scope)
      let answer = await once(sent)
      if (answer.status === 401) {
        const challenge = answer.header('www-authenticate')
        const authorization = await auth.answer(challenge, request.scope, sent).catch(async (error: unknown) => {
          await answer.discard()
          throw error
        })
        if (authorization !== undefined) {
          await answer.discard()
          answer = await once(authorization)
        }
      }
      answer = await follow(answer, request, url)
      if (!request.expect.includes(answer.status)) throw await refusal(answer, request, registry)
      return answer
    },
    attempt: operation => retry(operation, { policy, clock, retryable: mayHelpAgain })
  }
}

function ownAddress(target: string, registry: URL): URL {
  let url: URL
  try {
    url = new URL(target, registry)
  } catch (error: unknown) {
    throw new RegistryFailure(`${registry.host} returned an invalid upload URL in its Location header.`, {
      cause: error
    })
  }
  if (url.origin === registry.origin) return url
  throw new RegistryFailure(
    `${registry.host} asks for an upload to ${url.origin}. Content is uploaded only to the registry's own origin, ${registry.origin}.`
  )
}

function redirectTarget(location: string | undefined, from: URL, registry: URL): URL {
  let url: URL
  try {
    url = new URL(location ?? '', from)
  } catch (error: unknown) {
    throw new RegistryFailure(`${registry.host} returned an invalid redirect URL.`, { cause: error })
  }
  const local = isLoopback(registry.hostname) && isLoopback(url.hostname) && url.protocol === 'http:'
  if (location === undefined || (url.protocol !== 'https:' && !local)) {
    throw new RegistryFailure(`${registry.host} redirects to ${url.origin}, which does not use https.`)
  }
  return url
}

async function refusal(answer: RegistryAnswer, request: RegistryRequest, registry: URL): Promise<Error> {
  const { status } = answer
  // What cannot be read of an error's body must not hide its status.
  const body = await answer.read(ERROR_LIMIT).catch(() => '')
  const reason = describeErrors(body.toString())
  const told = `HTTP ${status}${reason === '' ? '' : `, ${reason}`}`
  const what = `${registry.host} refused ${request.method} in ${request.scope.repository}: ${told}`
  if (status === 401 || status === 403) {
    return new UserError(
      `${what}. Check that the role or user may ${request.scope.access === 'pull' ? 'pull from' : 'push to'} this repository.`
    )
  }
  const wait = Number(answer.header('retry-after'))
  const again = status === 408 || status === 429 || status >= 500
  return new RegistryFailure(`${what}.`, {
    status,
    again: again && Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER) * 1000 : again
  })
}

/** The errors of an answer (distribution spec, "Error Codes"): from outside, so cut and on one line. */
function describeErrors(body: string): string {
  let errors: unknown
  try {
    errors = (JSON.parse(body) as { readonly errors?: unknown }).errors
  } catch {
    return ''
  }
  if (!Array.isArray(errors)) return ''
  const described = errors
    .map((error: unknown) => {
      const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }
      return [code, message].filter(part => typeof part === 'string').join(': ')
    })
    .join('; ')
  return onOneLine(described).slice(0, REASON_LIMIT)
}
