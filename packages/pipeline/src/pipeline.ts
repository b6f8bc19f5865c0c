import {
  type AwsSession,
  assumeRole,
  bundleBucket,
  type Clock,
  checkAwsEndpoints,
  type Digest,
  decodeRelease,
  ecrHost,
  type GitHub,
  type Log,
  type RecordDraft,
  type Release,
  type RunContext,
  releaseId,
  releasesRepository,
  UserError
} from '@sluice/core'
import {
  accountNamed,
  type Delivery,
  deliveryRoles,
  type Environment,
  environmentNamed,
  parseDelivery
} from '@sluice/delivery'
import { openRepository, type Repository } from '@sluice/git'
import { githubStore, type LedgerStore } from '@sluice/ledger'
import {
  type BundleStore,
  bundleStore,
  connectRegistry,
  ecrCredentials,
  ensureRepository,
  type Registry
} from '@sluice/registry'

/** What every action is started with. */
export interface PipelineOptions {
  readonly run: RunContext
  readonly github: GitHub
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly log: Log
  /** Path of delivery.yml in the repository. */
  readonly config: string
  /** Replaces the role that the action would assume by convention. */
  readonly roleToAssume?: string
}

/** Whose hands a call is in: a role of design section 6, by what it may do. */
export type RolePurpose =
  | 'push'
  | 'pull'
  | { readonly environment: string; readonly may: 'plan' | 'deploy' | 'promote' }

/**
 * One delivery, put together from its parts: configuration, ledger, registry, and the sessions to reach AWS with.
 *
 * Topology, gates, trust and roles come from delivery.yml on the protected default branch as it is *now* (`policy`); what is built and
 * deployed comes from a commit (`at`). Nothing here talks to AWS until something is asked of it.
 */
export interface Pipeline {
  readonly run: RunContext
  readonly github: GitHub
  readonly clock: Clock
  readonly log: Log
  readonly repository: Repository
  readonly policy: Delivery
  readonly defaultBranch: string
  /** The configuration as of a commit: units, templates, run-books. */
  at(commit: string): Promise<Delivery>
  /** @throws UserError naming the environments there are. */
  environment(name: string): Environment
  /** The environment that a release must have been accepted in before; absent for the first. */
  environmentBefore(name: string): Environment | undefined
  /** @param main whether `role-to-assume` replaces this role. */
  session(purpose: RolePurpose, main: boolean): AwsSession
  /** Host (and port) of the ops registry, as image references name it. */
  readonly registryHost: string
  registry(purpose: RolePurpose): Registry
  /** Makes a repository of the ops registry where that must be done before the first push: in ECR. */
  prepareRepository(name: string): Promise<void>
  bundles(purpose: RolePurpose): BundleStore
  /** The release document that a digest names, checked against it. */
  release(digest: Digest): Promise<Release>
  readonly ledger: LedgerStore
  /** The account whose ledger key signs records of an environment; of none: of builds and releases. */
  signingAccount(environment: string | undefined): string
  /** What every record of this run has in common. */
  draft(): Pick<RecordDraft, 'product' | 'actor' | 'run'>
}

