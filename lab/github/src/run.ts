import { parseCommit } from './commit.ts'
import { approvedEnvironmentJson, type Environment, environmentReference } from './environment.ts'
import type { Person } from './git-directory.ts'
import { type JsonObject, timestamp } from './json.ts'
import { apiUrl, type HostedRepository, htmlUrl, minimalRepositoryJson } from './repository.ts'
import { nodeId, reviewerJson, type User, userJson } from './user.ts'

/** What somebody answered at a gate. */
export interface Review {
  readonly environment: Environment
  readonly state: 'approved' | 'rejected'
  readonly user: User
  readonly comment: string
}

/** A run that waits for an answer at an environment. */
export interface OpenGate {
  readonly environment: Environment
  readonly openedAt: number
  /** Resolves when the run waits no longer: answered, bypassed, cancelled. */
  readonly closed: Promise<void>
  readonly close: () => void
}

/** A job of a run, as far as the run's owner reported it. */
export interface Job {
  readonly id: number
  /** Of the run that it was part of. */
  readonly attempt: number
  readonly name: string
  readonly status: 'queued' | 'in_progress' | 'completed' | 'waiting'
  readonly conclusion: Conclusion | undefined
  readonly startedAt: number
  readonly completedAt: number | undefined
}

/** What the owner of a run reports of one of its jobs. */
export interface JobReport {
  readonly name: string
  readonly status: Job['status']
  readonly conclusion?: Conclusion
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out'

/** A workflow run. */
export interface Run {
  readonly id: number
  readonly number: number
  readonly workflow: { readonly name: string; readonly path: string }
  readonly event: string
  readonly headSha: string
  readonly headBranch: string
  readonly title: string
  /** Whose machines run its jobs. */
  readonly runner: 'github-hosted' | 'self-hosted'
  readonly createdAt: number
  readonly gates: Map<string, OpenGate>
  /** Of all attempts: GitHub does not say which attempt a review was for. */
  readonly reviews: Review[]
  /** Of this attempt, by name. */
  readonly jobs: Map<string, Job>
  /** Of all attempts before. */
  readonly earlierJobs: Job[]
  /** Who started the first attempt. */
  readonly actor: User
  attempt: number
  /** Who started this attempt. */
  triggeringActor: User
  startedAt: number
  updatedAt: number
  conclusion: Conclusion | undefined
}

/** Where a run stands, in GitHub's words. */
export function statusOf(run: Run): 'waiting' | 'in_progress' | 'completed' {
  if (run.conclusion !== undefined) return 'completed'
  return run.gates.size > 0 ? 'waiting' : 'in_progress'
}

/** A run as GitHub's `workflow-run`. */
export async function runJson(repository: HostedRepository, run: Run): Promise<JsonObject> {
  const api = `${apiUrl(repository)}/actions/runs/${run.id}`
  const workflowId = 1
  return {
    id: run.id,
    node_id: nodeId('WorkflowRun', run.id),
    name: run.workflow.name,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: statusOf(run),
    conclusion: run.conclusion ?? null,
    workflow_id: workflowId,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    head_commit: await headCommitJson(repository, run.headSha),
    url: api,
    html_url: `${htmlUrl(repository)}/actions/runs/${run.id}`,
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    check_suite_url: `${apiUrl(repository)}/check-suites/${run.id}`,
    workflow_url: `${apiUrl(repository)}/actions/workflows/${workflowId}`,
    previous_attempt_url: run.attempt > 1 ? `${api}/attempts/${run.attempt - 1}` : null,
    pull_requests: [],
    referenced_workflows: [],
    actor: userJson(repository.site, run.actor),
    triggering_actor: userJson(repository.site, run.triggeringActor),
    created_at: timestamp(run.createdAt),
    run_started_at: timestamp(run.startedAt),
    updated_at: timestamp(run.updatedAt),
    repository: minimalRepositoryJson(repository),
    head_repository: minimalRepositoryJson(repository)
  }
}

async function headCommitJson(repository: HostedRepository, sha: string): Promise<JsonObject | null> {
  const object = await repository.git.commitOf(sha)
  if (object === undefined) return null
  const { tree, message, author, committer } = parseCommit(object)
  const person = ({ name, email }: Person): JsonObject => ({ name, email })
  return {
    id: object.oid,
    tree_id: tree,
    message,
    timestamp: timestamp(committer.time),
    author: person(author),
    committer: person(committer)
  }
}

/** The answers given at the run's gates, as GitHub's `environment-approvals`. */
export function approvalsJson(repository: HostedRepository, run: Run): readonly JsonObject[] {
  return run.reviews.map(review => ({
    environments: [approvedEnvironmentJson(repository, review.environment)],
    state: review.state,
    user: userJson(repository.site, review.user),
    comment: review.comment
  }))
}

/** The gates where the run waits, as GitHub's `pending-deployment`. */
export function pendingDeploymentsJson(repository: HostedRepository, run: Run): readonly JsonObject[] {
  return [...run.gates.values()].map(({ environment }) => ({
    environment: environmentReference(repository, environment),
    wait_timer: 0,
    wait_timer_started_at: null,
    // Never the run's own token.
    current_user_can_approve: false,
    reviewers: environment.settings.reviewers.map(reviewer => reviewerJson(repository.site, reviewer))
  }))
}

/** A job as GitHub's `job`. */
export function jobJson(repository: HostedRepository, run: Run, job: Job): JsonObject {
  const api = apiUrl(repository)
  return {
    id: job.id,
    node_id: nodeId('CheckRun', job.id),
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.workflow.name,
    name: job.name,
    status: job.status,
    conclusion: job.conclusion ?? null,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${htmlUrl(repository)}/actions/runs/${run.id}/job/${job.id}`,
    check_run_url: `${api}/check-runs/${job.id}`,
    created_at: timestamp(job.startedAt),
    started_at: timestamp(job.startedAt),
    completed_at: job.completedAt === undefined ? null : timestamp(job.completedAt),
    steps: [],
    labels: [],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null
  }
}
