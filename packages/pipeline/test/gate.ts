import { ManualClock, type RunContext } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import { githubAnswers } from './github-answers.ts'
import { DELIVERY } from './hosted.ts'

/** A run, as its job sees it. */
export const RUN: RunContext = {
  repository: 'octo-org/shop',
  repositoryId: '1',
  runId: '5',
  attempt: 2,
  job: 'deploy',
  actor: { id: '7', login: 'author' },
  triggeringActor: 'author',
  sha: '1'.repeat(40),
  ref: 'refs/heads/main',
  event: 'push',
  workflow: 'deliver.yml',
  workflowSha: '1'.repeat(40),
  runner: 'github-hosted',
  serverUrl: 'https://github.com',
  workspace: '/nowhere',
  temp: '/nowhere'
}
const policy = parseDelivery(DELIVERY, 'delivery.yml')
const [integration, staging, fair] = policy.environments
if (integration === undefined || staging === undefined || fair === undefined)
  throw new Error('The sample has three environments.')

/** The environments of the sample: a continuous one, one that asks, and one that is started by hand. */
export const ENVIRONMENTS = { integration, staging, fair }

/** Where GitHub says how environments are protected. */
export const AT = '/repos/octo-org/shop/environments'
/** Below one of them: its branches. */
export const PATTERNS = 'deployment-branch-policies?per_page=100'
/** A gate that asks somebody, as GitHub says it. */
export const SOUND = {
  id: 501,
  name: 'staging',
  can_admins_bypass: false,
  protection_rules: [
    {
      type: 'required_reviewers',
      prevent_self_review: true,
      reviewers: [{ type: 'User', reviewer: { id: 8, login: 'approver' } }]
    }
  ],
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true }
}
/** One that asks nobody. */
export const NOBODY = { ...SOUND, protection_rules: [] }

/** Branches that may deploy. */
export function policies(...names: readonly string[]): unknown {
  return { total_count: names.length, branch_policies: names.map(name => ({ name, type: 'branch' })) }
}

/** A run of which GitHub says this. */
export function gateOf(answers: Readonly<Record<string, unknown>>, run: Partial<RunContext> = {}, now?: number) {
  return {
    clock: new ManualClock(),
    github: githubAnswers(answers, now),
    run: { ...RUN, ...run },
    repository: openRepository('/nowhere'),
    policy,
    defaultBranch: 'main'
  }
}
