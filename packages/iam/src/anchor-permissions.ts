import { anchorPrefix } from '@sluice/core'
import { type Delivery, deliveryRoles } from '@sluice/delivery'
import { type AccountScope, accountScope } from './account-scope.ts'
import { decryptObjects, encryptObjects } from './key-permissions.ts'
import { allow, type Conditions, deny, type Statement, sidOf } from './policy-document.ts'
import { IF_NONE_MATCH, onlyAbsent, ownBuckets } from './registry-permissions.ts'

/** Where a ledger is anchored: a bucket, in the account that must own it. */
export interface AnchorScope extends AccountScope {
  readonly bucket: string
  /** The name that the product's ledger was opened under. */
  readonly product: string
}

/** Whom a bucket's policy speaks of. */
export type BucketStatement = Statement & { readonly Principal: '*' | { readonly AWS: string } }

/** The policy of the bucket that anchors are kept in. */
export interface AnchorBucket {
  readonly bucket: string
  /** The account's name in delivery.yml. */
  readonly account: string
  readonly policy: { readonly Version: '2012-10-17'; readonly Statement: readonly BucketStatement[] }
}

/** The duties whose jobs write records of an environment. */
const WRITERS = ['plan', 'deploy', 'record'] as const

/** Where the ledger of a delivery is anchored, if it is. */
export function anchorScope(delivery: Delivery): AnchorScope | undefined {
  const { anchors } = delivery.ledger
  return anchors === undefined ? undefined : { ...accountScope(delivery, delivery.registry.account), ...anchors }
}

/** Anchors records of one section, and no other; what is there already cannot be put again. */
export function anchorPermissions(scope: AnchorScope | undefined, section: string): readonly Statement[] {
  if (scope === undefined) return []
  return [
    allow('AnchorRecords', ['s3:PutObject'], [objects(scope, anchorPrefix(scope.product, section))], onlyAbsent(scope)),
    ...encryptObjects(scope, 'EncryptAnchors')
  ]
}

/** Reads what is anchored of every section: of every role that a decision is made with. */
export function readAnchorPermissions(scope: AnchorScope | undefined): readonly Statement[] {
  if (scope === undefined) return []
  return [
    allow('ReadAnchors', ['s3:GetObject'], [objects(scope, `${scope.product}/`)], ownBuckets(scope)),
    allow('FindNewestAnchors', ['s3:ListBucket'], [bucket(scope)], {
      StringEquals: ownBuckets(scope).StringEquals,
      StringLike: { 's3:prefix': `${scope.product}/*` }
    }),
    ...decryptObjects(scope, 'DecryptAnchors')
  ]
}

/**
 * The bucket that anchors are kept in. Nobody overwrites or deletes, whatever his own permissions are, and from each account that has
 * environments only the roles of these write, below their own sections. Roles of the registry's account need no word here.
 */
export function anchorBucket(delivery: Delivery): AnchorBucket | undefined {
  const scope = anchorScope(delivery)
  if (scope === undefined) return undefined
  const everything = objects(scope, '')
  const forAll = (statement: Statement): BucketStatement => ({ ...statement, Principal: '*' })
  return {
    bucket: scope.bucket,
    account: delivery.registry.account,
    policy: {
      Version: '2012-10-17',
      Statement: [
        forAll(deny('WriteOnce', ['s3:PutObject'], [everything], { Null: { [IF_NONE_MATCH]: 'true' } })),
        // A deleted object could be put again.
        forAll(deny('DeleteNothing', ['s3:DeleteObject', 's3:DeleteObjectVersion'], [everything])),
        // S3 replicates without a condition: a rule of another bucket would put a copy in the place of what is there.
        forAll(deny('ReplicateNothing', ['s3:ReplicateDelete', 's3:ReplicateObject'], [everything])),
        forAll(deny('ExpireNothing', ['s3:PutLifecycleConfiguration', 's3:DeleteBucket'], [bucket(scope)])),
        ...delivery.environments.flatMap(environment => foreignWriters(delivery, scope, environment))
      ]
    }
  }
}

/** Lets the roles of an environment of another account write: across accounts, both sides must allow it. */
function foreignWriters(
  delivery: Delivery,
  scope: AnchorScope,
  { name, account }: Delivery['environments'][number]
): readonly BucketStatement[] {
  const { id, partition } = accountScope(delivery, account)
  if (id === scope.id) return []
  const roles = deliveryRoles(delivery).environment(name)
  const conditions: Conditions = {
    // Not as principals: those must exist when the policy is put, and a role that is made anew is another one.
    ArnEquals: { 'aws:PrincipalArn': WRITERS.map(duty => roles[duty].arn) },
    Null: { [IF_NONE_MATCH]: 'false' }
  }
  const statement = allow(
    `Anchor${sidOf(name)}`,
    ['s3:PutObject'],
    [objects(scope, anchorPrefix(scope.product, `environments/${name}`))],
    conditions
  )
  return [{ ...statement, Principal: { AWS: `arn:${partition}:iam::${id}:root` } }]
}

function bucket({ partition, bucket: name }: AnchorScope): string {
  return `arn:${partition}:s3:::${name}`
}

function objects(scope: AnchorScope, prefix: string): string {
  return `${bucket(scope)}/${prefix}*`
}
