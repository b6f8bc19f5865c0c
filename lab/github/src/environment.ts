import { type JsonObject, timestamp } from './json.ts'
import { apiUrl, type HostedRepository, htmlUrl } from './repository.ts'
import { nodeId, type Reviewer, reviewerJson } from './user.ts'

/** A pattern of refs that may deploy; a text: of branches. */
export type RefPattern = string | { readonly name: string; readonly type: 'branch' | 'tag' }

/** Which refs may deploy: protected branches, names by pattern, or any. */
export type BranchPolicy = 'protected' | 'none' | readonly RefPattern[]

/** How a GitHub Environment is protected. */
export interface EnvironmentSettings {
  readonly reviewers: readonly Reviewer[]
  readonly preventSelfReview: boolean
  /** GitHub's default is true. */
  readonly adminBypass: boolean
  readonly branchPolicy: BranchPolicy
}

/** What GitHub makes of a job that names an environment nobody has set up: one that stops nobody. */
export const UNPROTECTED: EnvironmentSettings = {
  reviewers: [],
  preventSelfReview: false,
  adminBypass: true,
  branchPolicy: 'none'
}

/** A GitHub Environment of a repository. */
export interface Environment {
  readonly id: number
  readonly name: string
  readonly settings: EnvironmentSettings
  readonly createdAt: number
  readonly updatedAt: number
}

/** What an environment is found by: GitHub does not look at the case of its name. */
export function environmentKey(name: string): string {
  return name.toLowerCase()
}

/** The members that every mention of an environment has. */
export function environmentReference(repository: HostedRepository, environment: Environment): JsonObject {
  return {
    id: environment.id,
    node_id: nodeId('Environment', environment.id),
    name: environment.name,
    url: `${apiUrl(repository)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `${htmlUrl(repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`
  }
}

/** An environment as approvals mention it. */
export function approvedEnvironmentJson(repository: HostedRepository, environment: Environment): JsonObject {
  return {
    ...environmentReference(repository, environment),
    created_at: timestamp(environment.createdAt),
    updated_at: timestamp(environment.updatedAt)
  }
}

/** An environment as GitHub's `environment`. */
export function environmentJson(repository: HostedRepository, environment: Environment): JsonObject {
  const { reviewers, preventSelfReview, adminBypass, branchPolicy } = environment.settings
  const rule = (type: string, offset: number): JsonObject => ({
    id: environment.id * 10 + offset,
    node_id: nodeId('Gate', environment.id * 10 + offset),
    type
  })
  return {
    ...approvedEnvironmentJson(repository, environment),
    can_admins_bypass: adminBypass,
    protection_rules: [
      ...(reviewers.length === 0
        ? []
        : [
            {
              ...rule('required_reviewers', 1),
              prevent_self_review: preventSelfReview,
              reviewers: reviewers.map(reviewer => reviewerJson(repository.site, reviewer))
            }
          ]),
      ...(branchPolicy === 'none' ? [] : [rule('branch_policy', 2)])
    ],
    deployment_branch_policy:
      branchPolicy === 'none'
        ? null
        : { protected_branches: branchPolicy === 'protected', custom_branch_policies: branchPolicy !== 'protected' }
  }
}

/** The patterns of refs that may deploy to an environment, as GitHub lists them: a page of them, and how many there are. */
export function branchPoliciesJson(
  environment: Environment,
  page: (list: readonly RefPattern[]) => readonly RefPattern[]
): JsonObject {
  const { branchPolicy } = environment.settings
  const patterns = typeof branchPolicy === 'string' ? [] : branchPolicy
  return {
    total_count: patterns.length,
    branch_policies: page(patterns).map((pattern, index) => ({
      id: environment.id * 100 + index,
      node_id: nodeId('GateBranchPolicy', environment.id * 100 + index),
      ...(typeof pattern === 'string' ? { name: pattern, type: 'branch' } : pattern)
    }))
  }
}
