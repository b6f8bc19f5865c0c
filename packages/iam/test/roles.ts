import { parseDelivery } from '@sluice/delivery'
import { changed } from '@sluice-lab/samples'
import { type RolePolicies, rolePolicies, type TrustedRepository } from '../src/index.ts'

/** The repository of the sample. */
export const REPOSITORY: TrustedRepository = {
  owner: 'octo-shop',
  ownerId: '11',
  name: 'storefront',
  id: '22',
  defaultBranch: 'main'
}

/** The sample, whose site is also published to a bucket, behind a distribution. */
export const PUBLISHING = changed('path: site }', 'path: site, publish: Bucket, invalidate: Distribution }')

/** The same, with an environment whose stacks begin like those of another in its account. */
export const LOOKALIKE = PUBLISHING.replaceAll('name: staging,', 'name: integration-eu,').replace(
  '[integration, staging]',
  '[integration, integration-eu]'
)

/** The roles of a delivery with what they may. */
export function policiesOf(text: string, repository: TrustedRepository = REPOSITORY): readonly RolePolicies[] {
  return rolePolicies({ delivery: parseDelivery(text, 'delivery.yml'), repository })
}
