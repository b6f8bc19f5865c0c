import { type Clock, UserError } from '@sluice/core'
import { admitsBranch } from './branch-pattern.ts'
import { branchRulesOf } from './branch-rule.ts'
import { checkDecision, type Decision } from './decision.ts'
import { type EnvironmentSettings, environmentKey, UNPROTECTED } from './environment.ts'
import { Events } from './events.ts'
import { GitDirectory } from './git-directory.ts'
import { LateRefs } from './late-refs.ts'
import type { NewRepository } from './new-repository.ts'
import type { NewRun } from './new-run.ts'
import { HOURLY_LIMIT, type PauseWish, RateLimit } from './rate-limit.ts'
import { Refusal } from './refusal.ts'
import { fullName } from './repository.ts'
import type { Conclusion, JobReport, OpenGate, Run } from './run.ts'
import type { ServedRepository } from './served-repository.ts'
import { type IdTokenKey, newSecret, type Permissions, type Token, type TokenJob } from './token.ts'

/** Everything that the stand-in knows besides git: repositories, environments, runs, gates, tokens. */
export class Hub {
  readonly events = new Events()
  readonly clock: Clock
  readonly tokens = new Map<string, Token>()
  readonly limit: RateLimit
  readonly idTokenKeys = new Map<string, IdTokenKey>()
  /** Where the stand-in answers; known once it listens. */
  site = ''
  readonly #repositories = new Map<string, ServedRepository>()
  #lastId = 1000

  readonly #hideNewRefs: number

  /** @param hideNewRefs how long readers do not see a new ref, in milliseconds */
  constructor(clock: Clock, hideNewRefs = 0) {
    this.clock = clock
    this.limit = new RateLimit(clock)
    this.#hideNewRefs = hideNewRefs
  }

