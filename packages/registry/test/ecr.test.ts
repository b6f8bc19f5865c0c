import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, type Clock, Failure, fastRetry, ManualClock, parseAccountId, UserError } from '@sluice/core'
import { connectRegistry, ecrCredentials, ensureRepository, LIFECYCLE } from '@sluice/registry'
import { emulatedSession } from '@sluice-lab/samples'
import {
  ensureTools,
  type Front,
  type Handler,
  reply,
  type Server,
  startFront,
  startMinistack,
  startMoto
} from '@sluice-lab/servers'
import { image, writeLayout } from './image-layout.ts'

const OPS = parseAccountId('111111111111')
/** The account's session at an ECR. */
function at(url: string, clock: Clock = new ManualClock()): AwsSession {
  return emulatedSession(url, OPS, { retry: fastRetry, clock })
}
/** The account that everything at moto is in. */
const MOTO = parseAccountId('123456789012')

let directory: string
let ministack: Server
let moto: Server
const fronts: Front[] = []

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ecr-'))
  const tools = await ensureTools({ only: ['ministack', 'motoServer'] })
  const started = await Promise.all([
    startMinistack({
      tools,
      directory: path.join(directory, 'ministack'),
      accountId: OPS,
      region: 'eu-west-1',
      enforceIam: false
    }),
    startMoto({ tools, directory: path.join(directory, 'moto') })
  ])
  ministack = started[0]
  moto = started[1]
})

afterAll(async () => {
  await Promise.all([...fronts, ministack, moto].map(server => server.stop()))
  await rm(directory, { recursive: true })
})

/** What a client of the test's own needs of a session. */
function keysOf({ region, credentials }: AwsSession): Pick<AwsSession, 'region' | 'credentials'> {
  return { region, credentials }
}

async function front(handler: Handler): Promise<Front> {
  const started = await startFront(ministack.url, handler)
  fronts.push(started)
  return started
}

/** An ECR that answers every call alike. */
async function answering(status: number, body: object): Promise<Front> {
  return front((request, response) => {
    request.resume()
    reply(response, status, {}, body)
  })
}

describe('ECR credentials', () => {
  it('are a user name and a password', async () => {
    const credentials = await ecrCredentials(at(ministack.url), OPS)()

    expect(credentials).toEqual({ username: 'AWS', password: expect.stringMatching(/./) })
  })

  it('are hidden in the log of the job', async () => {
    const hidden: string[] = []
    const session = at(ministack.url)
    const terms = { ...session.terms, mask: (secret: string) => void hidden.push(secret) }

    const { password } = await ecrCredentials({ ...session, terms }, OPS)()

    expect(hidden).toEqual([password])
  })

  it('are fetched once, and again before they end', async () => {
    const clock = new ManualClock()
    const token = Buffer.from('AWS:secret:with:colons').toString('base64')
    const expiresAt = (clock.now() + 12 * 3_600_000) / 1000
    const ecr = await answering(200, { authorizationData: [{ authorizationToken: token, expiresAt }] })
    const credentials = ecrCredentials(at(ecr.url, clock), OPS)

    const [first] = [await credentials(), await credentials()]
    clock.advance(11.7 * 3_600_000)
    await credentials()
    expect(ecr.seen).toHaveLength(1)
    clock.advance(0.2 * 3_600_000)
    await credentials()

    expect(first).toEqual({ username: 'AWS', password: 'secret:with:colons' })
    expect(ecr.seen).toHaveLength(2)
  })

  it('are fetched each time when ECR does not say when they end', async () => {
    const ecr = await answering(200, {
      authorizationData: [{ authorizationToken: Buffer.from('AWS:x').toString('base64') }]
    })
    const credentials = ecrCredentials(at(ecr.url), OPS)

    await credentials()
    await credentials()

    expect(ecr.seen).toHaveLength(2)
  })

  it.each([
    ['no token', {}],
    ['no password', { authorizationData: [{ authorizationToken: Buffer.from('AWS:').toString('base64') }] }],
    ['no user name', { authorizationData: [{ authorizationToken: Buffer.from('AWS').toString('base64') }] }]
  ])('are not taken from an answer with %s', async (_what, answer) => {
    const ecr = await answering(200, answer)

    const credentials = ecrCredentials(at(ecr.url), OPS)()

    await expect(credentials).rejects.toThrow('ECR returned no authorization token.')
  })

  it('that a role may not have name the account', async () => {
    const ecr = await answering(400, { __type: 'AccessDeniedException', message: 'not authorized' })

    const error = await ecrCredentials(at(ecr.url), OPS)().catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(
      "ECR in eu-west-1 could not get a token for the registry of account 111111111111: not authorized. Allow this action in the role's policy."
    )
  })

  it('pass on why the session has none', async () => {
    const refused = {
      ...at(ministack.url),
      credentials: () => Promise.reject(new UserError('The role could not be assumed.'))
    }

    const credentials = ecrCredentials(refused, OPS)()

    await expect(credentials).rejects.toThrow(new UserError('The role could not be assumed.'))
  })

  it('open the registry that ECR is', async () => {
    const built = image('through ECR')
    const layout = await writeLayout(path.join(directory, 'layout'), [built])
    await ensureRepository(at(ministack.url), OPS, 'shop/api')
    const credentials = ecrCredentials(at(ministack.url), OPS)
    const registry = connectRegistry({
      host: new URL(ministack.url).host,
      credentials,
      clock: new ManualClock(),
      policy: fastRetry
    })

    await registry.pushLayout('shop/api', layout, built.digest)
    await registry.tagOnce('shop/api', built.digest, 'src-1')

    expect(await registry.resolve('shop/api', 'src-1')).toMatchObject({ digest: built.digest })
  })
})

