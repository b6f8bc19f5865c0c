import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  SetStackPolicyCommand,
  UpdateStackCommand
} from '@aws-sdk/client-cloudformation'
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import {
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePermissionsBoundaryCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand
} from '@aws-sdk/client-iam'
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type AwsSession,
  assumeRole,
  awsTerms,
  bundleBucket,
  type SignerName,
  sha256,
  signerAlias,
  signersIn,
  systemClock,
  UserError
} from '@sluice/core'
import { deliveryRoles } from '@sluice/delivery'
import { type AnchorStore, s3Anchors } from '@sluice/ledger'
import { type AccountAccess, AUTHOR, accessTo } from '@sluice-lab/rehearsal'
import { type Rehearsed, startRehearsed } from './rehearsed.ts'

/** The policies of `rolePolicies`, as an AWS that enforces them sees them: the accounts of a rehearsal, without a delivery. */

const DENIED = expect.objectContaining({ name: expect.stringMatching(/^AccessDenied/) })
const TEMPLATE = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })
const BUNDLES = 'bundles/site'
const STAGE = 'sluice-dev/sluice/.github/workflows/stage.yml'
const PLAN = 'sluice-dev/sluice/.github/workflows/plan.yml'
const OTHER_WORKFLOW = 'sluice-examples/storefront/.github/workflows/lint.yml@refs/heads/main'

let rehearsed: Rehearsed
let lastRunId = 9000
let lastAnchor = 0

beforeAll(async () => {
  rehearsed = await startRehearsed()
}, 120_000)

afterAll(async () => {
  await rehearsed.stop()
}, 60_000)

describe('taking a role', () => {
  it.each([
    ['push', {}],
    ['pull', {}],
    ['pull', { environment: 'production' }],
    ['pull', { workflow: `${STAGE}@${'0'.repeat(40)}` }],
    ['plan', {}],
    ['record', {}],
    ['deploy', { environment: 'production' }],
    ['promote', { environment: 'production' }]
  ] as const)('%s is for a job with %j', async (duty, job) => {
    await expect(session('production', duty, job).credentials()).resolves.toHaveProperty('sessionToken')
  })

  it.each([
    ['deploy', 'that names no GitHub Environment', {}],
    ['deploy', 'of another environment', { environment: 'staging' }],
    ['deploy', 'of another branch', { branch: 'feature' }],
    ['promote', 'that names no GitHub Environment', {}],
    ['plan', 'behind the gate', { environment: 'production' }],
    ['plan', 'of another branch', { branch: 'feature' }],
    ['push', 'behind a gate', { environment: 'production' }],
    ['push', 'of another branch', { branch: 'feature' }],
    ['pull', 'of another branch', { branch: 'feature' }],
    ['execution', 'of its environment', { environment: 'production' }],
    ['deploy', 'of another branch that names the GitHub Environment', { environment: 'production', branch: 'feature' }],
    [
      'promote',
      'of another branch that names the GitHub Environment',
      { environment: 'production', branch: 'feature' }
    ],
    ['pull', 'of another branch that names the GitHub Environment', { environment: 'production', branch: 'feature' }],
    ['push', 'of another workflow of the default branch', { workflow: OTHER_WORKFLOW }],
    ['plan', 'of another workflow of the default branch', { workflow: OTHER_WORKFLOW }],
    ['deploy', 'of another workflow behind the gate', { workflow: OTHER_WORKFLOW, environment: 'production' }],
    ['plan', 'of a run that was started again with an old pin', { workflow: `${PLAN}@${'0'.repeat(39)}1` }],
    ['plan', 'that pins a tag of Sluice', { workflow: `${PLAN}@refs/tags/v1` }],
    ['plan', 'of a fork of Sluice', { workflow: `${PLAN.replace('sluice-dev', 'mallory')}@${'0'.repeat(40)}` }],
    ['push', 'of the workflow that deploys', { workflow: `${STAGE}@${'0'.repeat(40)}` }],
    ['record', 'of the workflow that plans', { workflow: `${PLAN}@${'0'.repeat(40)}` }],
    ['record', 'behind the gate', { environment: 'production' }],
    ['plan', 'of the workflow that records', { workflow: `${STAGE}@${'0'.repeat(40)}` }],
    ['deploy', 'of the workflow that plans', { workflow: `${PLAN}@${'0'.repeat(40)}`, environment: 'production' }]
  ] as const)('%s is refused to a job %s', async (duty, _, job) => {
    await expect(session('production', duty, job).credentials()).rejects.toThrow(
      /could not be assumed: Not authorized to perform sts:AssumeRoleWithWebIdentity/
    )
  })

  it('of the continuous environment is refused to a branch that names its GitHub Environment', async () => {
    const job = { environment: 'integration', branch: 'feature' }

    for (const duty of ['plan', 'deploy', 'promote', 'pull'] as const)
      await expect(session('integration', duty, job).credentials()).rejects.toThrow(/could not be assumed/)
  })

  it('plan of the continuous environment is for the job that deploys there, and for no other of the same workflow', async () => {
    const job = { workflow: `${STAGE}@${'0'.repeat(40)}` }

    await expect(
      session('integration', 'plan', { ...job, environment: 'integration' }).credentials()
    ).resolves.toHaveProperty('sessionToken')
    // The job that records outcomes stands in stage.yml, too; plan.yml has nothing to do there.
    for (const other of [job, {}, { environment: 'integration' }])
      await expect(session('integration', 'plan', other).credentials()).rejects.toThrow(/could not be assumed/)
  })

  it('is refused for a token that GitHub did not sign', async () => {
    const forged = await forgeTokens()

    await expect(session('production', 'push', { tokens: forged.url }).credentials()).rejects.toThrow(
      /could not be assumed: Not authorized to perform sts:AssumeRoleWithWebIdentity/
    )
    expect(forged.issued()).toBeGreaterThan(0)
    await forged.stop()
  })

  it('is refused to another repository', async () => {
    const { github, product } = rehearsed.world
    github.addRepository({
      owner: 'somebody',
      ownerId: 666,
      name: 'storefront',
      id: 667,
      defaultBranch: 'main',
      gitDirectory: product.bare
    })

    await expect(session('production', 'push', { repository: 'somebody/storefront' }).credentials()).rejects.toThrow(
      /sub=repo:somebody@666\/storefront@667:ref:refs\/heads\/main/
    )
  })
})

