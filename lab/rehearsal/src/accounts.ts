import {
  BUILDS,
  bundleBucket,
  type Digest,
  Failure,
  parseAccountId,
  type SignerName,
  sha256,
  signerAlias,
  stationOf,
  type TrustedKey
} from '@sluice/core'
import { accountNamed, type Delivery, environmentNamed } from '@sluice/delivery'
import {
  type AnchorBucket,
  anchorBucket,
  type BoundaryPolicy,
  boundaryPolicies,
  type RolePolicies,
  rolePolicies,
  type Statement,
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
 * What a platform team sets up once in each account: a ledger key for each signer, the boundary, the roles with their policies, the bucket for bundles, that of the ledger's anchors, and those that functions take code from.
 * @returns the keys that were made, as many for each signer as delivery.yml has entries: its `ledger.trust`.
 */
export async function bootstrapAccounts(
  delivery: Delivery,
  endpoint: string,
  repository: TrustedRepository
): Promise<readonly TrustedKey[]> {
  const { key: ledgerKey, trust: asked } = delivery.ledger
  const trust =
    ledgerKey === undefined ? [] : await Promise.all(asked.map(async it => makeKeyOf(it, delivery, endpoint)))
  await setUpAccounts(delivery, endpoint, repository)
  return trust
}

/** Everything of {@link bootstrapAccounts} but the keys: also what a platform team does again when a delivery.yml has changed. */
export async function setUpAccounts(
  delivery: Delivery,
  endpoint: string,
  repository: TrustedRepository
): Promise<void> {
  await makeBucket(accessTo(delivery, delivery.registry.account, endpoint), delivery)
  await Promise.all(
    boundaryPolicies(delivery).map(async it => makeBoundary(accessTo(delivery, it.account, endpoint), it))
  )
  for (const [account, { bundles }] of Object.entries(delivery.accounts))
    if (bundles !== undefined) await makeVersionedBucket(accessTo(delivery, account, endpoint), bundles)
  const anchors = anchorBucket(delivery)
  if (anchors !== undefined) {
    const access = accessTo(delivery, anchors.account, endpoint)
    await makeVersionedBucket(access, anchors.bucket, anchors.policy)
  }
  const policies = rolePolicies({ delivery, repository, execution: storefrontExecution(delivery.product) })
  await Promise.all(policies.map(async role => makeRole(accessTo(delivery, role.role.account, endpoint), role)))
}

/** The key of an entry of `ledger.trust`, whose own fingerprint stands for one that is not made yet. */
async function makeKeyOf(entry: TrustedKey, delivery: Delivery, endpoint: string): Promise<TrustedKey> {
  const [first = BUILDS] = entry.signs
  const access = accessTo(delivery, accountOfSigner(delivery, first), endpoint)
  const aliases = entry.signs.map(signer => signerAlias(delivery.ledger.key ?? '', signer))
  return { ...entry, key: await makeLedgerKey(access, aliases) }
}

/** The account whose key signs: the environment's, or the registry's for what belongs to none. */
export function accountOfSigner(delivery: Delivery, signer: SignerName): string {
  const station = stationOf(signer)
  return station === undefined ? delivery.registry.account : environmentNamed(delivery, station.environment).account
}

/** Makes a key, and lets these aliases name it, whatever they named before. @returns the SHA-256 of its public half. */
export async function makeLedgerKey(access: AccountAccess, aliases: readonly string[]): Promise<Digest> {
  const {
    KMSClient,
    CreateKeyCommand,
    CreateAliasCommand,
    DeleteAliasCommand,
    GetPublicKeyCommand,
    ListAliasesCommand
  } = await import('@aws-sdk/client-kms')
  const kms = new KMSClient(access)
  try {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }))
    const id = KeyMetadata?.KeyId
    if (id === undefined) throw new Failure('The AWS emulator made a key without an id.')
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({}))
    const taken = new Set(Aliases.map(({ AliasName }) => AliasName))
    for (const AliasName of aliases) {
      if (taken.has(AliasName)) await kms.send(new DeleteAliasCommand({ AliasName }))
      await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: id }))
    }
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: id }))
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
    const Bucket = bundleBucket(delivery.product, parseAccountId(access.credentials.accessKeyId))
    await s3.send(new CreateBucketCommand({ Bucket })).catch(unlessThere)
  } finally {
    s3.destroy()
  }
}

async function makeVersionedBucket(
  access: AccountAccess,
  bucket: string,
  policy?: AnchorBucket['policy']
): Promise<void> {
  const { S3Client, CreateBucketCommand, PutBucketPolicyCommand, PutBucketVersioningCommand } = await import(
    '@aws-sdk/client-s3'
  )
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  try {
    const Bucket = bucket
    await s3.send(new CreateBucketCommand({ Bucket })).catch(unlessThere)
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    if (policy !== undefined) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }))
  } finally {
    s3.destroy()
  }
}

async function makeBoundary(access: AccountAccess, { name, permissions }: BoundaryPolicy): Promise<void> {
  const { IAMClient, CreatePolicyCommand } = await import('@aws-sdk/client-iam')
  const iam = new IAMClient(access)
  try {
    const PolicyDocument = JSON.stringify(permissions)
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument })).catch(unlessThere)
  } finally {
    iam.destroy()
  }
}

/** A role as `rolePolicies` has it. The emulator compares `aud` and `sub` of a token with the trust policy; it does not check who signed it. */
async function makeRole(access: AccountAccess, { role, trust, permissions, boundary }: RolePolicies): Promise<void> {
  const { IAMClient, CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } = await import(
    '@aws-sdk/client-iam'
  )
  const iam = new IAMClient(access)
  const PolicyDocument = JSON.stringify(trust)
  try {
    await iam
      .send(
        new CreateRoleCommand({
          RoleName: role.name,
          AssumeRolePolicyDocument: PolicyDocument,
          ...(boundary === undefined ? {} : { PermissionsBoundary: boundary })
        })
      )
      .catch(async error => {
        unlessThere(error)
        await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: role.name, PolicyDocument }))
      })
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: 'sluice',
        PolicyDocument: JSON.stringify({ ...permissions, Statement: permissions.Statement.flatMap(withAliases) })
      })
    )
  } finally {
    iam.destroy()
  }
}

/** The emulator of KMS asks IAM about the alias that a request names; AWS asks about the key behind it. */
function withAliases(statement: Statement): readonly Statement[] {
  const alias = statement.Condition?.StringEquals?.['kms:RequestAlias']
  if (alias === undefined) return [statement]
  const Resource = [statement.Resource ?? []].flat().map(key => key.replace(/key\/\*$/, [alias].flat().join()))
  const { Sid, Effect, Action } = statement
  return [statement, { Sid: `${Sid}ByAlias`, Effect, Action, Resource }]
}

/** What an earlier time made stays. */
function unlessThere(error: unknown): void {
  if (error instanceof Error && /^(EntityAlreadyExists|BucketAlready)/.test(error.name)) return
  throw error
}
