import type { Protection } from '@sluice/core'
import { listOf, membersOf } from './json.ts'
import { refuse, type Verdict } from './verdict.ts'

/** Branch or tag patterns that let everything through; `*` stops at a slash, but anybody can name a branch without one. */
const CATCH_ALL: ReadonlySet<unknown> = new Set(['*', '**', '**/*', '*/**'])

/**
 * Reads how a GitHub Environment is protected (`GET /repos/{owner}/{repo}/environments/{environment_name}`).
 * What GitHub does not say counts as unprotected: absent rules are no rules, and an unknown admin bypass is on, as it is by default.
 * @param environment the answer; anything but an environment (also 404's nothing) gives `undefined`.
 * @param branchPolicies the answer of `…/deployment-branch-policies`; without it custom patterns are taken to restrict something.
 */
export function decodeProtection(environment: unknown, branchPolicies?: unknown): Protection | undefined {
  const { name, protection_rules, deployment_branch_policy, can_admins_bypass } = membersOf(environment)
  if (typeof name !== 'string') return undefined
  const rules = listOf(protection_rules).filter(rule => rule['type'] === 'required_reviewers')
  const reviewers = rules.flatMap(rule => listOf(rule['reviewers'])).map(reviewerName)
  return {
    environment: name,
    reviewers: [...new Set(reviewers.filter(reviewer => reviewer !== undefined))].sort(),
    preventSelfReview: rules.some(rule => rule['prevent_self_review'] === true),
    adminBypass: can_admins_bypass !== false,
    branchPolicy: decodeBranchPolicy(deployment_branch_policy, branchPolicies)
  }
}

function reviewerName(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { login, slug } = membersOf(entry['reviewer'])
  if (entry['type'] === 'Team') return typeof slug === 'string' ? `team:${slug}` : undefined
  return typeof login === 'string' ? login : undefined
}

function decodeBranchPolicy(policy: unknown, branchPolicies: unknown): Protection['branchPolicy'] {
  const { protected_branches, custom_branch_policies } = membersOf(policy)
  if (protected_branches === true) return 'protected'
  if (custom_branch_policies !== true) return 'none'
  const patterns = listOf(membersOf(branchPolicies)['branch_policies']).map(({ name }) => name)
  return patterns.some(pattern => CATCH_ALL.has(pattern)) ? 'none' : 'custom'
}

/**
 * Whether a GitHub Environment is a gate at all (promise 5). All faults are told at once, so that one visit to the settings is enough.
 * @param protection `undefined`: it does not exist. GitHub would create it on first use, without protection.
 */
export function evaluateProtection(
  protection: Protection | undefined,
  expected: { readonly environment: string; readonly allowAdminBypass: boolean }
): Verdict<{ readonly protection: Protection }> {
  const { environment, allowAdminBypass } = expected
  if (protection === undefined) {
    return refuse(
      'failed',
      `The gate of ${environment} is open: there is no GitHub Environment ${environment}.`,
      `Create it under Settings > Environments, with required reviewers and a deployment branch policy, and without admin bypass.`
    )
  }
  if (protection.environment.toLowerCase() !== environment.toLowerCase()) {
    return refuse(
      'failed',
      `The gate of ${environment} cannot be checked: GitHub returned the environment ${protection.environment} instead.`,
      'Re-run the job; if it happens again, compare delivery.yml with Settings > Environments.'
    )
  }
  const faults: string[] = []
  const remedies: string[] = []
  if (protection.reviewers.length === 0) {
    faults.push('it has no required reviewers')
    remedies.push('add required reviewers (private repositories need GitHub Enterprise for that)')
  }
  if (protection.branchPolicy === 'none') {
    faults.push('every branch may deploy to it')
    remedies.push('restrict deployment branches to protected branches, or to patterns that name your delivery refs')
  }
  if (protection.adminBypass && !allowAdminBypass) {
    faults.push('administrators can bypass it')
    remedies.push(
      'turn off "Allow administrators to bypass configured protection rules", or set `adminBypass: allow` for this environment in delivery.yml'
    )
  }
  if (faults.length === 0) return { allowed: true, protection }
  return refuse(
    'failed',
    `The gate of ${environment} is open: ${faults.join('; ')}.`,
    `Under Settings > Environments > ${environment}: ${remedies.join('; ')}.`
  )
}
