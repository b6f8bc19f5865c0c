import type { Clock } from './clock.ts'
import { Failure, messageOf, UserError } from './errors.ts'
import { networkRetry, type RetryPolicy, retry } from './retry.ts'
import { ownGitHubHosts, parseTrustedUrl } from './trusted-hosts.ts'

/** GitHub's API, as narrow as Sluice needs it. Paths start with `/repos/…`; answers are decoded by the caller. */
export interface GitHub {
  /** GET; `undefined` for 404. */
  get(path: string): Promise<unknown>
  /** POST, PUT, PATCH or DELETE. */
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    options?: {
      /** Doing it twice is as good as once: it is tried again also when GitHub may have done it already. */
      readonly repeatable: boolean
    }
  ): Promise<unknown>
  /** A GraphQL query or mutation; its `data`. */
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>
  /** GitHub's time, in milliseconds since the epoch, by the `Date` of its last answer (whole seconds); this machine's before the first one. */
  now(): number
}

/** GitHub answered with an error. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError'
  /** HTTP status; 200 for errors inside a GraphQL answer. */
  readonly status: number
  /** GraphQL error types, e.g. `STALE_DATA`. */
  readonly types: readonly string[]

  constructor(message: string, status: number, types: readonly string[], cause: unknown) {
    super(message, { cause })
    this.status = status
    this.types = types
  }
}

export interface GitHubOptions {
  readonly token: string
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly policy?: RetryPolicy
}

/** How long GitHub may take to begin an answer, in milliseconds. */
const FIRST_BYTE = 60_000

/** How long one waits at most because GitHub asks for it (`retry-after`), in seconds. */
const LONGEST_RETRY_AFTER = 120

/**
 * A client for the GitHub that runs this job (`GITHUB_API_URL`), by Octokit. Reads are tried again on network faults, 5xx and rate limits;
 * writes only where GitHub did not take them (rate limits), unless the caller says that they are repeatable.
 */
export function githubClient(options: GitHubOptions): GitHub {
  const { token, env, clock, policy = networkRetry } = options
  if (token === '') throw new UserError('No GitHub token: pass `github-token: ${{ github.token }}`.')
  const base = parseTrustedUrl(env['GITHUB_API_URL'] ?? 'https://api.github.com', 'GITHUB_API_URL', ownGitHubHosts(env))
  let opened: Promise<Octokit> | undefined
  // What this machine's clock lags behind GitHub's: records carry the server's time, which the runner cannot choose.
  let lag = 0
  const connect = async (): Promise<Octokit> => {
    const octokit = await openOctokit(token, base.href.replace(/\/$/, ''))
    octokit.hook.after('request', answer => {
      const date = Date.parse(answer.headers.date ?? '')
      if (!Number.isNaN(date)) lag = date - clock.now()
    })
    return octokit
  }

  const call = async (
    repeatable: boolean,
    request: (octokit: Octokit) => Promise<unknown>,
    what: string
  ): Promise<unknown> => {
    opened ??= connect()
    const octokit = await opened
    return retry(
      async () => {
        try {
          return await request(octokit)
        } catch (error: unknown) {
          throw asGitHubError(error, what)
        }
      },
      { policy, clock, retryable: error => error instanceof GitHubError && waitFor(error, repeatable) }
    )
  }

  return {
    async get(path) {
      try {
        const answer = await call(true, octokit => octokit.request(`GET ${path}`), `GET ${path}`)
        return (answer as { readonly data: unknown }).data
      } catch (error: unknown) {
        if (error instanceof GitHubError && error.status === 404) return undefined
        throw error
      }
    },
    async send(method, path, body, options) {
      const answer = await call(
        options?.repeatable === true,
        octokit => octokit.request(`${method} ${path}`, { ...(body as object | undefined) }),
        `${method} ${path}`
      )
      return (answer as { readonly data: unknown }).data
    },
    now: () => clock.now() + lag,
    async graphql(query, variables) {
      return call(
        !query.trimStart().startsWith('mutation'),
        octokit => octokit.graphql(query, { ...variables }),
        'GraphQL'
      )
    }
  }
}

/** What is used of the client that the toolkit makes. */
type Octokit = InstanceType<typeof import('@actions/github/lib/utils').GitHub>

/**
 * The toolkit's client. Loaded late: the toolkit reads the environment of the process, and the event, as soon as it is loaded.
 * Its `getOctokit` takes either its way through proxies or a deadline; here it is both.
 */
async function openOctokit(token: string, baseUrl: string): Promise<Octokit> {
  const { GitHub, getOctokitOptions } = await import('@actions/github/lib/utils')
  const options = getOctokitOptions(token, { baseUrl, userAgent: 'sluice' })
  return new GitHub({ ...options, request: { fetch: withDeadline(await toolkitFetch()) } })
}

/** The `fetch` of the toolkit, which goes to GitHub through the proxies of the job (`HTTPS_PROXY`, `NO_PROXY`). */
export async function toolkitFetch(): Promise<typeof fetch> {
  const { defaults } = await import('@actions/github/lib/utils')
  return defaults.request?.['fetch'] as typeof fetch
}

/** A dead server is noticed; a body may take its time as long as bytes keep coming (undici's own idle limit applies). */
function withDeadline(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(new Failure(`no answer within ${FIRST_BYTE / 1000} s`)), FIRST_BYTE)
    try {
      return await send(input, { ...init, signal: controller.signal })
    } finally {
      clearTimeout(timer)
    }
  }
}

function waitFor(error: GitHubError, repeatable: boolean): boolean | number {
  const headers = (error.cause as { response?: { headers?: Record<string, string | undefined> } } | undefined)?.response
    ?.headers
  const after = Number(headers?.['retry-after'])
  if (error.status === 429 || (error.status === 403 && /rate limit/i.test(error.message))) {
    return Number.isFinite(after) && after > 0 ? Math.min(after, LONGEST_RETRY_AFTER) * 1000 : true
  }
  return repeatable && (error.status === 0 || error.status >= 500)
}

function asGitHubError(error: unknown, what: string): GitHubError {
  const status = (error as { readonly status?: unknown }).status
  const errors = (error as { readonly errors?: unknown }).errors
  const types = Array.isArray(errors) ? errors.map(entry => String((entry as { type?: unknown }).type ?? '')) : []
  const code = typeof status === 'number' ? status : Array.isArray(errors) ? 200 : 0
  const hint = code === 401 || code === 403 ? ' Check the token and the `permissions:` of the job.' : ''
  return new GitHubError(`GitHub, ${what}: ${messageOf(error)}${hint}`, code, types, error)
}
