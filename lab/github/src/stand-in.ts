import { once } from 'node:events'
import { type Clock, Failure, type Log, type RecordDraft, systemClock } from '@sluice/core'
import type { Decision } from './decision.ts'
import type { EnvironmentSettings } from './environment.ts'
import type { ApiCall, GitHubEvents } from './events.ts'
import { Hub } from './hub.ts'
import type { NewRepository } from './new-repository.ts'
import type { NewRun } from './new-run.ts'
import { OidcIssuer } from './oidc.ts'
import type { PauseWish } from './rate-limit.ts'
import type { Conclusion, JobReport } from './run.ts'
import { githubServer } from './server.ts'
import type { Permissions, TokenJob } from './token.ts'
import { type LabVoucher, voucherOf } from './voucher.ts'

export interface GitHubOptions {
  readonly clock?: Clock
  readonly log?: Pick<Log, 'debug' | 'warning'>
  /** How often an answer that waiting for a decision gives a sign of life, in milliseconds. */
  readonly keepAlive?: number
  /** How long readers do not see a ref that was made through the API, in milliseconds; default: they see it at once. */
  readonly hideNewRefs?: number
}

/**
 * A stand-in for GitHub on loopback, for what no third-party server covers: approvals, environments, runs, OIDC, and commits through the API.
 * Repositories are real bare git repositories; every answer is checked against GitHub's published schemas before it is sent.
 */
export interface GitHubStandIn {
  /** For GITHUB_API_URL and GITHUB_SERVER_URL; GraphQL is at `/graphql`, the OIDC issuer is this address itself. */
  readonly url: string
  /** For ACTIONS_ID_TOKEN_REQUEST_URL; `&environment=<name>` and `&job_workflow_ref=<owner/name/path@ref>` can be added. */
  readonly idTokenUrl: string
  /** Requests so far, by `<method> <path>`. */
  readonly requests: ReadonlyMap<string, number>
  /** Calls of the API so far, in the order they came; requests for OIDC tokens are none. */
  readonly calls: readonly ApiCall[]
  /** Where the stand-in could not answer as GitHub would. Not empty: whatever was tested with it proves nothing. */
  readonly defects: readonly string[]
  addRepository(repository: NewRepository): void
  /** The next requests of a repository are turned away by a secondary rate limit. */
  pause(repository: string, wish: PauseWish): void
  setEnvironment(repository: string, name: string, settings: EnvironmentSettings): void
  removeEnvironment(repository: string, name: string): void
  createToken(repository: string, permissions: Permissions): string
  startRun(repository: string, run: NewRun): { readonly token: string; readonly idToken: string }
  /** The key (ACTIONS_ID_TOKEN_REQUEST_TOKEN) of one job of a run. */
  idToken(repository: string, runId: number, job: TokenJob): string
  /** Replaces the key that tokens are signed with. */
  replaceIssuerKey(): void
  /** What GitHub would say of a record if its job had run: for records that no job wrote. @param issuer another one's name, if the tests need it */
  voucher(draft: RecordDraft, issuer?: string): LabVoucher
  reportJob(repository: string, runId: number, job: JobReport): void
  openGate(repository: string, runId: number, environment: string): Promise<'waiting' | 'open'>
  decide(repository: string, runId: number, environment: string, decision: Decision): void
  completeRun(repository: string, runId: number, conclusion: Conclusion): void
  /** Returns what takes the listener off again. */
  on<K extends keyof GitHubEvents>(name: K, listener: (event: GitHubEvents[K]) => void | Promise<void>): () => void
  stop(): Promise<void>
}

/** How long a connection may be idle, in milliseconds. */
const KEEP_ALIVE = 3_000

/** Starts the stand-in on a free port of loopback. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const {
    clock = systemClock,
    log = { debug: () => undefined, warning: () => undefined },
    keepAlive = KEEP_ALIVE,
    hideNewRefs = 0
  } = options
  const hub = new Hub(clock, hideNewRefs)
  const defects: string[] = []
  const requests = new Map<string, number>()
  hub.events.on('request', ({ method, path }) => {
    const key = `${method} ${path}`
    requests.set(key, (requests.get(key) ?? 0) + 1)
  })
  const calls: ApiCall[] = []
  hub.events.on('call', call => {
    calls.push(call)
  })
  const issuer = new OidcIssuer(clock)
  const onDefect = (defect: string): void => {
    defects.push(defect)
    log.warning(defect)
  }
  const server = githubServer({ hub, issuer, log, keepAlive, onDefect })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Failure('The stand-in for GitHub has no port.')
  hub.site = `http://127.0.0.1:${address.port}`
  return {
    url: hub.site,
    idTokenUrl: `${hub.site}/oidc/token?api-version=2.0`,
    requests,
    calls,
    defects,
    pause: (repository, wish) => hub.pause(repository, wish),
    addRepository: repository => hub.addRepository(repository),
    setEnvironment: (repository, name, settings) => hub.setEnvironment(repository, name, settings),
    removeEnvironment: (repository, name) => hub.removeEnvironment(repository, name),
    createToken: (repository, permissions) => hub.createToken(repository, permissions),
    startRun: (repository, run) => ({
      token: hub.startRun(repository, run),
      idToken: hub.createIdTokenKey(repository, run.id, {})
    }),
    replaceIssuerKey: () => issuer.replaceKey(),
    voucher: (draft, name = hub.site) => voucherOf(draft, issuer, name),
    idToken: (repository, runId, job) => hub.createIdTokenKey(repository, runId, job),
    reportJob: (repository, runId, job) => hub.reportJob(repository, runId, job),
    openGate: async (repository, runId, environment) => hub.openGate(repository, runId, environment),
    decide: (repository, runId, environment, decision) => hub.decide(repository, runId, environment, decision),
    completeRun: (repository, runId, conclusion) => hub.completeRun(repository, runId, conclusion),
    on: (name, listener) => hub.events.on(name, listener),
    async stop() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
      await Promise.all(hub.repositories.map(async repository => repository.git.close()))
    }
  }
}
