import { bundleBucket, type Digest, Failure, parseAccountId, sha256 } from '@sluice/core'
import { accountNamed, type Delivery } from '@sluice/delivery'
import {
  type AnchorBucket,
  anchorBucket,
  type BoundaryPolicy,
  boundaryPolicies,
  type RolePolicies,
  rolePolicies,
  type TrustedRepository
} from '@sluice/iam'
import { storefrontExecution } from './execution-policy.ts'

/** The secret of an account's root user at the emulator; its access key id is the account's number. Roles get secrets of their own. */
export const ROOT_SECRET = 'test'

/** One AWS account of the emulator, as its root user. */
export interface AccountAccess {
  readonly region: string
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** How to reach an account of a delivery, past all policies: to set it up, and to look at what became of it. */
export function accessTo(delivery: Delivery, account: string, endpoint: string): AccountAccess {
  const { id, region } = accountNamed(delivery, account)
  return { region, endpoint, credentials: { accessKeyId: id, secretAccessKey: ROOT_SECRET } }
}

/**
 * What a platform team sets up once in each account: a ledger key, the boundary, the roles with their policies, the bucket for bundles, and that of the ledger's anchors.
 * @returns for each account, the SHA-256 of the public key that its records will be signed with: `ledger.trust` of delivery.yml.
 */
export async function bootstrapAccounts(
  delivery: Delivery,
  endpoint: string,
  repository: TrustedRepository
): Promise<Readonly<Record<string, Digest>>> {
  const names = [...new Set([delivery.registry.account, ...delivery.environments.map(({ account }) => account)])]
  const trust = await Promise.all(
    names.map(
      async name =>
        [name, await makeLedgerKey(accessTo(delivery, name, endpoint), delivery.ledger.key ?? 'alias/sluice')] as const
    )
  )
  await makeBucket(accessTo(delivery, delivery.registry.account, endpoint), delivery)
  await Promise.all(
    boundaryPolicies(delivery).map(async it => makeBoundary(accessTo(delivery, it.account, endpoint), it))
  )
  const anchors = anchorBucket(delivery)
  if (anchors !== undefined) await makeAnchorBucket(accessTo(delivery, anchors.account, endpoint), anchors)
  const policies = rolePolicies({ delivery, repository, execution: storefrontExecution(delivery.product) })
  await Promise.all(policies.map(async role => makeRole(accessTo(delivery, role.role.account, endpoint), role)))
  return Object.fromEntries(trust)
}

async function makeLedgerKey(access: AccountAccess, alias: string): Promise<Digest> {
  const { KMSClient, CreateKeyCommand, CreateAliasCommand, GetPublicKeyCommand } = await import('@aws-sdk/client-kms')
  const kms = new KMSClient(access)
  try {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }))
    const id = KeyMetadata?.KeyId
    if (id === undefined) throw new Failure('The AWS emulator made a key without an id.')
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }))
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: alias }))
    if (PublicKey === undefined) throw new Failure('The AWS emulator gave no public key.')
    return sha256(PublicKey)
  } finally {
    kms.destroy()
  }
}

async function makeBucket(access: AccountAccess, delivery: Delivery): Promise<void> {
  const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3')
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: bundleBucket(delivery.product, parseAccountId(access.credentials.accessKeyId))
      })
    )
  } finally {
    s3.destroy()
  }
}

async function makeAnchorBucket(access: AccountAccess, { bucket, policy }: AnchorBucket): Promise<void> {
  const { S3Client, CreateBucketCommand, PutBucketPolicyCommand, PutBucketVersioningCommand } = await import(
    '@aws-sdk/client-s3'
  )
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  try {
    const Bucket = bucket
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }))
  } finally {
    s3.destroy()
  }
}

async function makeBoundary(access: AccountAccess, { name, permissions }: BoundaryPolicy): Promise<void> {
  const { IAMClient, CreatePolicyCommand } = await import('@aws-sdk/client-iam')
  const iam = new IAMClient(access)
  try {
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(permissions) }))
  } finally {
    iam.destroy()
  }
}

/** A role as `rolePolicies` has it. The emulator compares `aud` and `sub` of a token with the trust policy; it does not check who signed it. */
async function makeRole(access: AccountAccess, { role, trust, permissions, boundary }: RolePolicies): Promise<void> {
  const { IAMClient, CreateRoleCommand, PutRolePolicyCommand } = await import('@aws-sdk/client-iam')
  const iam = new IAMClient(access)
  try {
    await iam.send(
      new CreateRoleCommand({
        RoleName: role.name,
        AssumeRolePolicyDocument: JSON.stringify(trust),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary })
      })
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: 'sluice',
        PolicyDocument: JSON.stringify(permissions)
      })
    )
  } finally {
    iam.destroy()
  }
}
