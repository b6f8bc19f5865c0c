import { type Gate, gateChanges, type Protection, type Reviewer } from '@sluice/core'
import { membersOf, objectsIn } from './json.ts'
import { type Refusal, refuse, type Verdict } from './verdict.ts'

/**
 * Reads how a GitHub Environment is protected (`GET /repos/{owner}/{repo}/environments/{environment_name}`).
 * What GitHub does not say counts as unprotected: absent rules are no rules, and an unknown admin bypass is on, as it is by default.
 * @param environment the answer; anything but an environment (also 404's nothing) gives `undefined`.
 * @param branchPolicies the answer of `…/deployment-branch-policies`; without it a custom policy has no patterns.
 */
export function decodeProtection(environment: unknown, branchPolicies?: unknown): Protection | undefined {
  const { id, name, protection_rules, deployment_branch_policy, can_admins_bypass } = membersOf(environment)
  if (typeof id !== 'number' || typeof name !== 'string') return undefined
  const rules = objectsIn(protection_rules).filter(rule => rule['type'] === 'required_reviewers')
  const listed = rules.flatMap(rule => objectsIn(rule['reviewers'])).map(decodeReviewer)
  const reviewers = listed.filter(reviewer => reviewer !== undefined)
  const unseen = listed.length - reviewers.length
  const branchPolicy = decodeBranchPolicy(deployment_branch_policy)
  return {
    id,
    environment: name,
    reviewers: distinct(reviewers),
    ...(unseen === 0 ? {} : { unseenReviewers: unseen }),
    preventSelfReview: rules.some(rule => rule['prevent_self_review'] === true),
    adminBypass: can_admins_bypass !== false,
    branchPolicy,
    refs: branchPolicy === 'custom' ? decodeRefs(branchPolicies) : []
  }
}

function decodeReviewer(entry: Readonly<Record<string, unknown>>): Reviewer | undefined {
  const { id, login, slug } = membersOf(entry['reviewer'])
  const [type, name] = entry['type'] === 'Team' ? (['Team', slug] as const) : (['User', login] as const)
  return typeof id === 'number' && typeof name === 'string' ? { type, id: String(id), name } : undefined
}

/** Each once, in an order that does not depend on GitHub's. */
function distinct(reviewers: readonly Reviewer[]): readonly Reviewer[] {
  const byKey = new Map(reviewers.map(reviewer => [`${reviewer.type} ${reviewer.name} ${reviewer.id}`, reviewer]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reviewer]) => reviewer)
}

function decodeBranchPolicy(policy: unknown): Protection['branchPolicy'] {
  const { protected_branches, custom_branch_policies } = membersOf(policy)
  if (protected_branches === true) return 'protected'
  return custom_branch_policies === true ? 'custom' : 'none'
}

/** The patterns as full refs: a tag named like a branch must not pass for it. A policy without a type is of before there were others. */
function decodeRefs(branchPolicies: unknown): readonly string[] {
  const refs = objectsIn(membersOf(branchPolicies)['branch_policies']).map(
    ({ name, type }) => `refs/${type === 'tag' ? 'tags' : 'heads'}/${String(name)}`
  )
  return [...new Set(refs)].sort()
}

/** What the gate of an environment must be. */
export interface ExpectedGate {
  readonly environment: string
  readonly gate: Gate
  readonly level: 'development' | 'preproduction' | 'production'
  readonly allowAdminBypass: boolean
  readonly secondPerson?: 'none' | undefined
  /** In full; `*` is the only metacharacter. */
  readonly deliveryRefs: readonly string[]
}

/** What is wrong with a gate, and how to repair it. */
interface Fault {
  readonly fault: string
  readonly remedy: string
}

/**
 * Whether a GitHub Environment is a gate at all (promise 5). All faults are told at once, so that one visit to the settings is enough.
 *
 * Also a gate that asks nobody needs one that admits the delivery refs alone: with the environment's name in its token, a job of any other
 * branch would get the environment's roles.
 * @param protection `undefined`: it does not exist. GitHub would create it on first use, without protection.
 */
export function evaluateProtection(
  protection: Protection | undefined,
  expected: ExpectedGate
): Verdict<{ readonly protection: Protection }> {
  const { environment } = expected
  if (protection === undefined) {
    return refuse(
      'failed',
      `The gate of ${environment} is open: there is no GitHub Environment ${environment}.`,
      `Create it under Settings > Environments: ${restrict(expected)}${asksNobody(expected) ? '' : '; with required reviewers and "Prevent self-review", and without admin bypass'} (private repositories need ${asksNobody(expected) ? 'GitHub Pro, Team or Enterprise' : 'GitHub Enterprise'} for that).`
    )
  }
  if (protection.environment !== environment) {
    return refuse(
      'failed',
      `The gate of ${environment} cannot be checked: GitHub returned the environment ${protection.environment} instead.`,
      `Give both one name, letter by letter: AWS tells Production from production. Rename one in delivery.yml, or create the GitHub Environment ${environment}.`
    )
  }
  const faults = [...faultsOfRefs(protection, expected), ...faultsOfReviewers(protection, expected)]
  if (faults.length === 0) {
    const alone = protection.reviewers.length === 0 && expected.secondPerson === 'none'
    return { allowed: true, protection: alone ? { ...protection, secondPerson: 'none' } : protection }
  }
  return refuse(
    'failed',
    `The gate of ${environment} is open: ${faults.map(({ fault }) => fault).join('; ')}.`,
    `Under Settings > Environments > ${environment}: ${faults.map(({ remedy }) => remedy).join('; ')}.`
  )
}