describe('a repository that must be there', () => {
  it.each(['ministack', 'moto'])(
    'is created with tags that stay, and lets environments move theirs (%s)',
    async name => {
      const url = name === 'moto' ? moto.url : ministack.url

      const ensured = await ensureRepository(at(url), OPS, 'shop/created')

      expect(ensured).toEqual({ created: true, tags: 'guarded' })
      const client = new ECRClient({ ...keysOf(at(url)), endpoint: url })
      const found = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/created'] }))
      client.destroy()
      expect(found.repositories?.[0]).toMatchObject({
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageScanningConfiguration: { scanOnPush: true },
        // ministack does not keep the filters.
        ...(name === 'moto'
          ? {
              imageTagMutabilityExclusionFilters: [
                { filterType: 'WILDCARD', filter: 'env-*' },
                { filterType: 'WILDCARD', filter: 'prev-*' }
              ]
            }
          : {})
      })
    }
  )

  it.each(['ministack', 'moto'])('is created with rules that keep what is deployed (%s)', async name => {
    const url = name === 'moto' ? moto.url : ministack.url

    await ensureRepository(at(url), name === 'moto' ? MOTO : OPS, 'shop/kept')

    const client = new ECRClient({ ...keysOf(at(url)), endpoint: url })
    const { lifecyclePolicyText } = await client.send(new GetLifecyclePolicyCommand({ repositoryName: 'shop/kept' }))
    client.destroy()
    expect(JSON.parse(lifecyclePolicyText ?? '')).toEqual(LIFECYCLE)
  })

  it.each(['ministack', 'moto'])('is created with the key that its account has (%s)', async name => {
    const url = name === 'moto' ? moto.url : ministack.url
    const kmsKey = 'arn:aws:kms:eu-west-1:111111111111:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60'

    await ensureRepository(at(url), name === 'moto' ? MOTO : OPS, 'shop/encrypted', { kmsKey })

    const client = new ECRClient({ ...keysOf(at(url)), endpoint: url })
    const { repositories } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/encrypted'] }))
    client.destroy()
    expect(repositories?.[0]?.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey })
  })

  it.each(['ministack', 'moto'])('is created with the tags of the organisation (%s)', async name => {
    const url = name === 'moto' ? moto.url : ministack.url

    await ensureRepository(at(url), name === 'moto' ? MOTO : OPS, 'shop/tagged', {
      tags: { Owner: 'shop', CostCenter: '1' }
    })

    const client = new ECRClient({ ...keysOf(at(url)), endpoint: url })
    const { repositories } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/tagged'] }))
    const resourceArn = repositories?.[0]?.repositoryArn
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }))
    client.destroy()
    expect(tags).toEqual([
      { Key: 'Owner', Value: 'shop' },
      { Key: 'CostCenter', Value: '1' }
    ])
  })

  it('is created also where its rules may not be put', async () => {
    const narrow = await front((request, response, forward) => {
      if (request.headers['x-amz-target']?.toString().endsWith('PutLifecyclePolicy') !== true) return forward()
      request.resume()
      return reply(response, 400, {}, { __type: 'AccessDeniedException', message: 'not allowed' })
    })

    const ensured = await ensureRepository(at(narrow.url), OPS, 'shop/narrow')

    expect(ensured).toEqual({ created: true, tags: 'guarded', withoutRules: 'not allowed' })
  })

  it('is left as it is when somebody made it', async () => {
    const client = new ECRClient({ ...keysOf(at(moto.url)), endpoint: moto.url })
    await client.send(new CreateRepositoryCommand({ repositoryName: 'shop/theirs' }))

    const ensured = await ensureRepository(at(moto.url), MOTO, 'shop/theirs')

    expect(ensured).toEqual({ created: false, tags: 'loose' })
    await expect(client.send(new GetLifecyclePolicyCommand({ repositoryName: 'shop/theirs' }))).rejects.toThrow(
      'Lifecycle policy does not exist'
    )
    client.destroy()
  })

  it('may be created by two at once', async () => {
    let hidden = true
    const racing = await front(async (request, response, forward) => {
      if (hidden && request.headers['x-amz-target']?.toString().endsWith('DescribeRepositories')) {
        hidden = false
        await ensureRepository(at(ministack.url), OPS, 'shop/raced')
        request.resume()
        return reply(response, 400, {}, { __type: 'RepositoryNotFoundException', message: 'not yet' })
      }
      return forward()
    })

    const ensured = await ensureRepository(at(racing.url), OPS, 'shop/raced')

    expect(ensured).toEqual({ created: false, tags: 'guarded' })
  })

  it('is missed when ECR has it and does not show it', async () => {
    const ecr = await answering(200, {})

    const ensured = ensureRepository(at(ecr.url), OPS, 'shop/hidden')

    await expect(ensured).rejects.toThrow('ECR says that the repository shop/hidden exists, but does not describe it.')
  })

  it('counts as loose when ECR does not say', async () => {
    const ecr = await answering(200, { repositories: [{ repositoryName: 'shop/api' }] })

    const ensured = await ensureRepository(at(ecr.url), OPS, 'shop/api')

    expect(ensured).toEqual({ created: false, tags: 'loose' })
  })

  it.each([
    ['fixed', 'IMMUTABLE', undefined],
    ['fixed', 'IMMUTABLE_WITH_EXCLUSION', ['latest*']],
    ['fixed', 'IMMUTABLE_WITH_EXCLUSION', ['env-*']],
    ['fixed', 'IMMUTABLE_WITH_EXCLUSION', ['env-production', 'prev-production']],
    ['fixed', 'IMMUTABLE_WITH_EXCLUSION', ['env.*', 'prev.*']],
    ['fixed', 'MUTABLE_WITH_EXCLUSION', ['env-*']],
    ['guarded', 'IMMUTABLE_WITH_EXCLUSION', ['latest', 'prev-*', 'env-*']],
    ['guarded', 'IMMUTABLE_WITH_EXCLUSION', ['e*v-*', 'prev*']],
    ['guarded', 'MUTABLE_WITH_EXCLUSION', ['src-*']],
    ['loose', 'IMMUTABLE_WITH_EXCLUSION', ['*']],
    ['loose', 'IMMUTABLE_WITH_EXCLUSION', ['env-*', 'prev-*', 's*']],
    ['loose', 'MUTABLE_WITH_EXCLUSION', ['latest']],
    ['loose', 'MUTABLE', undefined]
  ])('has tags that are %s when it is %s for %j', async (tags, imageTagMutability, filters) => {
    const imageTagMutabilityExclusionFilters = filters?.map(filter => ({ filterType: 'WILDCARD', filter }))
    const ecr = await answering(200, {
      repositories: [{ repositoryName: 'shop/api', imageTagMutability, imageTagMutabilityExclusionFilters }]
    })

    const ensured = await ensureRepository(at(ecr.url), OPS, 'shop/api')

    expect(ensured).toEqual({ created: false, tags })
  })

  it('is named with what ECR says when it cannot be made', async () => {
    const ecr = await answering(400, { __type: 'LimitExceededException', message: 'too many repositories' })

    const error = await ensureRepository(at(ecr.url), OPS, 'shop/many').catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(
      'ECR in eu-west-1 could not set up the repository shop/many in account 111111111111: too many repositories'
    )
  })

  it('has a name that ECR takes', async () => {
    await expect(ensureRepository(at(ministack.url), OPS, 'Shop')).rejects.toThrow('"Shop" is not a repository name.')
  })
})