describe('the roles of an environment', () => {
  it('let plan make a change set but not carry it out, which deploy may', async () => {
    const StackName = 'storefront-production-probe'
    const plan = cloudFormation(session('production', 'plan'))
    const deploy = cloudFormation(session('production', 'deploy', { environment: 'production' }))
    const ChangeSetName = 'sluice-probe'
    await plan.send(
      new CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType: 'CREATE', TemplateBody: TEMPLATE })
    )
    for (;;) {
      const { Status } = await plan.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }))
      if (Status === 'CREATE_COMPLETE') break
      await systemClock.sleep(50)
    }

    await expect(plan.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }))).rejects.toEqual(DENIED)
    await expect(statusOf(StackName)).resolves.toBe('REVIEW_IN_PROGRESS')

    await deploy.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }))
    await expect(statusOf(StackName)).resolves.toMatch(/^CREATE_/)
  })

  it.each(['plan', 'deploy', 'record'] as const)('let %s make no stack that nobody was shown', async duty => {
    const client = cloudFormation(session('production', duty, jobOf('production', duty)))

    await expect(
      client.send(new CreateStackCommand({ StackName: 'storefront-production-hidden', TemplateBody: TEMPLATE }))
    ).rejects.toEqual(DENIED)
  })

  it.each(['plan', 'deploy', 'record'] as const)('keep %s of integration away from all other stacks', async duty => {
    const client = cloudFormation(session('integration', duty, jobOf('integration', duty)))
    const others = [
      'storefront-staging-api',
      'arn:aws:cloudformation:eu-west-1:333333333333:stack/storefront-production-probe/1',
      'warehouse-integration-api'
    ]

    await expect(client.send(new DescribeStacksCommand({ StackName: 'storefront-integration-api' }))).rejects.toThrow(
      'does not exist'
    )
    for (const StackName of others) {
      await expect(client.send(new DescribeStacksCommand({ StackName }))).rejects.toEqual(DENIED)
      await expect(
        client.send(new CreateChangeSetCommand({ StackName, ChangeSetName: 'x', TemplateBody: TEMPLATE }))
      ).rejects.toEqual(DENIED)
      await expect(client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'x' }))).rejects.toEqual(DENIED)
    }
  })

  it.each([
    ['plan', 'plan'],
    ['deploy', 'intent'],
    ['record', 'outcome']
  ] as const)('let %s sign with the key of its own word, %s, and with no other', async (duty, own) => {
    const kms = new KMSClient(clientOf(session('integration', duty, jobOf('integration', duty))))
    const digest = { Message: new Uint8Array(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const aliasOf = (signer: SignerName): string => signerAlias(rehearsed.world.delivery.ledger.key ?? '', signer)
    const others: readonly SignerName[] = [
      ...signersIn('integration').filter(signer => signer !== `integration/${own}`),
      'staging/outcome'
    ]

    const { Signature } = await kms.send(new SignCommand({ KeyId: aliasOf(`integration/${own}`), ...digest }))
    expect(Signature?.length).toBeGreaterThan(60)

    const elsewhere = `arn:aws:kms:eu-west-1:333333333333:${aliasOf(`production/${own}`)}`
    for (const KeyId of [...others.map(aliasOf), elsewhere]) {
      await expect(kms.send(new SignCommand({ KeyId, ...digest }))).rejects.toEqual(DENIED)
      await expect(kms.send(new GetPublicKeyCommand({ KeyId }))).rejects.toEqual(DENIED)
    }
  })

  it('let deploy publish into buckets of its own stacks only', async () => {
    const { delivery, aws } = rehearsed.world
    const root = new S3Client({ ...accessTo(delivery, 'nonprod', aws.url), forcePathStyle: true })
    const s3 = bucketsOf(session('integration', 'deploy', jobOf('integration', 'deploy')))
    const page = { Key: 'index.html', Body: 'x' }
    const [own, ...others] = [
      'storefront-integration-site-1',
      'storefront-staging-site-1',
      'warehouse-integration-site-1'
    ]
    for (const Bucket of [own, ...others]) await root.send(new CreateBucketCommand({ Bucket }))

    await s3.send(new PutObjectCommand({ Bucket: own, ...page }))
    for (const Bucket of others) {
      await expect(s3.send(new PutObjectCommand({ Bucket, ...page }))).rejects.toEqual(DENIED)
      await expect(s3.send(new GetObjectCommand({ Bucket, Key: '.sluice/bundle' }))).rejects.toEqual(DENIED)
    }
  })
})

