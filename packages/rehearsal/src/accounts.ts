import { type Digest, Failure, parseAccountId, sha256 } from '@sluice/core'
import { accountNamed, type Delivery, deliveryRoles, type Role } from '@sluice/delivery'
import { bundleBucket } from '@sluice/registry'

/** One AWS account of the emulator, to which a 12-digit access key id gives access. */
export interface AccountAccess {
  readonly region: string
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** How to reach an account of a delivery. */
export function accessTo(delivery: Delivery, account: string, endpoint: string): AccountAccess {
  const { id, region } = accountNamed(delivery, account)
  return { region, endpoint, credentials: { accessKeyId: id, secretAccessKey: 'rehearsal' } }
}

/**
 * What a platform team sets up once in each account: a ledger key, the roles, and the bucket for bundles.
 * @returns for each account, the SHA-256 of the public key that its records will be signed with: `ledger.trust` of delivery.yml.
 */
export async function bootstrapAccounts(
  delivery: Delivery,
  endpoint: string,
  issuer: string
): Promise<Readonly<Record<string, Digest>>> {
  const names = [...new Set([delivery.registry.account, ...delivery.environments.map(({ account }) => account)])]
  const trust = await Promise.all(
    names.map(
      async name =>
        [name, await makeLedgerKey(accessTo(delivery, name, endpoint), delivery.ledger.key ?? 'alias/sluice')] as const
    )
  )
  await makeBucket(accessTo(delivery, delivery.registry.account, endpoint), delivery)
  await makeRoles(delivery, endpoint, issuer)
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

/** Roles by the names that delivery.yml gives them. The emulator checks no policies, so these only have to exist. */
async function makeRoles(delivery: Delivery, endpoint: string, issuer: string): Promise<void> {
  const { IAMClient, CreateRoleCommand } = await import('@aws-sdk/client-iam')
  const roles = deliveryRoles(delivery)
  const all = [
    roles.push,
    roles.pull,
    ...delivery.environments.flatMap(({ name }) => Object.values(roles.environment(name)))
  ]
  await Promise.all(
    all.map(async role => {
      const iam = new IAMClient(accessTo(delivery, role.account, endpoint))
      try {
        await iam.send(
          new CreateRoleCommand({
            RoleName: role.name,
            AssumeRolePolicyDocument: JSON.stringify(trustPolicy(role, delivery, issuer))
          })
        )
      } finally {
        iam.destroy()
      }
    })
  )
}

function trustPolicy(role: Role, delivery: Delivery, issuer: string): object {
  const { id } = accountNamed(delivery, role.account)
  const execution = role.name.endsWith('-execution')
  return {
    Version: '2012-10-17',
    Statement: [
      execution
        ? { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }
        : {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${id}:oidc-provider/${issuer}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' } }
          }
    ]
  }
}
