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
  /** Who issues the tokens of its jobs, without `https://`; GitHub itself unless told. */
  readonly issuer?: string
}

/** The issuer of github.com (GitHub, "OpenID Connect reference"). */
const GITHUB = 'token.actions.githubusercontent.com'

/** A job that holds a token: of a delivery ref, or one that names a GitHub Environment. GitHub never tells both in `sub`. */
export type Job = { readonly kind: 'delivery-ref' } | { readonly kind: 'environment'; readonly environment: string }

/** The jobs of deliver.yml and stage.yml that take a role, by what the role is for. */
export interface JobsOfRoles {
  readonly push: readonly Job[]
  readonly pull: readonly Job[]
  plan(environment: Environment): readonly Job[]
  /** Of `promote`, too: the tags follow the deployment in the same job. */
  deploy(environment: Environment): readonly Job[]
}

export function jobsOfRoles({ environments }: Pick<Delivery, 'environments'>): JobsOfRoles {
  const ref: Job = { kind: 'delivery-ref' }
  const behindGate = ({ name }: Environment): Job => ({ kind: 'environment', environment: name })
  return {
    push: [ref],
    // Also the deploy jobs: they load the release, and publish bundles.
    pull: [ref, ...environments.map(behindGate)],
    // Where nobody is asked, the deploy job plans as well. Behind a gate it must not: it carries out what was planned before.
    plan: environment => (environment.gate === 'continuous' ? [ref, behindGate(environment)] : [ref]),
    deploy: environment => [behindGate(environment)]
  }
}

/**
 * Trusts jobs by the `sub` of their token, which AWS compares before it gives out anything.
 *
 * A token has either form of `sub`: with GitHub's numbers in repositories that were made after July 2026 or have chosen so, without
 * them elsewhere. The form without cannot be had by whoever takes an abandoned name over: that repository is new. The number of the
 * repository is compared besides; `IfExists`, since AWS tells it of tokens of github.com only.
 */
export function trustInJobs(
  account: { readonly id: string; readonly partition: string },
  trusted: TrustedRepository,
  delivery: Pick<Delivery, 'deliverFrom'>,
  jobs: readonly Job[]
): TrustPolicy {
  const { issuer = GITHUB } = trusted
  const contexts = jobs.flatMap(job =>
    job.kind === 'environment'
      ? [`environment:${job.environment}`]
      : // In IAM `*` stands for slashes, too: it trusts a little more than `deliverFrom` says, and the actions look again.
        deliveryRefPatterns(delivery, trusted.defaultBranch).map(ref => `ref:${ref.replaceAll('**', '*')}`)
  )
  const subjects = contexts.flatMap(context => [
    `repo:${trusted.owner}@${trusted.ownerId}/${trusted.name}@${trusted.id}:${context}`,
    `repo:${trusted.owner}/${trusted.name}:${context}`
  ])
  const patterns = subjects.some(subject => subject.includes('*'))
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Jobs',
        Effect: 'Allow',
        Principal: { Federated: `arn:${account.partition}:iam::${account.id}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            ...(patterns ? {} : { [`${issuer}:sub`]: subjects })
          },
          ...(patterns ? { StringLike: { [`${issuer}:sub`]: subjects } } : {}),
          StringEqualsIfExists: { [`${issuer}:repository_id`]: trusted.id }
        }
      }
    ]
  }
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
