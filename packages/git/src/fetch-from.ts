import { type Clock, Failure, messageOf, networkRetry, onOneLine, type RetryPolicy, retry } from '@sluice/core'
import { runOwnGit } from './own-git.ts'

/** A repository on a server, and the key to it. */
export interface Remote {
  /** `https://…`; `http://` for this machine alone. */
  readonly url: string
  readonly token: string
}

/** How long a server is waited for, and how often it is asked. */
export interface FetchTerms {
  readonly clock: Clock
  readonly policy?: RetryPolicy
  /** How long one fetch may take, in milliseconds. */
  readonly deadline?: number
  /** How long a server may say next to nothing, in seconds. */
  readonly silence?: number
}

/**
 * What a fetch leaves out of what it was not told by name: folders and files, or files. GitHub admits no finer ones: of `tree:<depth>` it says that it
 * "allows max depth 0", of `combine:` that it is "not supported".
 */
export const LEFT_OUT = { all: '--filter=tree:0', files: '--filter=blob:none' } as const

/** A fetch may take long itself: it is not begun anew much later than the first one. */
const POLICY: RetryPolicy = { ...networkRetry, attempts: 3, within: 20_000 }
const DEADLINE = 60_000
const SILENCE = 15

/** Bytes a second, of which less is silence. */
const NEXT_TO_NOTHING = 100

/** A fetch that failed. */
class FetchFailure extends Failure {
  /** Whether it may go well the next time. */
  readonly mayPass: boolean

  constructor(message: string, mayPass: boolean, cause?: unknown) {
    super(message, { cause })
    this.mayPass = mayPass
  }
}

/**
 * Fetches from a server into a repository of our own, which asks it for what is left out only when it is told to. What was fetched is named by its content,
 * and git checks that; only which commit a ref names is the server's word.
 * @returns false where the server has no such ref.
 * @throws Failure when it cannot be fetched.
 */
export async function fetchFrom(
  remote: Remote,
  directory: string,
  { options, what, isPartial = true }: FetchRequest,
  { clock, policy = POLICY, deadline = DEADLINE, silence = SILENCE }: FetchTerms
): Promise<boolean> {
  const args = ['fetch', '--quiet', '--no-tags', '--recurse-submodules=no', ...options, '--stdin', 'origin']
  const attempt = async (): Promise<boolean> => {
    const { code, stderr } = await runOwnGit([`--git-dir=${directory}`], args, {
      ...{ input: what.map(it => `${it}\n`).join(''), deadline },
      remedy: 'Try again, or look at githubstatus.com.',
      settings: { ...settingsOf(remote, silence), ...(isPartial ? PROMISED : {}) },
      protocol: remote.url.startsWith('http://') ? 'http' : 'https'
    }).catch((error: unknown) => {
      throw new FetchFailure(messageOf(error), true, error)
    })
    if (code === 0) return true
    if (/couldn't find remote ref/.test(stderr)) return false
    throw new FetchFailure(`git could not fetch from ${remote.url}: ${firstReason(stderr)}`, !isRefusal(stderr))
  }
  return retry(attempt, { policy, clock, retryable: error => error instanceof FetchFailure && error.mayPass })
}

/** What is fetched, as `git fetch` takes it. */
interface FetchRequest {
  readonly options: readonly string[]
  /** Refs, or names of objects. */
  readonly what: readonly string[]
  /** Whether something is left out. Default: it is. */
  readonly isPartial?: boolean
}

/** What is missing is promised: nothing is said of it. What is here says nothing of what lies below it, so nothing is told to be here. */
const PROMISED = { 'remote.origin.promisor': 'true', 'fetch.negotiationAlgorithm': 'noop' }

function settingsOf({ url, token }: Remote, silence: number): Readonly<Record<string, string>> {
  const key = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    'remote.origin.url': url,
    'protocol.version': '2',
    [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: Basic ${key}`,
    // The key is for this server.
    'http.followRedirects': 'false',
    'http.lowSpeedLimit': String(NEXT_TO_NOTHING),
    'http.lowSpeedTime': String(silence)
  }
}

/** Whether a server refused; everything else may be different the next time, also that it was too busy (408, 429). */
function isRefusal(stderr: string): boolean {
  return /could not read (?:Username|Password)|Authentication failed|returned error: 4(?!08|29)\d\d|repository '.*' not found|not our ref|filter .* not supported/.test(
    stderr
  )
}

/** Why git failed, in its own words, without what came before. */
function firstReason(stderr: string): string {
  const lines = stderr.trim().split('\n')
  return onOneLine(lines.find(line => line.startsWith('fatal:')) ?? lines[0] ?? '').slice(0, 500)
}
