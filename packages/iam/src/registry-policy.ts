import type { Delivery } from '@sluice/delivery'
import { accountScope, arn } from './account-scope.ts'
import { allow, type Statement, sidOf } from './policy-document.ts'

/** Whom a registry's policy speaks of. */
export type RegistryStatement = Statement & {
  readonly Principal: { readonly AWS: readonly string[] } | { readonly Service: string }
}

/** What the policy of an account's ECR registry says for a product. */
export interface RegistryPolicy {
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly region: string
  readonly policy: { readonly Version: '2012-10-17'; readonly Statement: readonly RegistryStatement[] }
}

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] as const

/**
 * Lets the accounts of the environments pull what their stacks run: across accounts, both sides must allow it. It is the policy of the registry
 * and not of each repository (ECR, "Private registry permissions", scope V2), so that nobody has to be able to change policies when
 * a new unit gets its repository. Lambda fetches images itself, in the name of a function. Absent: nothing is delivered as an image.
 */
export function registryPolicy(delivery: Delivery): RegistryPolicy | undefined {
  const { product, registry, environments, units } = delivery
  if (!units.some(({ kind }) => kind === 'image')) return undefined
  const scope = accountScope(delivery, registry.account)
  const repositories = [arn(scope, 'ecr', `repository/${product}/*`)]
  const accounts = [...new Set(environments.map(({ account }) => accountScope(delivery, account).id))]
  const foreign = accounts.filter(id => id !== scope.id)
  const roots = foreign.map(id => `arn:${scope.partition}:iam::${id}:root`)
  // One policy serves all products of the account: the names of their statements must differ.
  const pull = allow(`Pull${sidOf(product)}`, [...PULL, 'ecr:BatchCheckLayerAvailability'], repositories)
  const functions = allow(`PullFunctionsOf${sidOf(product)}`, PULL, repositories, {
    StringEquals: { 'aws:SourceAccount': accounts },
    // A function's image is in the function's own region.
    ArnLike: { 'aws:SourceArn': accounts.map(id => arn({ ...scope, id }, 'lambda', 'function:*')) }
  })
  return {
    account: registry.account,
    region: scope.region,
    policy: {
      Version: '2012-10-17',
      Statement: [
        ...(roots.length === 0 ? [] : [{ ...pull, Principal: { AWS: roots } }]),
        { ...functions, Principal: { Service: 'lambda.amazonaws.com' } }
      ]
    }
  }
}
