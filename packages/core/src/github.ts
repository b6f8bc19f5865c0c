import type { Clock } from './clock.ts'
import { Failure, UserError } from './errors.ts'
import { asGitHubError, GitHubError } from './github-error.ts'
import type { Log } from './log.ts'
import { RateLimitWaits } from './rate-limit-waits.ts'
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
  graphql(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    options?: {
      /** False: a refusal for a rate limit is thrown at once, since what is asked does not stay true while somebody waits. */
      readonly waits: boolean
    }
  ): Promise<unknown>
  /** How long one call waits at most for rate limits, in milliseconds. */
  readonly patience: number
  /** GitHub's time, in milliseconds since the epoch, by the `Date` of its last answer (whole seconds); this machine's before the first one. */
  now(): number
}

export interface GitHubOptions {
  readonly token: string
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  /** Told of every wait for GitHub's rate limits, and how long it takes. */
  readonly log: Pick<Log, 'info'>
  /** For network faults. */
  readonly policy?: RetryPolicy
  /** How long one call waits at most for rate limits, in milliseconds; default {@link RATE_LIMIT_PATIENCE}. */
  readonly patience?: number
}

/** How long GitHub may take to begin an answer, in milliseconds. */
const FIRST_BYTE = 60_000

/** Long enough for most pauses that GitHub asks for, in milliseconds; not for an hour that a machine would cost. */
export const RATE_LIMIT_PATIENCE = 15 * 60_000

/**
 * A client for the GitHub that runs this job (`GITHUB_API_URL`), by Octokit. Reads are tried again on network faults and 5xx, writes only
 * where the caller says that they are repeatable. Rate limits are waited for, unless the caller says otherwise: GitHub did nothing of what was asked.
 */
export function githubClient(options: GitHubOptions): GitHub {
  const { token, env, clock, log, policy = networkRetry, patience = RATE_LIMIT_PATIENCE } = options
  if (token === '') throw new UserError('No GitHub token: pass `github-token: ${{ github.token }}`.')
  const base = parseTrustedUrl(env['GITHUB_API_URL'] ?? 'https://api.github.com', 'GITHUB_API_URL', ownGitHubHosts(env))
  let opened: Promise<Octokit> | undefined
  // What this machine's clock lags behind GitHub's: records carry the server's time, which the runner cannot choose.
  let lag = 0
  const now = (): number => clock.now() + lag
  const connect = async (): Promise<Octokit> => {
    const octokit = await openOctokit(token, base.href.replace(/\/$/, ''), userAgent(env))
    octokit.hook.after('request', answer => {
      const date = Date.parse(answer.headers.date ?? '')
      if (!Number.isNaN(date)) lag = date - clock.now()
    })
    return octokit
  }

  const call = async (
    { repeatable, waits = true }: { readonly repeatable: boolean; readonly waits?: boolean },
    request: (octokit: Octokit) => Promise<unknown>,
    what: string
  ): Promise<unknown> => {
    opened ??= connect()
    const octokit = await opened
    const ask = async (): Promise<unknown> =>
      retry(
        async () => {
          try {
            return await request(octokit)
          } catch (error: unknown) {
            throw asGitHubError(error, what, now())
          }
        },
        { policy, clock, retryable: error => error instanceof GitHubError && error.unsure && repeatable }
      )
    return waits ? waitForLimits(new RateLimitWaits({ clock, log, patience }), ask) : ask()
  }

  return {
    async get(path) {
      try {
        const answer = await call({ repeatable: true }, octokit => octokit.request(`GET ${path}`), `GET ${path}`)
        return (answer as { readonly data: unknown }).data
      } catch (error: unknown) {
        if (error instanceof GitHubError && error.status === 404) return undefined
        throw error
      }
    },
    async send(method, path, body, options) {
      const answer = await call(
        { repeatable: options?.repeatable === true },
        octokit => octokit.request(`${method} ${path}`, { ...(body as object | undefined) }),
        `${method} ${path}`
      )
      return (answer as { readonly data: unknown }).data
    },
    now,
    patience,
    async graphql(query, variables, options) {
      return call(
        { repeatable: !query.trimStart().startsWith('mutation'), ...options },
        octokit => octokit.graphql(query, { ...variables }),
        'GraphQL'
      )
    }
  }
}

/** Who calls: with the job, so that whoever counts calls can say where they come from. */
function userAgent(env: NodeJS.ProcessEnv): string {
  const job = env['GITHUB_JOB']?.replace(/[^\w-]/g, '') ?? ''
  return job === '' ? 'sluice' : `sluice (${job})`
}

/** What is used of the client that the toolkit makes. */
type Octokit = InstanceType<typeof import('@actions/github/lib/utils').GitHub>

/**
 * The toolkit's client. Loaded late: the toolkit reads the environment of the process, and the event, as soon as it is loaded.
 * Its `getOctokit` takes either its way through proxies or a deadline; here it is both.
 */
async function openOctokit(token: string, baseUrl: string, userAgent: string): Promise<Octokit> {
  const { GitHub, getOctokitOptions } = await import('@actions/github/lib/utils')
  const options = getOctokitOptions(token, { baseUrl, userAgent })
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

/** Does a call as often as it takes GitHub to let it through. @throws GitHubError when that would take longer than the caller waits. */
async function waitForLimits<T>(waits: RateLimitWaits, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error: unknown) {
      await waits.after(error)
    }
  }
}
