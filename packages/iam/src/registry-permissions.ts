import { BUNDLE_PREFIX, bundleBucket, releasesRepository } from '@sluice/core'
import { type AccountScope, arn } from './account-scope.ts'
import { decryptObjects, encryptObjects, encryptRepositories } from './key-permissions.ts'
import { allow, type Conditions, deny, type Statement } from './policy-document.ts'

/** The ops registry of a product, in the account that holds it. */
export interface RegistryScope extends AccountScope {
  readonly product: string
}

/**
 * `sluice-<product>-push`: adds artifacts; nothing that is there can be deleted, nor (by ECR's own rule) a `src-*` tag moved. It may say
 * what a repository keeps: IAM knows no way to allow that of new ones alone.
 */
export function pushPermissions(scope: RegistryScope): readonly Statement[] {
  return [
    registryToken,
    allow(
      'ReadImages',
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      [repositories(scope)]
    ),
    allow(
      'PushImages',
      ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'],
      [repositories(scope)]
    ),
    allow(
      'MakeRepositories',
      ['ecr:DescribeRepositories', 'ecr:CreateRepository', 'ecr:TagResource', 'ecr:PutLifecyclePolicy'],
      [repositories(scope)]
    ),
    ...encryptRepositories(scope),
    ...readBundles(scope),
    allow('PushBundles', ['s3:PutObject'], [`${bucket(scope)}/${BUNDLE_PREFIX}*`], onlyAbsent(scope)),
    ...encryptObjects(scope)
  ]
}

/** `sluice-<product>-pull`: reads artifacts and release documents. */
export function pullPermissions(scope: RegistryScope): readonly Statement[] {
  return [
    registryToken,
    allow('ReadImages', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [repositories(scope)]),
    allow(
      'InspectImages',
      ['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:GetRepositoryPolicy'],
      [repositories(scope)]
    ),
    allow('InspectRegistry', ['ecr:GetRegistryPolicy'], ['*']),
    ...readBundles(scope)
  ]
}

/**
 * `sluice-<product>-<environment>-promote`: gives a manifest that is there another tag. Without uploads nothing new can be put. Which tag,
 * IAM does not see.
 */
export function promotePermissions(scope: RegistryScope): readonly Statement[] {
  return [
    registryToken,
    allow('MoveTags', ['ecr:BatchGetImage', 'ecr:PutImage'], [repositories(scope)]),
    deny('ProtectReleases', ['ecr:PutImage'], [arn(scope, 'ecr', `repository/${releasesRepository(scope.product)}`)])
  ]
}

/** A token for the account's registry shows what its role may do there, no more; IAM knows no resource for it. */
const registryToken = allow('GetRegistryToken', ['ecr:GetAuthorizationToken'], ['*'])

function readBundles(scope: RegistryScope): readonly Statement[] {
  return [
    allow('ReadBundles', ['s3:GetObject'], [`${bucket(scope)}/${BUNDLE_PREFIX}*`], ownBuckets(scope)),
    // Without it S3 says "forbidden" of what is only absent.
    allow('DetectAbsentBundles', ['s3:ListBucket'], [bucket(scope)], ownBuckets(scope)),
    ...decryptObjects(scope)
  ]
}

function repositories(scope: RegistryScope): string {
  return arn(scope, 'ecr', `repository/${scope.product}/*`)
}

function bucket({ partition, product, id }: RegistryScope): string {
  return `arn:${partition}:s3:::${bundleBucket(product, id)}`
}

/** A request that fails where there is an object already (S3, "Enforce conditional writes"). */
export const IF_NONE_MATCH = 's3:if-none-match'

/** Lets objects be put where there are none. Uploads in parts begin without the header: each object is put by one request. */
export function onlyAbsent(scope: AccountScope): Conditions {
  return { ...ownBuckets(scope), Null: { [IF_NONE_MATCH]: 'false' } }
}

/** Names of buckets belong to nobody: one that somebody else made must not be used. */
export function ownBuckets({ id }: AccountScope): { readonly StringEquals: Readonly<Record<string, string>> } {
  return { StringEquals: { 'aws:ResourceAccount': id } }
}
