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

/**
 * The sample, whose site is also published to a bucket, behind a distribution, and whose functions take their code from bundles; with topics that
 * are told the events of stacks, alarms that roll them back, and protection from deletion.
 */
export const PUBLISHING = changed('path: site }', 'path: site, publish: Bucket, invalidate: Distribution }')
  .replace(
    /"(222222222222|333333333333)", region: eu-west-1/g,
    '$&, bundles: storefront-code-$1, ssmParameters: [/cdk-bootstrap/hnb659fds/version]'
  )
  .replace('infra/site.yml }', 'infra/site.yml, terminationProtection: true }')
  .replace(/account: (non)?prod,/g, (found, isNonprod) => {
    const id = isNonprod === undefined ? '333333333333' : '222222222222'
    const alarm = `arn:aws:cloudwatch:eu-west-1:${id}:alarm:errors`
    return `${found} stacks: { api: { notifications: [arn:aws:sns:eu-west-1:${id}:storefront-stacks], rollbackAlarms: [${alarm}] } },`
  })

/** The same, with customer keys for buckets and repositories. */
export const ENCRYPTED = PUBLISHING.replace(
  /"(\d{12})", region: eu-west-1/g,
  '$&, kmsKey: "arn:aws:kms:eu-west-1:$1:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60"'
)

/** The same, with an environment whose stacks begin like those of another in its account. */
export const LOOKALIKE = PUBLISHING.replaceAll('name: staging,', 'name: integration-eu,').replace(
  '[integration, staging]',
  '[integration, integration-eu]'
)

/** The roles of a delivery with what they may. */
export function policiesOf(text: string, repository: TrustedRepository = REPOSITORY): readonly RolePolicies[] {
  return rolePolicies({ delivery: parseDelivery(text, 'delivery.yml'), repository })
}
