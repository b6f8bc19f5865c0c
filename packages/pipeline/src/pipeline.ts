import {
  type AwsSession,
  awsTerms,
  type Clock,
  type GitHub,
  type LedgerPlace,
  type Log,
  type RecordDraft,
  type RunContext
} from '@sluice/core'
import { type Delivery, type Environment, environmentNamed, readDelivery, requireDeliveryRef } from '@sluice/delivery'
import { NO_BRANCH, type Repository, readPast } from '@sluice/git'
import { type AnchorReader, githubStore, type LedgerStore, rememberingStore } from '@sluice/ledger'
import { anchorsOf } from './anchors-of.ts'
import { fetchedOfJob, repositoryOfJob } from './fetched-of-job.ts'
import type { History } from './history.ts'
import { historyOf } from './history-of.ts'
import { noteJobBegan } from './job-budget.ts'
import { type OpsRegistry, openOpsRegistry } from './ops-registry.ts'
import { readingOwnWrites } from './own-writes.ts'
import { policiesOf, policyOrigins } from './policy-origins.ts'
import { type Policy, readPolicy, readPolicyNow } from './read-policy.ts'
import { rememberingAnchors } from './remembered-anchors.ts'
import { rememberingAnswers } from './remembered-answers.ts'
import { type RolePurpose, roleSessions } from './role-sessions.ts'
import { openVouching, type Vouching } from './vouching.ts'

/** What every action is started with. */
export interface PipelineOptions {
  readonly run: RunContext
  readonly github: GitHub
  /** What git shows GitHub, as `github` does. Absent: git fetches nothing, and GitHub's API is asked. */
  readonly token?: string
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly log: Log
  /** Path of delivery.yml in the repository. */
  readonly config: string
  /** Replaces the role that the action would assume by convention. */
  readonly roleToAssume?: string
  /** How far the ledger was when a job before this one wrote to it: it is not read as it was before. */
  readonly after?: LedgerPlace
}

/**
 * One delivery, put together from its parts: configuration, ledger, registry, and the sessions to reach AWS with.
 *
 * Topology, gates, trust and roles come from delivery.yml on the protected default branch as it is *now* (`policy`); what is built and
 * deployed comes from a commit (`at`). Nothing here talks to AWS until something is asked of it. Whoever is handed a delivery names the
 * parts that it uses (`Pick<Pipeline, …>`).
 */
export interface Pipeline extends Policy, OpsRegistry {
  readonly run: RunContext
  readonly github: GitHub
  readonly clock: Clock
  readonly log: Log
  readonly repository: Repository
  /** The configuration as of a commit: units, templates, runbooks. */
  at(commit: string): Promise<Delivery>
  /** @throws UserError naming the environments there are. */
  environment(name: string): Environment
  /** The environment that a release must have been accepted in before; absent for the first. */
  environmentBefore(name: string): Environment | undefined
  session(purpose: RolePurpose): AwsSession
  readonly ledger: LedgerStore
  readonly vouching: Vouching
  /** What the ledger must hold, said where nobody who pushes can take it back. Absent: nobody knows. */
  readonly anchors: AnchorReader | undefined
  /** The ledger as it was when it was first asked; only who waits for others looks again. */
  readonly history: History
  /** What every record of this run has in common. */
  draft(): Pick<RecordDraft, 'product' | 'actor' | 'policy' | 'run'>
}

/**
 * Opens the delivery of the repository that the job runs for.
 * @throws UserError for a configuration that does not hold, and for a run of a ref that nothing is delivered from.
 */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { run, env, clock, log, config, roleToAssume, after } = options
  const github = rememberingAnswers(options.github, clock)
  await noteJobBegan(run, clock)
  const terms = awsTerms(env, clock)
  const repository = repositoryOfJob(options)
  const { policy, policyFile, defaultBranch } = await readPolicy({ github, run, repository, config })
  // Whatever a step is asked for: what it decides and records would count as much as if a delivery had asked.
  requireDeliveryRef(policy, run.ref, defaultBranch)
  const session = roleSessions({ policy, run, env, terms, roleToAssume })
  const { branch } = policy.ledger
  const remembered = rememberingStore(
    githubStore({ github, repository: run.repository, branch }),
    fetchedOfJob(options, branch),
    branch
  )
  const ledger = readingOwnWrites(remembered, { branch, run, clock, log, after })
  // The checkout of a run that is not of the default branch does not have that.
  const past = policiesOf(
    async () => repository.directoryWith(policyFile.commit),
    policy,
    async directory => (await readPast(directory, policyFile.commit)) ?? NO_BRANCH
  )
  const readNow = async (): Promise<Policy> => readPolicyNow({ github, run, config })
  const origins = policyOrigins({ policy, policyFile, defaultBranch, past, readNow })
  const vouching = openVouching({ env, clock, policy, origins })
  const anchored = anchorsOf(policy, session)
  const anchors = anchored && rememberingAnchors(anchored, clock)
  return {
    run,
    github,
    clock,
    log,
    repository,
    policy,
    policyFile,
    defaultBranch,
    at: async commit => readDelivery(repository, commit, config),
    environment: name => environmentNamed(policy, name),
    environmentBefore: name => policy.environments[policy.environments.indexOf(environmentNamed(policy, name)) - 1],
    session,
    ...openOpsRegistry({ policy, run, clock, log, proxy: terms.proxy, session }),
    ledger,
    vouching,
    anchors,
    history: historyOf({ ledger, anchors, policy, run, vouching, clock, log }),
    draft: () => ({ product: policy.product, actor: run.actor, policy: policyFile, run: stampOf(run) })
  }
}

/** Which run a record comes from. */
function stampOf(run: RunContext): RecordDraft['run'] {
  const { repositoryId: repository, runId: id, sluice } = run
  const { attempt, job, ref, workflow, workflowSha, runner, triggeringActor } = run
  return {
    ...{ repository, id, attempt, job, ref, workflow, workflowSha, runner, triggeringActor },
    ...(sluice === undefined ? {} : { sluice })
  }
}
