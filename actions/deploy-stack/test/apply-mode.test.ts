import { describe, expect, it } from '@jest/globals'
import { awsTerms, type Log, ManualClock, type Plan, readRunContext, sha256 } from '@sluice/core'
import { environmentNamed, parseDelivery } from '@sluice/delivery'
import { STOREFRONT, toolkitContext } from '@sluice-lab/samples'
import { applyPlan } from '../src/apply-mode.ts'
import type { Target } from '../src/target.ts'

/** Stands for everything that only happens once something is carried out. */
const touched = (): never => {
  throw new Error('something was touched')
}

const policy = parseDelivery(STOREFRONT, 'delivery.yml')
const production = environmentNamed(policy, 'production')
const log: Log = {
  info: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  untrusted: touched,
  group: touched
}
const variables = {
  GITHUB_REPOSITORY: 'octo-shop/storefront',
  GITHUB_REPOSITORY_ID: '22',
  GITHUB_RUN_ID: '1',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTOR: 'author',
  GITHUB_SHA: '1'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_WORKSPACE: '/',
  RUNNER_TEMP: '/'
}
const run = readRunContext(toolkitContext(variables), variables)
const pipeline = { log, run, policy, clock: new ManualClock(), bundles: touched }

function runbook(text: string): Target['runbook'] {
  return { path: 'runbooks/production.md', text, digest: sha256(text) }
}

function target(of: Target['runbook']): Target {
  return {
    environment: production,
    settings: production,
    digest: sha256('release'),
    release: { version: 1, repository: '22', product: 'storefront', commit: '1'.repeat(40), units: {} },
    delivery: policy,
    units: [],
    stacks: [],
    changeSetName: 'sluice-r-000000000000-1',
    executionRoleArn: 'arn:aws:iam::333333333333:role/execution',
    session: { region: 'eu-west-1', credentials: touched, terms: awsTerms({}) },
    runbook: of
  }
}

function plan(of: Target['runbook']): Plan {
  return {
    version: 1,
    product: 'storefront',
    environment: 'production',
    release: sha256('release'),
    commit: '1'.repeat(40),
    policy: policy.digest,
    ...(of === undefined ? {} : { runbook: of.digest }),
    stacks: [],
    content: []
  }
}

const SHOWN = runbook('- [ ] Look at the queue\n')

describe('what was approved is what is carried out:', () => {
  it.each<[string, Target['runbook'], Target['runbook']]>([
    ['with another runbook than the plan showed', SHOWN, runbook('- [ ] Look away\n')],
    ['without the runbook that the plan showed', SHOWN, undefined],
    ['with a runbook that the plan did not show', undefined, SHOWN]
  ])('nothing is, %s', async (_, shown, found) => {
    await expect(applyPlan(pipeline, target(found), plan(shown), sha256('plan'))).rejects.toMatchObject({
      message: expect.stringMatching(/run-?book differs from the one in the plan\. Re-run all jobs for a new plan\./),
      outputs: { touched: 'false' }
    })
  })

  it.each([[SHOWN], [undefined]])('with the runbook that the plan showed, stacks are next', async shown => {
    await expect(applyPlan(pipeline, target(shown), plan(shown), sha256('plan'))).rejects.toThrow(
      'something was touched'
    )
  })
})
