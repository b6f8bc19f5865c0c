import type { Delivery } from '@sluice/delivery'
import type { GitHubStandIn } from '@sluice-lab/github'
import { APPROVER, AUTHOR } from './people.ts'
import { AUTHOR_EMAIL, type Product, REPOSITORY } from './product.ts'

/** Puts the product on GitHub, with a protected environment for each of its own. */
export function hostProduct(
  github: GitHubStandIn,
  product: Product,
  { environments }: Delivery,
  hourlyLimit: number | undefined
): void {
  const { owner, name, defaultBranch } = REPOSITORY
  github.addRepository({
    owner,
    name,
    ...(hourlyLimit === undefined ? {} : { hourlyLimit }),
    ownerId: Number(REPOSITORY.ownerId),
    id: product.repositoryId,
    defaultBranch,
    gitDirectory: product.bare,
    accounts: { [AUTHOR_EMAIL]: AUTHOR },
    protectedBranches: [defaultBranch]
  })
  for (const environment of environments) {
    github.setEnvironment(product.repository, environment.name, {
      reviewers: environment.gate === 'approval' ? [{ type: 'User', ...APPROVER }] : [],
      preventSelfReview: true,
      adminBypass: false,
      branchPolicy: [defaultBranch]
    })
  }
}
