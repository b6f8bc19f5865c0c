import { afterEach, describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock, parseAccountId, sha256, UserError } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { MemoryLog } from '@sluice-lab/memory'
import { emulatedSession } from '@sluice-lab/samples'
import { type OpsRegistry, openOpsRegistry } from '../src/ops-registry.ts'
import { type Ecr, type EcrAnswer, startEcr } from './ecr.ts'
import { DELIVERY } from './hosted.ts'

const OPS = '111111111111'
const started: Ecr[] = []
let log: MemoryLog

afterEach(async () => {
  await Promise.all(started.splice(0).map(ecr => ecr.stop()))
})

/** The ops registry of the shop, at an ECR that answers as a test says. */
async function open(
  answers: Readonly<Record<string, (request: never) => EcrAnswer>>,
  text = DELIVERY
): Promise<OpsRegistry> {
  const ecr = await startEcr(answers)
  started.push(ecr)
  log = new MemoryLog()
  return openOpsRegistry({
    policy: parseDelivery(text, 'delivery.yml'),
    run: { repositoryId: '1' },
    clock: new ManualClock(),
    log,
    proxy: {},
    session: () => emulatedSession(ecr.url, OPS, { retry: fastRetry, clock: new ManualClock() })
  })
}

describe('a repository that is made', () => {
  it('is used without lifecycle rules where they may not be put, with the command that puts them', async () => {
    const registry = await open({
      DescribeRepositories: () => ({ __type: 'RepositoryNotFoundException', message: 'none' }),
      CreateRepository: () => ({
        repository: {
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: ['env-*', 'prev-*'].map(filter => ({ filterType: 'WILDCARD', filter }))
        }
      })
    })

    await registry.prepareRepository('shop/api')

    expect(log.lines).toEqual(['Created the ECR repository shop/api.'])
    expect(log.warnings).toEqual([
      expect.stringMatching(
        /^The ECR repository shop\/api has no lifecycle rules: no PutLifecyclePolicy\. .*Allow ecr:PutLifecyclePolicy in the policy of the role push .* Run: aws ecr put-lifecycle-policy --region eu-west-1 --registry-id 111111111111 --repository-name shop\/api --lifecycle-policy-text '\{"rules":\[\{"rulePriority":1,.*\}'$/
      )
    ])
  })
})

describe('a repository of an account that has a key of its own', () => {
  it('is encrypted with it from the beginning', async () => {
    const kmsKey = 'arn:aws:kms:eu-west-1:111111111111:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60'
    const own = DELIVERY.replace('region: eu-west-1', `$&, kmsKey: "${kmsKey}"`)
    const registry = await open(
      { DescribeRepositories: () => ({ __type: 'RepositoryNotFoundException', message: 'none' }) },
      own
    )

    await registry.prepareRepository('shop/api').catch(() => undefined)

    const [, creation] = started[0]?.asked.find(([action]) => action === 'CreateRepository') ?? []
    expect(creation).toMatchObject({ encryptionConfiguration: { encryptionType: 'KMS', kmsKey } })
  })
})