describe('a role within the boundary', () => {
  it('can neither change nor take a role of Sluice, nor use a ledger key, whatever its own policies allow', async () => {
    const client = clientOf(await withinBoundary())
    const [iam, kms] = [new IAMClient(client), new KMSClient(client)]
    const { execution, plan } = deliveryRoles(rehearsed.world.delivery).environment('integration')
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' }]
    })
    const alias = signerAlias(rehearsed.world.delivery.ledger.key ?? '', 'integration/outcome')
    const digest = { Message: new Uint8Array(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const boundary = execution.arn.replace(/role.*$/, 'policy/sluice-storefront-boundary')

    await expect(iam.send(new GetRoleCommand({ RoleName: 'storefront-integration-task' }))).resolves.toBeDefined()
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: plan.name, PolicyDocument: trust }))
    ).rejects.toEqual(DENIED)
    await expect(
      new STSClient(client).send(new AssumeRoleCommand({ RoleArn: plan.arn, RoleSessionName: 'x' }))
    ).rejects.toEqual(DENIED)
    await expect(
      iam.send(new CreatePolicyVersionCommand({ PolicyArn: boundary, PolicyDocument: trust, SetAsDefault: true }))
    ).rejects.toEqual(DENIED)
    await expect(
      iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'storefront-integration-task' }))
    ).rejects.toEqual(DENIED)
    await expect(kms.send(new SignCommand({ KeyId: alias, ...digest }))).rejects.toEqual(DENIED)
  })

  it('carries out no plan that waits at a gate, and changes no stack of the product, but stacks of its own', async () => {
    const { delivery, aws } = rehearsed.world
    const task = new CloudFormationClient(clientOf(await withinBoundary()))
    const [StackName, ChangeSetName] = ['storefront-integration-gated', 'sluice-probe']
    await new CloudFormationClient(accessTo(delivery, 'nonprod', aws.url)).send(
      new CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType: 'CREATE', TemplateBody: TEMPLATE })
    )

    await expect(task.send(new DescribeStacksCommand({ StackName }))).resolves.toBeDefined()
    await expect(task.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }))).rejects.toEqual(DENIED)
    await expect(task.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }))).rejects.toEqual(DENIED)
    await expect(task.send(new UpdateStackCommand({ StackName, TemplateBody: TEMPLATE }))).rejects.toEqual(DENIED)
    await expect(task.send(new DeleteStackCommand({ StackName }))).rejects.toEqual(DENIED)
    await expect(task.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: '{}' }))).rejects.toEqual(DENIED)
    await expect(
      task.send(new CreateStackCommand({ StackName: 'tenant-7', TemplateBody: TEMPLATE }))
    ).resolves.toHaveProperty('StackId')
  })

  it('makes no role outside of it', async () => {
    const iam = new IAMClient(clientOf(await withinBoundary()))

    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'storefront-integration-next', AssumeRolePolicyDocument: '{}' }))
    ).rejects.toEqual(DENIED)
  })

  it('is the execution role of each environment', async () => {
    const { delivery, aws } = rehearsed.world
    for (const { name, account } of delivery.environments) {
      const { execution } = deliveryRoles(delivery).environment(name)
      const root = new IAMClient(accessTo(delivery, account, aws.url))
      const { Role } = await root.send(new GetRoleCommand({ RoleName: execution.name }))
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
        execution.arn.replace(/role.*$/, 'policy/sluice-storefront-boundary')
      )
    }
  })
})

