import { createHash } from 'node:crypto'
import type { Clock, GitHub, Protection } from '@sluice/core'

/** Somebody on GitHub. */
export interface MemoryUser {
  readonly id: number
  readonly login: string
}

/** Who starts deliveries. */
export const AUTHOR: MemoryUser = { id: 7, login: 'author' }

/** Who reviews them. */
export const APPROVER: MemoryUser = { id: 8, login: 'approver' }

/** How {@link MemoryGitHub.protect} sets up `staging` unless told otherwise, as a record has it. */
export const PROTECTION: Protection = {
  id: 501,
  environment: 'staging',
  reviewers: [{ type: 'User', id: String(APPROVER.id), name: APPROVER.login }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

const EMAIL = { email: 'author@shop.example' }

/** GitHub's API as it answers one repository: what nobody put here is not there (404). */
export class MemoryGitHub implements GitHub {
  /** By path. */
  readonly answers = new Map<string, unknown>()
  readonly asked: string[] = []
  readonly patience = 0
  readonly #repository: string
  readonly #clock: Clock

  constructor(repository: string, clock: Clock) {
    this.#repository = `/repos/${repository}`
    this.#clock = clock
  }

  readonly get = async (path: string): Promise<unknown> => {
    this.asked.push(path)
    return this.answers.get(path) ?? this.#usual(path)
  }

  readonly send = async (method: string, path: string): Promise<never> => {
    throw new Error(`This test did not expect ${method} ${path}.`)
  }

  /** delivery.yml on the default branch as it is now, which jobs may have read earlier. */
  policy: { readonly commit: string; readonly text: string } | undefined

  readonly graphql = async (query: string): Promise<unknown> => {
    if (this.policy === undefined || !query.startsWith('query Policy('))
      throw new Error('This test did not expect a GraphQL query.')
    const { commit, text } = this.policy
    const oid = createHash('sha1')
      .update(`blob ${Buffer.byteLength(text)}\0${text}`)
      .digest('hex')
    return {
      repository: { defaultBranchRef: { name: 'main', target: { oid: commit, file: { object: { oid, text } } } } }
    }
  }

  readonly now = (): number => this.#clock.now()

  /** Every commit is the author's, and a ruleset demands review of every branch, unless a test puts another answer. */
  #usual(path: string): unknown {
    const commit = { author: AUTHOR, committer: AUTHOR, commit: { author: EMAIL, committer: EMAIL, message: 'change' } }
    if (path.startsWith(`${this.#repository}/compare/`)) return { total_commits: 1, commits: [commit] }
    if (path.startsWith(`${this.#repository}/branches/`)) return { protected: true, protection: { enabled: false } }
    if (path.startsWith(`${this.#repository}/rules/branches/`)) return this.#rulesOf(path)
    return path.startsWith(`${this.#repository}/commits/`) ? commit : undefined
  }

  /** A ruleset that demands review, unless a test lets no rule protect the branch. */
  #rulesOf(path: string): unknown {
    const branch = this.answers.get(path.replace('/rules/', '/').replace(/\?.*/, '')) as
      | { readonly protected?: boolean }
      | undefined
    if (branch?.protected === false) return []
    return [{ type: 'pull_request', parameters: { required_approving_review_count: 1 } }]
  }

  /** Sets up a GitHub Environment that asks nobody, and lets in the default branch alone. */
  restrict(environment: string): void {
    this.protect(environment, { protection_rules: [] })
  }

  /** Sets up a GitHub Environment that stops people; `changes` are members of GitHub's answer. */
  protect(environment: string, changes: object = {}): void {
    const path = `${this.#repository}/environments/${environment}`
    this.answers.set(`${path}/deployment-branch-policies?per_page=100`, {
      total_count: 1,
      branch_policies: [{ name: 'main', type: 'branch' }]
    })
    this.answers.set(path, {
      id: 501,
      name: environment,
      can_admins_bypass: false,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      protection_rules: [
        { type: 'required_reviewers', prevent_self_review: true, reviewers: [{ type: 'User', reviewer: APPROVER }] }
      ],
      ...changes
    })
  }

  /** Somebody answers at the gate of an environment, in a run. */
  answer(
    runId: string,
    environment: string,
    state: 'approved' | 'rejected',
    { user = APPROVER, comment = '' }: { readonly user?: MemoryUser; readonly comment?: string } = {}
  ): void {
    const path = `${this.#repository}/actions/runs/${runId}/approvals`
    const before = (this.answers.get(path) ?? []) as readonly unknown[]
    this.answers.set(path, [...before, { state, comment, user, environments: [{ name: environment }] }])
  }

  /** Says how the jobs of an attempt of a run, or of all, ended (`undefined`: they go on), by the names that GitHub shows. */
  setJobs(
    runId: string,
    jobs: Readonly<Record<string, string | undefined>>,
    attempt: number | 'all' = 1,
    startedAt?: string
  ): void {
    const shown = Object.entries(jobs).map(([name, conclusion]) => ({
      name,
      status: conclusion === undefined ? 'in_progress' : 'completed',
      conclusion: conclusion ?? null,
      ...(startedAt === undefined ? {} : { started_at: startedAt })
    }))
    const list = attempt === 'all' ? 'jobs?filter=all&' : `attempts/${attempt}/jobs?`
    this.answers.set(`${this.#repository}/actions/runs/${runId}/${list}per_page=100&page=1`, {
      total_count: shown.length,
      jobs: shown
    })
  }

  /** Says of a run that it goes on, or that it is over. */
  setRun(runId: string, status: 'in_progress' | 'completed', attempt = 1): void {
    this.answers.set(`${this.#repository}/actions/runs/${runId}`, { status, run_attempt: attempt })
  }
}
