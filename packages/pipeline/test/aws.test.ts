import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand
} from '@aws-sdk/client-ecr'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, evidencePath, releasesRepository, sha256, UserError } from '@sluice/core'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import { historyOf } from '../src/history-of.ts'
import { type Pipeline, writeRecords } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct } from './hosted.ts'

const ALIAS = 'alias/sluice-shop-ledger'

let hosted: Hosted
let aws: Server
let directory: string
let keys: Readonly<Record<'builds' | 'plan', Digest>>

beforeAll(async () => {
  hosted = await hostProduct()
  directory = await mkdtemp(join(tmpdir(), 'sluice-pipeline-aws-'))
  aws = await startMinistack({
    tools: await ensureTools({ only: ['ministack'] }),
    directory,
    accountId: '111111111111',
    region: 'eu-west-1',
    enforceIam: false
  })
  keys = {
    builds: await makeAccount('111111111111', 'eu-west-1', 'sluice-shop-push', 'builds'),
    plan: await makeAccount('333333333333', 'eu-central-1', 'sluice-shop-staging-plan', 'staging/plan')
  }
  const listed = (builds: Digest, branch: string): string =>
    DELIVERY.replace(
      /^ledger:.*$/m,
      `ledger:
  branch: ${branch}
  key: ${ALIAS}
  trust:
    - { key: "${builds}", signs: [builds] }
    - { key: "${keys.plan}", signs: [integration, staging, fair] }`
    )
  await hosted.commit({
    'signed.yml': listed(keys.builds, 'signed-ledger'),
    'unlisted.yml': listed(keys.plan, 'unlisted-ledger'),
    'written.yml': listed(keys.builds, 'foreign-ledger'),
    'foreign.yml': listed(keys.plan, 'foreign-ledger')
  })
}, 60_000)

afterAll(async () => {
  await aws.stop()
  await hosted.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A signer's key and a role in one account of the emulator. @returns the fingerprint of the key. */
async function makeAccount(accessKeyId: string, region: string, RoleName: string, signer: string): Promise<Digest> {
  const access = { region, endpoint: aws.url, credentials: { accessKeyId, secretAccessKey: 'secret' } }
  const [kms, iam] = [new KMSClient(access), new IAMClient(access)]
  try {
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' })
    )
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }))
    await kms.send(new CreateAliasCommand({ AliasName: `${ALIAS}/${signer}`, TargetKeyId: KeyMetadata?.KeyId }))
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: `${ALIAS}/${signer}` }))
    return sha256(PublicKey ?? '')
  } finally {
    kms.destroy()
    iam.destroy()
  }
}

async function open(config: string) {
  return hosted.open({ config, env: { AWS_ENDPOINT_URL: aws.url } })
}

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }

describe('records', () => {
  it('are signed by the one whose word they are, in the account of the environment, and trusted where the key is listed', async () => {
    const pipeline = await open('signed.yml')

    await writeRecords(pipeline, {
      drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }]
    })
    const [written] = await writeRecords(pipeline, {
      drafts: [{ ...pipeline.draft(), event: 'planned', environment: 'staging', plan: sha256('a plan') }],
      attachments: [Buffer.from('a plan')]
    })

    expect(written?.record.key).toEqual({ signer: 'staging/plan', fingerprint: keys.plan })
    expect(await historyOf(pipeline).released(RELEASE.digest)).toEqual(RELEASE)
    const path = evidencePath(sha256('a plan'))
    expect((await pipeline.ledger.read([path])).has(path)).toBe(true)
    expect(hosted.log.filter(line => line.startsWith('warning') && !line.includes('shop/loose'))).toEqual([])
  })

  it('are not written with a key that delivery.yml does not list', async () => {
    const pipeline = await open('unlisted.yml')

    const writing = writeRecords(pipeline, {
      drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }]
    })

    await expect(writing).rejects.toThrow(UserError)
    await expect(writing).rejects.toThrow(
      `The ledger key of builds has the fingerprint ${keys.builds}, but delivery.yml lists ${keys.plan} for it.`
    )
    expect(await pipeline.ledger.head()).toBeUndefined()
  })
})

describe('a record of a build', () => {
  it('is not believed where its key is listed for somebody else', async () => {
    const pipeline = await open('written.yml')
    await writeRecords(pipeline, { drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }] })

    await expect(historyOf(await open('foreign.yml')).released(RELEASE.digest)).rejects.toThrow(
      /^Ledger record 1 cannot be trusted/
    )
  })
})

describe('a repository of the ops registry', () => {
  it('that somebody made with tags that move is used as it is, and warned of', async () => {
    const pipeline = await open('signed.yml')
    const ecr = new ECRClient({ ...(await credentialsOf(pipeline)), endpoint: aws.url })
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/loose' }))
    ecr.destroy()

    await pipeline.prepareRepository('shop/loose')

    expect(hosted.log.filter(line => line.includes('shop/loose'))).toEqual([
      `warning: The ECR repository shop/loose allows tags to be moved. ${repair('shop/loose')}`
    ])
  })

  it('in which no tag can move is refused with the command that repairs it, unless it is that of releases', async () => {
    const pipeline = await open('signed.yml')
    const releases = releasesRepository(pipeline.policy.product)
    const ecr = new ECRClient({ ...(await credentialsOf(pipeline)), endpoint: aws.url })
    for (const repositoryName of ['shop/fixed', releases])
      await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }))
    ecr.destroy()

    const preparing = pipeline.prepareRepository('shop/fixed')

    await expect(preparing).rejects.toThrow(UserError)
    await expect(preparing).rejects.toThrow(
      `The ECR repository shop/fixed does not let env-* and prev-* move: promotions would fail after their stacks are deployed. ${repair('shop/fixed')}`
    )
    await expect(pipeline.prepareRepository(releases)).resolves.toBeUndefined()
  })

  it('is made in ECR, once, with tags that stay', async () => {
    const pipeline = await open('signed.yml')

    await pipeline.prepareRepository('shop/api')
    await pipeline.prepareRepository('shop/api')

    const ecr = new ECRClient({ ...(await credentialsOf(pipeline)), endpoint: aws.url })
    const { lifecyclePolicyText } = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: 'shop/api' }))
    expect(lifecyclePolicyText).toContain('"env-*"')
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/api'] }))
    ecr.destroy()
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['shop/api'])
    expect(hosted.log.filter(line => line === 'Created the ECR repository shop/api.')).toHaveLength(1)
  })
})

function repair(name: string): string {
  return `Run: aws ecr put-image-tag-mutability --region eu-west-1 --registry-id 111111111111 --repository-name ${name} --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters 'filterType=WILDCARD,filter=env-*' 'filterType=WILDCARD,filter=prev-*'`
}

async function credentialsOf(pipeline: Pipeline) {
  const { region, credentials } = pipeline.session('push')
  return { region, credentials: await credentials() }
}

describe('records without a key', () => {
  it('make an advisory ledger, which is said each time', async () => {
    const other = await hostProduct()
    try {
      const pipeline = await other.open()

      const [written] = await writeRecords(pipeline, {
        drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }]
      })

      expect(written?.record.key).toBeUndefined()
      expect(other.log).toContainEqual(expect.stringMatching(/^warning: This ledger is advisory/))
      expect(await historyOf(pipeline).released(RELEASE.digest)).toEqual(RELEASE)
    } finally {
      await other.stop()
    }
  })
})