describe('the roles of the ops registry', () => {
  it('let push add to it, and replace or delete nothing', async () => {
    const as = session('production', 'push')
    const s3 = bucketsOf(as)
    const stored = { Bucket: opsBucket(), Key: `${BUNDLES}/probe.zip` }

    await s3.send(new PutObjectCommand({ ...stored, Body: 'x', IfNoneMatch: '*' }))
    await new ECRClient(clientOf(as)).send(new CreateRepositoryCommand({ repositoryName: 'storefront/probe' }))

    await expect(s3.send(new DeleteObjectCommand(stored))).rejects.toEqual(DENIED)
    await expect(s3.send(new PutObjectCommand({ ...stored, Body: 'y' }))).rejects.toEqual(DENIED)
    await expect(
      s3.send(new PutObjectCommand({ ...stored, Key: 'elsewhere', Body: 'x', IfNoneMatch: '*' }))
    ).rejects.toEqual(DENIED)
    await expect(
      new ECRClient(clientOf(as)).send(new CreateRepositoryCommand({ repositoryName: 'warehouse/probe' }))
    ).rejects.toEqual(DENIED)
  })

  it('let pull read, and push nothing', async () => {
    const as = session('production', 'pull')
    const [s3, ecr] = [bucketsOf(as), new ECRClient(clientOf(as))]
    const absent = { Bucket: opsBucket(), Key: `${BUNDLES}/absent.zip` }
    const repositoryName = 'storefront/api'

    await expect(s3.send(new GetObjectCommand(absent))).rejects.toHaveProperty('name', 'NoSuchKey')
    await expect(s3.send(new PutObjectCommand({ ...absent, Body: 'x' }))).rejects.toEqual(DENIED)
    await expect(
      ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'x' }] }))
    ).rejects.toHaveProperty('name', 'RepositoryNotFoundException')
    await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest: '{}' }))).rejects.toEqual(DENIED)
    await expect(ecr.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toEqual(DENIED)
  })
})

/** A task of integration, whose template gave it a role that may do everything, within the boundary as the stack must. */
async function withinBoundary(): Promise<Pick<AwsSession, 'region' | 'credentials'>> {
  const { delivery, aws } = rehearsed.world
  const access = accessTo(delivery, 'nonprod', aws.url)
  const { accessKeyId: account } = access.credentials
  const [root, RoleName] = [new IAMClient(access), 'storefront-integration-task']
  const document = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
  await root
    .send(
      new CreateRoleCommand({
        RoleName,
        PermissionsBoundary: `arn:aws:iam::${account}:policy/sluice-storefront-boundary`,
        AssumeRolePolicyDocument: document({ Principal: { AWS: account }, Action: 'sts:AssumeRole' })
      })
    )
    .catch((error: unknown) => {
      if (!(error instanceof EntityAlreadyExistsException)) throw error
    })
  await root.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'everything',
      PolicyDocument: document({ Action: '*', Resource: '*' })
    })
  )
  const RoleArn = `arn:aws:iam::${account}:role/${RoleName}`
  const { Credentials } = await new STSClient(access).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'task' }))
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return {
    region: access.region,
    credentials: async () => ({
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken
    })
  }
}

