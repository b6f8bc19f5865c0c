import { messageOf } from './errors.ts'
import { type RateLimit, rateLimitOf } from './github-rate-limit.ts'

/** GitHub answered with an error. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError'
  /** HTTP status; 200 for errors inside a GraphQL answer, 0 where there was no answer. */
  readonly status: number
  /** GraphQL error types, e.g. `STALE_DATA`. */
  readonly types: readonly string[]
  /** GitHub may have done all the same what was asked: the answer was lost, or says that something broke on the way. */
  readonly unsure: boolean
  /** Set where GitHub did nothing, and asks to come back later. */
  readonly rateLimit: RateLimit | undefined

  constructor(
    message: string,
    status: number,
    types: readonly string[],
    cause: unknown,
    more: { readonly unsure?: boolean; readonly rateLimit?: RateLimit | undefined } = {}
  ) {
    super(message, { cause })
    this.status = status
    this.types = types
    this.unsure = more.unsure ?? (status === 0 || status >= 500)
    this.rateLimit = more.rateLimit
  }
}

/** What Octokit's errors may carry; all of it is looked at with care. */
interface Thrown {
  readonly status?: unknown
  readonly errors?: unknown
  /** Of a GraphQL answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** Of a REST answer. */
  readonly response?: { readonly headers?: Readonly<Record<string, string>> }
}

/**
 * GraphQL answers 200 also where its servers broke or took too long, and gives no type then, only these words
 * (octokit/plugin-retry.js#395; github/docs, "Timeouts").
 */
const BROKEN = /something went wrong while executing|couldn't respond to your request in time/i

/** What GitHub says where the token may not do what was asked (recorded answers of REST and GraphQL). */
const NOT_ALLOWED = /not accessible by|must have|not authori[sz]ed|requires authentication|bad credentials|permission/i

/**
 * Octokit's error as Sluice's.
 * @param what the request, for people
 * @param now GitHub's time, as far as it is known without this answer
 */
export function asGitHubError(error: unknown, what: string, now: number): GitHubError {
  const { status, errors, response, headers = response?.headers ?? {} } = error as Thrown
  const list = Array.isArray(errors) ? (errors as readonly unknown[]) : undefined
  const types = (list ?? []).map(entry => String((entry as { readonly type?: unknown }).type ?? ''))
  const code = typeof status === 'number' ? status : list === undefined ? 0 : 200
  const message = messageOf(error)
  const date = Date.parse(headers['date'] ?? '')
  const rateLimit = rateLimitOf({ status: code, message, types, headers, now: Number.isNaN(date) ? now : date })
  const isBroken =
    code === 0 || code >= 500 || (code === 200 && types.every(type => type === '') && BROKEN.test(message))
  const isForbidden = code === 401 || types.includes('FORBIDDEN') || (code === 403 && NOT_ALLOWED.test(message))
  const hint = rateLimit === undefined && isForbidden ? ' Check the token and the `permissions:` of the job.' : ''
  return new GitHubError(`GitHub, ${what}: ${message}${hint}`, code, types, error, { unsure: isBroken, rateLimit })
}
