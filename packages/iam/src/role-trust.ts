import { type Delivery, deliveryRefPatterns, type Environment } from '@sluice/delivery'
import type { TrustPolicy } from './policy-document.ts'

/** The repository whose jobs may take the roles, as GitHub knows it. */
export interface TrustedRepository {
  readonly owner: string
  readonly name: string
  /** GitHub's numbers: they stay when a name changes hands. */
  readonly ownerId: string
  readonly id: string
  readonly defaultBranch: string
  /**
   * Who issues the tokens of its jobs, without `https://`; GitHub itself unless told. Of another issuer AWS may not know all the claims that are
   * compared: then it gives the roles to nobody.
   */
  readonly issuer?: string
}

/** The issuer of github.com (GitHub, "OpenID Connect reference"). */
const GITHUB = 'token.actions.githubusercontent.com'

/** Any workflow of Sluice: of what only reads, to name each would make a trust policy longer than IAM takes. */
const ANY = '*'

/** The workflows of Sluice that have jobs with a token. */
type Workflow = 'deliver' | 'stage' | 'plan' | 'withdraw' | 'adopt' | 'repair' | typeof ANY

/**
 * A job that holds a token: the workflow that it stands in, and the GitHub Environment that it names, if any. Without one, `sub` tells the
 * ref; GitHub never tells both there.
 */
export interface Job {
  readonly workflow: Workflow
  readonly environment?: string
}

/** The jobs of the workflows of Sluice that take a role, by what the role is for. */
export interface JobsOfRoles {
  readonly push: readonly Job[]
  readonly pull: readonly Job[]
  plan(environment: Environment): readonly Job[]
  /** The same for all environments: they name none, so that an outcome is told also where the gate stayed closed. */
  readonly record: readonly Job[]
  /** Of `promote`, too: the tags follow the deployment in the same job. */
  deploy(environment: Environment): readonly Job[]
}

/** Repairs the section of an environment, or that of builds and releases. */
const REPAIR: Job = { workflow: 'repair' }

export function jobsOfRoles({ environments }: Pick<Delivery, 'environments'>): JobsOfRoles {
  const [deliver, stage]: readonly [Job, Job] = [{ workflow: 'deliver' }, { workflow: 'stage' }]
  const plan: Job = { workflow: 'plan' }
  const behindGate = ({ name }: Environment): Job => ({ workflow: 'stage', environment: name })
  return {
    // A digest is adopted by a job that waits for the reviewers of production, but holds no more than who builds.
    push: [deliver, { workflow: 'adopt' }, REPAIR],
    // Every job: what is decided on the ledger is compared with its anchors. The deploy jobs also load the release, and publish bundles.
    pull: [{ workflow: ANY }, ...environments.map(({ name }): Job => ({ workflow: ANY, environment: name }))],
    // Where nobody is asked, the deploy job plans, and no other. Behind a gate it must not: it carries out what was planned before.
    plan: environment => [environment.gate === 'continuous' ? behindGate(environment) : plan],
    // Whoever stops a release waits for nobody, and a repair leaves out only what was never valid: to record is enough.
    record: [stage, { workflow: 'withdraw' }, REPAIR],
    deploy: environment => [behindGate(environment)]
  }
}

/** The parts of a delivery.yml that say who may take a role. */
type Trusting = Pick<Delivery, 'deliverFrom' | 'sluice'>

/**
 * Trusts jobs by what GitHub says of them in their token (IAM, "Available keys for AWS OIDC federation"). Each claim closes a way in:
 *
 * - `sub`: ref or GitHub Environment. It has GitHub's numbers in repositories that were made after July 2026 or have chosen so, and none
 *   elsewhere.
 * - `repository_id`: whoever takes an abandoned name over has another one.
 * - `ref`: a job that names a GitHub Environment does not tell its ref in `sub`, and GitHub lets each branch name one that nobody protected.
 * - `job_workflow_ref`: of all workflows of the repository, and of all attempts that GitHub lets people run again, only those that run a
 *   listed commit of Sluice. It names the workflow that holds the job, so for stage.yml not deliver.yml, which calls it, and for plan.yml not stage.yml.
 */
export function trustInJobs(
  account: { readonly id: string; readonly partition: string },
  trusted: TrustedRepository,
  delivery: Trusting,
  jobs: readonly Job[]
): TrustPolicy {
  const { issuer = GITHUB } = trusted
  const refs = deliveryRefPatterns(delivery, trusted.defaultBranch)
  const claims: readonly (readonly [claim: string, values: readonly string[]])[] = [
    ['aud', ['sts.amazonaws.com']],
    ['sub', subjectsOf(jobs, refs, trusted)],
    ['repository_id', [trusted.id]],
    ['ref', refs],
    ['job_workflow_ref', workflowsOf(jobs, delivery)]
  ]
  const compared = (among: typeof claims): Readonly<Record<string, string | readonly string[]>> =>
    Object.fromEntries(
      // In IAM `*` stands for slashes, too: a role trusts a little more than `deliverFrom` says, and the actions look again.
      among.map(([claim, [first = '', ...more]]) => [
        `${issuer}:${claim}`,
        more.length === 0 ? first : [first, ...more]
      ])
    )
  const said = claims.filter(([, values]) => values.length > 0)
  const isPattern = ([, values]: (typeof claims)[number]): boolean => values.some(value => value.includes('*'))
  const [patterns, exact] = [said.filter(isPattern), said.filter(claim => !isPattern(claim))]
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Jobs',
        Effect: 'Allow',
        Principal: { Federated: `arn:${account.partition}:iam::${account.id}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: compared(exact),
          ...(patterns.length === 0 ? {} : { StringLike: compared(patterns) })
        }
      }
    ]
  }
}

function subjectsOf(jobs: readonly Job[], refs: readonly string[], trusted: TrustedRepository): readonly string[] {
  const contexts = jobs.flatMap(({ environment }) =>
    environment === undefined ? refs.map(ref => `ref:${ref}`) : [`environment:${environment}`]
  )
  return [...new Set(contexts)].flatMap(context => [
    `repo:${trusted.owner}@${trusted.ownerId}/${trusted.name}@${trusted.id}:${context}`,
    `repo:${trusted.owner}/${trusted.name}:${context}`
  ])
}

/** The workflows by the names that tokens have for them where the caller pins a commit, as it must. */
function workflowsOf(jobs: readonly Job[], { sluice }: Trusting): readonly string[] {
  if (sluice === undefined) return []
  const { repository, commits } = sluice
  const workflows = [...new Set(jobs.map(({ workflow }) => workflow))]
  return commits.flatMap(commit => workflows.map(it => `${repository}/.github/workflows/${it}.yml@${commit}`))
}

/** Trusts CloudFormation, which takes the role of an environment while it changes a stack. */
export const TRUST_IN_CLOUDFORMATION: TrustPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Stacks',
      Effect: 'Allow',
      Principal: { Service: 'cloudformation.amazonaws.com' },
      Action: 'sts:AssumeRole'
    }
  ]
}