describe('anchors', () => {
  const HASH = sha256('a record')
  /** Sorts behind every anchor, so that it is never the newest. */
  const KEY = 'storefront/environments/production/probe'

  it.each([
    ['plan', 'production'],
    ['deploy', 'production'],
    ['record', 'production']
  ] as const)('are put by %s of %s, from another account, below its own section', async (duty, environment) => {
    const anchors = anchorsBy(session(environment, duty, jobOf(environment, duty)))
    const sequence = ++lastAnchor

    await expect(anchors.put('environments/production', { sequence, hash: HASH })).resolves.toBe(HASH)
    await expect(anchors.newest('environments/production')).resolves.toEqual({ sequence, hash: HASH })
    for (const section of ['product', 'environments/staging'] as const)
      await expect(anchors.put(section, { sequence: 1, hash: HASH })).rejects.toThrow(
        /is not authorized to perform: s3:PutObject/
      )
  })

  it('are put by push for builds, and not for an environment', async () => {
    const anchors = anchorsBy(session('production', 'push'))

    await expect(anchors.put('product', { sequence: 1, hash: HASH })).resolves.toBe(HASH)
    await expect(anchors.put('environments/production', { sequence: 1, hash: HASH })).rejects.toThrow(UserError)
  })

  it('of production are out of reach of the roles of another environment, and of roles that only read', async () => {
    for (const [environment, duty] of [
      ['staging', 'plan'],
      ['integration', 'deploy'],
      ['production', 'pull'],
      ['production', 'promote']
    ] as const) {
      const anchors = anchorsBy(session(environment, duty, duty === 'plan' || duty === 'pull' ? {} : { environment }))
      await expect(anchors.put('environments/production', { sequence: 1, hash: HASH })).rejects.toThrow(UserError)
    }
  })

  it('are put by requests that fail where there is one already, and by no other', async () => {
    const [own, ops] = [session('production', 'deploy', jobOf('production', 'deploy')), session('production', 'push')]
    const Bucket = anchorBucketName()
    await bucketsOf(own).send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'x', IfNoneMatch: '*' }))

    await expect(
      bucketsOf(own).send(new PutObjectCommand({ Bucket, Key: KEY, Body: 'y', IfNoneMatch: '*' }))
    ).rejects.toHaveProperty('name', 'PreconditionFailed')
    for (const [as, Key] of [
      [own, KEY],
      [own, 'storefront/environments/production/1'],
      [ops, 'storefront/product/1']
    ] as const)
      await expect(bucketsOf(as).send(new PutObjectCommand({ Bucket, Key, Body: 'y' }))).rejects.toEqual(DENIED)
  })

  it('are deleted by nobody who may write', async () => {
    const Bucket = anchorBucketName()
    for (const as of [session('production', 'deploy', jobOf('production', 'deploy')), session('production', 'push')])
      for (const Key of [KEY, 'storefront/product/999999999999998'])
        await expect(bucketsOf(as).send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toEqual(DENIED)
  })

  it('are neither replaced nor deleted by an administrator of the account while the policy of the bucket stands', async () => {
    const { delivery, aws } = rehearsed.world
    const admin = await administrator(accessTo(delivery, 'ops', aws.url))
    const stored = { Bucket: anchorBucketName(), Key: 'storefront/product/probe' }
    await bucketsOf(session('production', 'push')).send(
      new PutObjectCommand({ ...stored, Body: 'x', IfNoneMatch: '*' })
    )

    await expect(admin.send(new GetObjectCommand(stored))).resolves.toBeDefined()
    await expect(admin.send(new PutObjectCommand({ ...stored, Body: 'y' }))).rejects.toEqual(DENIED)
    await expect(admin.send(new DeleteObjectCommand(stored))).rejects.toEqual(DENIED)
  })
})

/** Anchors as a session writes them, read as every job reads them. */
function anchorsBy(writer: AwsSession): AnchorStore {
  const { ledger, accounts, registry } = rehearsed.world.delivery
  const ops = accounts[registry.account]
  if (ledger.anchors === undefined || ops === undefined) throw new Error('The ledger is not anchored.')
  return s3Anchors({ ...ledger.anchors, owner: ops.id, reader: session('production', 'pull'), writer: () => writer })
}

function anchorBucketName(): string {
  return rehearsed.world.delivery.ledger.anchors?.bucket ?? ''
}

/** A user of an account whose own policy allows everything. */
async function administrator(root: AccountAccess): Promise<S3Client> {
  const iam = new IAMClient(root)
  const UserName = 'admin'
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }]
  })
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  return new S3Client({ ...root, credentials, forcePathStyle: true })
}