describe('images that are to run', () => {
  const STAGING = parseAccountId('333333333333')
  const [wanted, deployed] = [sha256('wanted'), sha256('deployed')]
  const unit = (digest: typeof wanted) => ({ api: { kind: 'image', digest, fingerprint: sha256('source') } }) as const
  const guarded = {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: ['env-*', 'prev-*'].map(filter => ({ filterType: 'WILDCARD', filter }))
  }
  const sound: Readonly<Record<string, (request: never) => EcrAnswer>> = {
    DescribeRepositories: () => ({ repositories: [guarded] }),
    DescribeImages: () => ({ imageDetails: [{ imageStatus: 'ACTIVE' }] }),
    GetRegistryPolicy: () => ({ policyText: JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ecr:*' } }) })
  }
  const ofImage = (states: Readonly<Record<string, string | undefined>>) => (request: never) => {
    const { imageIds } = request as { readonly imageIds: readonly { readonly imageDigest: string }[] }
    const imageStatus = states[imageIds[0]?.imageDigest ?? '']
    return imageStatus === undefined
      ? { __type: 'ImageNotFoundException', message: 'gone' }
      : { imageDetails: [{ imageStatus }] }
  }
  const images = { environment: 'staging', account: STAGING, units: unit(wanted), deployed: unit(deployed) }
  const where = '--region eu-west-1 --registry-id 111111111111 --repository-name shop/api'

  it('are all right where nothing is wrong', async () => {
    const registry = await open(sound)

    await registry.requireImages(images)

    expect([log.warnings, started[0]?.asked.map(([action]) => action).sort()]).toEqual([
      [],
      ['DescribeImages', 'DescribeImages', 'DescribeRepositories', 'GetRegistryPolicy']
    ])
  })

  it('are asked for once where nothing changes, and of bundles nothing is asked', async () => {
    const registry = await open(sound)

    await registry.requireImages({ ...images, deployed: unit(wanted) })
    await registry.requireImages({
      ...images,
      units: { site: { kind: 'bundle', digest: wanted, fingerprint: sha256('source') } }
    })

    expect(started[0]?.asked.filter(([action]) => action === 'DescribeImages')).toHaveLength(1)
    expect(started[0]?.asked).toHaveLength(3)
  })

  it.each<[string, Parameters<typeof open>[0], string]>([
    [
      'is archived',
      { DescribeImages: ofImage({ [wanted]: 'ARCHIVED', [deployed]: 'ACTIVE' }) },
      `shop/api@${wanted} is archived. Run: aws ecr update-image-storage-class ${where} --image-id imageDigest=${wanted} --target-storage-class STANDARD`
    ],
    [
      'is being restored',
      { DescribeImages: ofImage({ [wanted]: 'ACTIVATING', [deployed]: 'ACTIVE' }) },
      `shop/api@${wanted} is being restored from the archive. Re-run this job when that is done.`
    ],
    [
      'is gone',
      { DescribeImages: ofImage({ [deployed]: 'ACTIVE' }) },
      `shop/api@${wanted} is not in the registry any more: it was deleted, by someone or by a lifecycle rule.`
    ],
    [
      'may not be pulled',
      {
        GetRegistryPolicy: () => ({ __type: 'RegistryPolicyNotFoundException', message: 'none' }),
        GetRepositoryPolicy: () => ({ __type: 'RepositoryPolicyNotFoundException', message: 'none' })
      },
      "Account 333333333333 of staging may not pull from shop/api: neither the policy of the registry nor that of the repository names it. Add to the registry's policy what `sluice roles` prints for it, then run, in account 111111111111: aws ecr put-registry-policy --region eu-west-1 --policy-text file://registry-policy.json"
    ],
    [
      'has no repository',
      { DescribeRepositories: () => ({ __type: 'RepositoryNotFoundException', message: 'none' }) },
      'The ECR repository shop/api does not exist in account 111111111111, eu-west-1. Deliver a commit again, which makes it.'
    ]
  ])('stop the plan when one %s, with what repairs it', async (_, answers, fault) => {
    const registry = await open({ ...sound, ...answers })

    const required = registry.requireImages(images)

    await expect(required).rejects.toThrow(UserError)
    await expect(required).rejects.toThrow(`staging could not run the images. ${fault}`)
    expect(log.warnings).toEqual([])
  })

  it.each([
    ['immutable', { imageTagMutability: 'IMMUTABLE' }],
    [
      'immutable, but for other tags',
      { ...guarded, imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }] }
    ]
  ])('are warned of where their tags are %s', async (_, repository) => {
    const registry = await open({ ...sound, DescribeRepositories: () => ({ repositories: [repository] }) })

    await registry.requireImages(images)

    expect(log.warnings).toEqual([
      `The ECR repository shop/api does not let env-* and prev-* move: the tags of staging will stay where they are. Run: aws ecr put-image-tag-mutability ${where} --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters 'filterType=WILDCARD,filter=env-*' 'filterType=WILDCARD,filter=prev-*'`
    ])
  })

  it('are warned of where what runs now could not be started again', async () => {
    const registry = await open({
      ...sound,
      DescribeImages: ofImage({ [wanted]: 'ACTIVE', [deployed]: 'ARCHIVED' })
    })

    await registry.requireImages(images)

    expect(log.warnings).toEqual([
      expect.stringContaining(
        `What staging has now could not be started again, also not by a stack that rolls back: shop/api@${deployed} is archived. Run: aws ecr update-image-storage-class`
      )
    ])
  })

  it('are not looked at by a role that may not, which is said', async () => {
    const registry = await open({})

    await registry.requireImages(images)

    expect(log.warnings).toEqual([
      "It was not checked whether staging can run the images: ECR in eu-west-1 could not look at the repositories of account 111111111111: no DescribeRepositories. Allow this action in the role's policy. sluice roles prints what the role pull may do."
    ])
  })
})
