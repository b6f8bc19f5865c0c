import { describe, expect, it } from '@jest/globals'
import {
  ARTIFACT_PARAMETERS,
  artifactParameter,
  bundleBucket,
  bundleKey,
  bundleSourceKey,
  changeSetName,
  codeKey,
  environmentRoleName,
  environmentTag,
  evidencePath,
  MOVING_TAGS,
  PRODUCT_LIMIT,
  parseAccountId,
  previousTag,
  registryRoleName,
  releasesRepository,
  runOfChangeSet,
  sha256,
  sourceTag,
  stackName,
  unitRepository
} from '../src/index.ts'

const digest = sha256('abc')
const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

describe('what Sluice gives things outside of it as names', () => {
  it('is what released versions gave them: stacks, tags, objects and records made by these are found again', () => {
    expect([
      stackName('storefront', 'staging', 'api'),
      artifactParameter('image'),
      artifactParameter('bundle'),
      changeSetName(digest, '4711'),
      environmentRoleName('storefront', 'staging', 'deploy'),
      registryRoleName('storefront', 'push'),
      unitRepository('storefront', 'api'),
      releasesRepository('storefront'),
      sourceTag(digest),
      sourceTag(digest, 2),
      environmentTag('staging'),
      previousTag('staging'),
      bundleBucket('storefront', parseAccountId('111111111111')),
      bundleKey('web', digest),
      bundleSourceKey('web', digest),
      codeKey('storefront', 'report', digest),
      evidencePath(digest)
    ]).toEqual([
      'storefront-staging-api',
      'Image',
      'BundleDigest',
      'sluice-r-ba7816bf8f01-4711',
      'sluice-storefront-staging-deploy',
      'sluice-storefront-push',
      'storefront/api',
      'storefront/releases',
      `src-${hex}`,
      `src-${hex}.2`,
      'env-staging',
      'prev-staging',
      'sluice-storefront-111111111111',
      `bundles/web/${hex}.zip`,
      `bundles/web/src-${hex}`,
      `storefront/report/${hex}.zip`,
      `evidence/${hex.slice(0, 2)}/${hex}`
    ])
  })

  it('keeps every parameter that passes an artifact from being set otherwise', () => {
    expect(ARTIFACT_PARAMETERS).toEqual(['Image', 'BundleDigest', 'BundleBucket', 'BundleKey', 'BundleVersion'])
  })

  it('lets ECR move the tags of environments and no other', () => {
    expect(MOVING_TAGS).toEqual(['env-*', 'prev-*'])
  })

  it('leaves room for the longest product in a bucket name of 63 characters', () => {
    expect(bundleBucket('p'.repeat(PRODUCT_LIMIT), parseAccountId('111111111111'))).toHaveLength(63)
  })
})

describe('the run of a change set', () => {
  it('is read from the name that was given to it', () => {
    expect(runOfChangeSet(changeSetName(digest, '4711'))).toBe('4711')
  })

  it.each([
    'sluice-r-ba7816bf8f01',
    'sluice-r-ba7816bf8f01-4711-x',
    'my-sluice-r-ba7816bf8f01-4711',
    'awscli-cloudformation-1'
  ])('is not guessed from a change set of somebody else: %s', name => {
    expect(runOfChangeSet(name)).toBeUndefined()
  })
})