  get repositories(): readonly ServedRepository[] {
    return [...this.#repositories.values()]
  }

  /** The repository of that name (`owner/name`, in any case, as on GitHub). */
  repository(name: string): ServedRepository | undefined {
    return this.#repositories.get(name.toLowerCase())
  }

  addRepository(wanted: NewRepository): void {
    const repository: ServedRepository = {
      owner: { login: wanted.owner, id: wanted.ownerId ?? 1 },
      name: wanted.name,
      id: wanted.id,
      defaultBranch: wanted.defaultBranch,
      git: new GitDirectory(wanted.gitDirectory),
      createdAt: this.clock.now(),
      site: this.site,
      immutableSubject: wanted.immutableSubject ?? true,
      accounts: new Map(Object.entries(wanted.accounts ?? {}).map(([email, user]) => [email.toLowerCase(), user])),
      teams: new Map(Object.entries(wanted.teams ?? {})),
      classicBranches: new Set(wanted.classicBranches),
      branchRules: branchRulesOf(wanted),
      protectedTags: new Set(wanted.protectedTags),
      hourlyLimit: wanted.hourlyLimit ?? HOURLY_LIMIT,
      lateRefs: new LateRefs(this.clock, this.#hideNewRefs),
      environments: new Map(),
      runs: new Map()
    }
    const key = fullName(repository).toLowerCase()
    if (this.#repositories.has(key)) throw new UserError(`The repository ${fullName(repository)} is there already.`)
    this.#repositories.set(key, repository)
  }

  setEnvironment(repositoryName: string, name: string, settings: EnvironmentSettings): void {
    const { environments } = this.#known(repositoryName)
    const before = environments.get(environmentKey(name))
    const now = this.clock.now()
    environments.set(environmentKey(name), {
      id: before?.id ?? this.#newId(),
      name,
      settings,
      createdAt: before?.createdAt ?? now,
      updatedAt: now
    })
  }

  removeEnvironment(repositoryName: string, name: string): void {
    this.#known(repositoryName).environments.delete(environmentKey(name))
  }

  /** Requests of a repository are asked to pause. */
  pause(repositoryName: string, wish: PauseWish): void {
    this.limit.pause(this.#known(repositoryName), wish)
  }

  /** A token that belongs to no run: a person's, or an App's. */
  createToken(repositoryName: string, permissions: Permissions): string {
    const secret = newSecret('ghs')
    this.tokens.set(secret, { repository: this.#known(repositoryName), permissions })
    return secret
  }

  /** Starts a run, or another attempt of one. @returns its GITHUB_TOKEN */
  startRun(repositoryName: string, wanted: NewRun): string {
    const repository = this.#known(repositoryName)
    const now = this.clock.now()
    const before = repository.runs.get(wanted.id)
    if (before !== undefined) {
      if (before.conclusion === undefined) throw new UserError(`Run ${wanted.id} is not over yet.`)
      before.earlierJobs.push(...before.jobs.values())
      before.jobs.clear()
      before.attempt = wanted.attempt
      before.triggeringActor = wanted.actor
      before.startedAt = now
      before.updatedAt = now
      before.conclusion = undefined
    } else {
      repository.runs.set(wanted.id, {
        id: wanted.id,
        number: repository.runs.size + 1,
        attempt: wanted.attempt,
        actor: wanted.actor,
        triggeringActor: wanted.actor,
        headSha: wanted.headSha,
        headBranch: wanted.headBranch,
        event: wanted.event,
        workflow: wanted.workflow ?? { name: 'deliver', path: '.github/workflows/deliver.yml' },
        runner: wanted.runner ?? 'github-hosted',
        title: wanted.title ?? `${wanted.event} ${wanted.headBranch}`,
        createdAt: now,
        startedAt: now,
        updatedAt: now,
        conclusion: undefined,
        gates: new Map(),
        reviews: [],
        jobs: new Map(),
        earlierJobs: []
      })
    }
    return this.createToken(repositoryName, wanted.permissions ?? { actions: 'write', contents: 'write' })
  }

  /** A key to OIDC tokens, as a job with `id-token: write` gets it. */
  createIdTokenKey(repositoryName: string, runId: number, job: TokenJob): string {
    const secret = newSecret('idt')
    const run = this.#run(repositoryName, runId)
    this.idTokenKeys.set(secret, {
      repository: this.#known(repositoryName),
      run,
      environment: job.environment,
      jobWorkflowRef: job.jobWorkflowRef,
      jobWorkflowSha: job.jobWorkflowSha,
      checkRunId: (job.name === undefined ? undefined : run.jobs.get(job.name)?.id) ?? this.#newId()
    })
    return secret
  }

  /**
   * A job of the run names an environment. GitHub makes an environment that does not exist, and where nobody must review the job runs at once.
   * @throws Refusal when the branch policy of the environment does not let the run's ref in: GitHub fails the job before anybody is asked.
   */
  async openGate(repositoryName: string, runId: number, name: string): Promise<'waiting' | 'open'> {
    const repository = this.#known(repositoryName)
    const run = this.#run(repositoryName, runId)
    const key = environmentKey(name)
    if (!repository.environments.has(key)) this.setEnvironment(repositoryName, name, UNPROTECTED)
    const environment = repository.environments.get(key)
    if (environment !== undefined && !admitsBranch(environment.settings.branchPolicy, run.headBranch))
      throw new Refusal(
        422,
        `Branch "${run.headBranch}" is not allowed to deploy to ${environment.name} due to environment protection rules.`
      )
    if (environment === undefined || environment.settings.reviewers.length === 0) return 'open'
    if (run.gates.has(key)) return 'waiting'
    let close = (): void => undefined
    const closed = new Promise<void>(resolve => {
      close = resolve
    })
    run.gates.set(key, { environment, openedAt: this.clock.now(), closed, close })
    run.updatedAt = this.clock.now()
    await this.events.emit('waiting', { repository: fullName(repository), runId, environment: environment.name })
    return 'waiting'
  }

  /** @throws UserError when no gate is open there, or this user has no say. */
  decide(repositoryName: string, runId: number, name: string, decision: Decision): void {
    const run = this.#run(repositoryName, runId)
    const gate = run.gates.get(environmentKey(name))
    if (gate === undefined) throw new UserError(`Run ${runId} does not wait at ${name}.`)
    checkDecision(run, gate, decision)
    const { state, user, comment } = decision
    if (state !== 'bypassed') run.reviews.push({ environment: gate.environment, state, user, comment })
    this.#close(run, gate)
  }

  reportJob(repositoryName: string, runId: number, report: JobReport): void {
    const run = this.#run(repositoryName, runId)
    const before = run.jobs.get(report.name)
    const now = this.clock.now()
    run.jobs.set(report.name, {
      id: before?.id ?? this.#newId(),
      attempt: run.attempt,
      name: report.name,
      status: report.status,
      conclusion: report.conclusion,
      startedAt: before?.startedAt ?? now,
      completedAt: report.status === 'completed' ? now : undefined
    })
  }

  completeRun(repositoryName: string, runId: number, conclusion: Conclusion): void {
    this.#end(this.#run(repositoryName, runId), conclusion)
  }

  /** Cancels a run on somebody's request. @throws Refusal when it is over. */
  async cancel(repository: ServedRepository, run: Run): Promise<void> {
    if (run.conclusion !== undefined) throw new Refusal(409, 'Cannot cancel a workflow run that is completed.')
    this.#end(run, 'cancelled')
    await this.events.emit('cancelled', { repository: fullName(repository), runId: run.id })
  }

  #end(run: Run, conclusion: Conclusion): void {
    run.conclusion = conclusion
    run.updatedAt = this.clock.now()
    for (const gate of [...run.gates.values()]) this.#close(run, gate)
  }

  #close(run: Run, gate: OpenGate): void {
    run.gates.delete(environmentKey(gate.environment.name))
    run.updatedAt = this.clock.now()
    gate.close()
  }

  #known(name: string): ServedRepository {
    const repository = this.repository(name)
    if (repository === undefined) throw new UserError(`The stand-in has no repository ${name}.`)
    return repository
  }

  #run(repositoryName: string, id: number): Run {
    const run = this.#known(repositoryName).runs.get(id)
    if (run === undefined) throw new UserError(`${repositoryName} has no run ${id}.`)
    return run
  }

  #newId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}