type Duty = 'push' | 'pull' | 'plan' | 'deploy' | 'record' | 'promote' | 'execution'

/** The job that asks: of the product's repository, on its default branch, in no GitHub Environment, of the pinned Sluice, unless told. */
interface Job {
  readonly environment?: string
  readonly branch?: string
  readonly repository?: string
  /** What holds the job: `owner/name/path@ref`. */
  readonly workflow?: string
  /** Who gives it tokens, instead of GitHub. */
  readonly tokens?: string
}

/** A session of a role, by the token of a job. */
function session(environment: string, duty: Duty, job: Job = {}): AwsSession {
  const { github, product, delivery } = rehearsed.world
  const roles = deliveryRoles(delivery)
  const role = duty === 'push' || duty === 'pull' ? roles[duty] : roles.environment(environment)[duty]
  const repository = job.repository ?? product.repository
  const runId = ++lastRunId
  github.startRun(repository, {
    id: runId,
    attempt: 1,
    actor: AUTHOR,
    headSha: '0'.repeat(40),
    headBranch: job.branch ?? 'main',
    event: 'push'
  })
  const { repository: suite, commits } = delivery.sluice ?? { repository: '', commits: [] }
  const file =
    duty === 'push'
      ? 'deliver'
      : duty === 'plan' || (duty === 'pull' && job.environment === undefined)
        ? 'plan'
        : 'stage'
  const idToken = github.idToken(repository, runId, {
    jobWorkflowRef: job.workflow ?? `${suite}/.github/workflows/${file}.yml@${commits[0]}`,
    ...(job.environment === undefined ? {} : { environment: job.environment })
  })
  return assumeRole({
    roleArn: role.arn,
    region: role.region,
    sessionName: 'probe',
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: job.tokens ?? github.idTokenUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken },
    terms: awsTerms({ AWS_ENDPOINT_URL: rehearsed.world.aws.url })
  })
}

/** Hands out GitHub's tokens with the same claims, signed with another key. */
async function forgeTokens(): Promise<{ readonly url: string; issued(): number; stop(): Promise<void> }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let issued = 0
  const server = createServer(async (request, response) => {
    const headers = { authorization: request.headers.authorization ?? '' }
    const answer = await fetch(new URL(request.url ?? '/', rehearsed.world.github.url), { headers })
    const { value } = (await answer.json()) as { readonly value: string }
    const signed = value.slice(0, value.lastIndexOf('.'))
    issued += 1
    response.end(
      JSON.stringify({
        value: `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
      })
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { pathname, search } = new URL(rehearsed.world.github.idTokenUrl)
  return {
    url: `http://127.0.0.1:${port}${pathname}${search}`,
    issued: () => issued,
    stop: async () => new Promise(resolve => server.close(() => resolve()))
  }
}

/** The job that takes a role: in the continuous environment the one that deploys also plans. */
function jobOf(environment: string, duty: 'plan' | 'deploy' | 'record'): Job {
  if (duty !== 'plan' || environment !== 'integration') return duty === 'deploy' ? { environment } : {}
  return { environment, workflow: `${STAGE}@${'0'.repeat(40)}` }
}

function clientOf({ region, credentials }: Pick<AwsSession, 'region' | 'credentials'>): Pick<
  AwsSession,
  'region' | 'credentials'
> & {
  readonly endpoint: string
} {
  return { region, credentials, endpoint: rehearsed.world.aws.url }
}

function cloudFormation(as: AwsSession): CloudFormationClient {
  return new CloudFormationClient(clientOf(as))
}

function bucketsOf(as: AwsSession): S3Client {
  return new S3Client({ ...clientOf(as), forcePathStyle: true })
}

function opsBucket(): string {
  const { delivery } = rehearsed.world
  const ops = delivery.accounts[delivery.registry.account]
  if (ops === undefined) throw new Error('There is no ops account.')
  return bundleBucket(delivery.product, ops.id)
}

/** A stack of production, as its account's root user sees it. */
async function statusOf(StackName: string): Promise<string | undefined> {
  const { delivery, aws } = rehearsed.world
  const root = new CloudFormationClient(accessTo(delivery, 'prod', aws.url))
  const { Stacks } = await root.send(new DescribeStacksCommand({ StackName }))
  return Stacks?.[0]?.StackStatus
}