/** Opens the delivery of the repository that the job runs for. @throws UserError for a configuration that does not hold. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { run, github, env, clock, log, config } = options
  checkAwsEndpoints(env)
  const repository = openRepository(run.workspace)
  const defaultBranch = await readDefaultBranch(github, run)
  const policy = parseDelivery(await readFileAt(github, run, config, defaultBranch), config)
  const roles = deliveryRoles(policy)
  const registryAccount = accountNamed(policy, policy.registry.account)

  const sessions = new Map<string, AwsSession>()
  const session = (purpose: RolePurpose, main: boolean): AwsSession => {
    const conventional =
      purpose === 'push' || purpose === 'pull' ? roles[purpose] : roles.environment(purpose.environment)[purpose.may]
    const roleArn = main && options.roleToAssume !== undefined ? options.roleToAssume : conventional.arn
    const known = sessions.get(roleArn)
    if (known !== undefined) return known
    const made = assumeRole({
      roleArn,
      region: conventional.region,
      sessionName: `sluice-${run.runId}-${run.attempt}-${policy.product}`,
      env
    })
    sessions.set(roleArn, made)
    return made
  }

  const ownHost = ecrHost(registryAccount.id, registryAccount.region)
  const host = policy.registry.host ?? ownHost
  const registries = new Map<AwsSession | undefined, Registry>()
  const registry = (purpose: RolePurpose): Registry => {
    // A registry on this machine has no ECR token to be asked for.
    const as = host === ownHost ? session(purpose, true) : undefined
    const known = registries.get(as)
    if (known !== undefined) return known
    const made = connectRegistry({
      host,
      clock,
      ...(as === undefined ? {} : { credentials: ecrCredentials(as, registryAccount.id) })
    })
    registries.set(as, made)
    return made
  }

  return {
    run,
    github,
    clock,
    log,
    repository,
    policy,
    defaultBranch,
    async at(commit) {
      const bytes = await repository.fileAt(commit, config)
      if (bytes === undefined) throw new UserError(`${config} does not exist in commit ${commit}.`)
      return parseDelivery(bytes.toString('utf8'), config)
    },
    environment: name => environmentNamed(policy, name),
    environmentBefore: name => policy.environments[policy.environments.indexOf(environmentNamed(policy, name)) - 1],
    session,
    registryHost: host,
    registry,
    async prepareRepository(name) {
      if (host !== ownHost) return
      const { created, guarded } = await ensureRepository(session('push', true), registryAccount.id, name)
      if (created) log.info(`Made the ECR repository ${name}.`)
      if (!guarded)
        log.warning(
          `The ECR repository ${name} lets tags move. Set its mutability to IMMUTABLE_WITH_EXCLUSION for env-* and prev-*.`
        )
    },
    bundles: purpose =>
      bundleStore({
        session: session(purpose, true),
        bucket: bundleBucket(policy.product, registryAccount.id),
        owner: registryAccount.id
      }),
    async release(digest) {
      const bytes = await registry('pull').getDocument(releasesRepository(policy.product), digest)
      if (bytes === undefined) {
        throw new UserError(
          `Release ${digest} (${releaseId(digest)}) is not in the ops registry. Check the digest, or deliver its commit again.`
        )
      }
      const release = decodeRelease(bytes, digest, policy.product)
      if (release.repository !== run.repositoryId) {
        throw new UserError(
          `Release ${digest} was made in repository ${release.repository}, not in this one (${run.repositoryId}).`
        )
      }
      return release
    },
    ledger: githubStore({ github, repository: run.repository, branch: policy.ledger.branch }),
    signingAccount: name => (name === undefined ? policy.registry.account : environmentNamed(policy, name).account),
    draft: () => ({
      product: policy.product,
      actor: run.actor,
      run: {
        repository: run.repositoryId,
        id: run.runId,
        attempt: run.attempt,
        job: run.job,
        ref: run.ref,
        workflow: run.workflow,
        workflowSha: run.workflowSha,
        runner: run.runner
      }
    })
  }
}

async function readDefaultBranch(github: GitHub, run: RunContext): Promise<string> {
  const answer = await github.get(`/repos/${run.repository}`)
  const branch = (answer as { readonly default_branch?: unknown } | undefined)?.default_branch
  if (typeof branch !== 'string') {
    throw new UserError(
      `GitHub does not show ${run.repository} to this job's token. Grant the job:\n  permissions:\n    contents: read`
    )
  }
  return branch
}

async function readFileAt(github: GitHub, run: RunContext, path: string, ref: string): Promise<string> {
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  const answer = await github.get(`/repos/${run.repository}/contents/${escaped}?ref=${encodeURIComponent(ref)}`)
  const content = (answer as { readonly content?: unknown } | undefined)?.content
  if (typeof content !== 'string') {
    throw new UserError(
      `${path} is not on the default branch (${ref}) of ${run.repository}. Put it there, or name its place with the input config.`
    )
  }
  return Buffer.from(content, 'base64').toString('utf8')
}