/** Whether nobody is asked at a gate, by what delivery.yml says. */
function asksNobody({ gate, level, secondPerson }: ExpectedGate): boolean {
  return gate === 'continuous' || (gate === 'dispatch' && (level !== 'production' || secondPerson === 'none'))
}

/** Only what is a delivery ref, letter by letter: how GitHub would read another pattern is not judged here. */
function faultsOfRefs({ branchPolicy, refs }: Protection, expected: ExpectedGate): readonly Fault[] {
  const remedy = restrict(expected)
  switch (branchPolicy) {
    case 'none':
      return [{ fault: 'every branch may deploy to it', remedy }]
    case 'protected':
      return [{ fault: '"Protected branches only" lets every branch deploy while none is protected', remedy }]
    case 'custom': {
      const wanted = new Set(expected.deliveryRefs)
      const foreign = refs.filter(ref => !wanted.has(ref))
      const other = refs.filter(ref => /[?[\]{}\\]/.test(ref))
      const missing = [...wanted].filter(ref => !refs.includes(ref))
      if (foreign.length > 0)
        return [{ fault: `${foreign.join(', ')} may deploy to it, which delivery.yml does not name`, remedy }]
      if (other.length > 0)
        return [
          {
            fault: `${other.join(', ')} means more to GitHub than to delivery.yml`,
            remedy: 'use names, * and ** alone'
          }
        ]
      return missing.length === 0 ? [] : [{ fault: `${missing.join(', ')} may not deploy to it`, remedy }]
    }
  }
}

function restrict({ deliveryRefs }: ExpectedGate): string {
  const names = deliveryRefs.map(ref =>
    ref.startsWith('refs/tags/') ? `tag ${ref.slice('refs/tags/'.length)}` : `branch ${ref.slice('refs/heads/'.length)}`
  )
  return `restrict "Deployment branches and tags" to selected ones, exactly: ${names.join(', ')}`
}

function faultsOfReviewers(protection: Protection, expected: ExpectedGate): readonly Fault[] {
  const { gate, allowAdminBypass } = expected
  const faults: Fault[] = []
  const note = (wrong: boolean, fault: string, remedy: string): void => {
    if (wrong) faults.push({ fault, remedy })
  }
  const asked = protection.reviewers.length > 0
  if (gate === 'continuous') {
    // Whoever approved would have seen no plan.
    note(
      asked || (protection.unseenReviewers ?? 0) > 0,
      'it has reviewers, though a continuous gate asks no one',
      'remove the required reviewers'
    )
    return faults
  }
  const unseen = protection.unseenReviewers ?? 0
  note(
    !asked && unseen > 0,
    'GitHub names none of its reviewers: a team that was deleted, or that the token of this job may not see',
    'name reviewers that are there, people or a team that is visible'
  )
  note(
    !asked && unseen === 0 && !asksNobody(expected),
    gate === 'approval' ? 'it has no required reviewers' : 'it has no required reviewers, though it is production',
    `add required reviewers (private repositories need GitHub Enterprise for that)${
      gate === 'approval' ? '' : ', or set `secondPerson: none` for this environment in delivery.yml'
    }`
  )
  if (!asked && unseen === 0 && asksNobody(expected)) return faults
  note(
    asked && !protection.preventSelfReview,
    'who starts a delivery may approve it themselves',
    'turn on "Prevent self-review"'
  )
  note(
    protection.adminBypass && !allowAdminBypass,
    'administrators can bypass it',
    'turn off "Allow administrators to bypass configured protection rules", or set `adminBypass: allow` for this environment in delivery.yml'
  )
  return faults
}

/**
 * Whether a gate is the one that a plan was made for: who approved may have been made a reviewer for that one minute (promise 5).
 * @param planned as the plan was recorded with; absent where that was not recorded.
 */
export function evaluateSameGate(environment: string, planned: Protection | undefined, now: Protection): Verdict {
  const changes = planned === undefined ? ['how it was protected then was not recorded'] : gateChanges(planned, now)
  return changes.length === 0 ? { allowed: true } : refuseChangedGate(environment, changes)
}

/** Refuses a gate that is not the one of the plan. @param changes parts of a sentence. */
export function refuseChangedGate(environment: string, changes: readonly string[]): Refusal {
  return refuse(
    'failed',
    `The gate of ${environment} is not the one that the plan was made for: ${changes.join('; ')}.`,
    'Find out who changed it (audit log), then re-run all jobs for a new plan.'
  )
}
