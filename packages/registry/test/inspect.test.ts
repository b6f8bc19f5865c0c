import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AwsSession, type Digest, fastRetry, ManualClock, parseAccountId, sha256, UserError } from '@sluice/core'
import { connectRegistry, ecrCredentials, ensureRepository, inspectRepositories } from '@sluice/registry'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Front, reply, type Server, startFront, startMinistack, startMoto } from '@sluice-lab/servers'
import { image, writeLayout } from './image-layout.ts'

const OPS = parseAccountId('111111111111')
const STAGING = parseAccountId('222222222222')
const MOTO = parseAccountId('123456789012')
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

let directory: string
let ministack: Server
let moto: Server
let pushed: Digest
const fronts: Front[] = []

const at = (url: string): AwsSession => emulatedSession(url, OPS, { retry: fastRetry, clock: new ManualClock() })

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'inspect-'))
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
  const built = image('api')
  pushed = built.digest
  await ensureRepository(at(ministack.url), OPS, 'shop/api')
  const registry = connectRegistry({
    host: new URL(ministack.url).host,
    credentials: ecrCredentials(at(ministack.url), OPS),
    clock: new ManualClock(),
    policy: fastRetry
  })
  await registry.pushLayout('shop/api', await writeLayout(path.join(directory, 'layout'), [built]), pushed)
}, 60_000)

afterAll(async () => {
  await Promise.all([...fronts, ministack, moto].map(server => server.stop()))
  await rm(directory, { recursive: true })
})

/** An ECR that answers actions as a test says, and the others as the emulator does. */
async function answering(answers: Readonly<Record<string, readonly [number, object]>>): Promise<Front> {
  const started = await startFront(ministack.url, (request, response, forward) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const answer = answers[action]
    if (answer === undefined) return forward()
    request.resume()
    return reply(response, answer[0], {}, answer[1])
  })
  fronts.push(started)
  return started
}

describe('a repository that is looked at', () => {
  it('has its images, and tells which are not there', async () => {
    const absent = sha256('absent')

    const found = await inspectRepositories(
      at(ministack.url),
      OPS,
      [
        { name: 'shop/api', digests: [pushed, absent] },
        { name: 'shop/none', digests: [absent] }
      ],
      OPS
    )

    expect([...found.keys()]).toEqual(['shop/api'])
    expect(found.get('shop/api')).toEqual({
      tags: 'guarded',
      mayPull: true,
      images: new Map([
        [pushed, 'active'],
        [absent, 'absent']
      ])
    })
  })

  it.each([
    ['ARCHIVED', 'archived'],
    ['ACTIVATING', 'restoring'],
    ['ACTIVE', 'active'],
    [undefined, 'active']
  ])('has an image that is %s as %s', async (imageStatus, state) => {
    const ecr = await answering({ DescribeImages: [200, { imageDetails: [{ imageDigest: pushed, imageStatus }] }] })

    const found = await inspectRepositories(at(ecr.url), OPS, [{ name: 'shop/api', digests: [pushed] }], OPS)

    expect(found.get('shop/api')?.images.get(pushed)).toBe(state)
  })

  it('lets no other account pull as it is made, and those that its policy names (moto)', async () => {
    const name = 'shop/pulled'
    const client = new ECRClient({
      region: 'eu-west-1',
      credentials: await at(moto.url).credentials(),
      endpoint: moto.url
    })
    const mayPull = async (): Promise<boolean | undefined> =>
      (await inspectRepositories(at(moto.url), MOTO, [{ name, digests: [] }], STAGING)).get(name)?.mayPull
    await client.send(new CreateRepositoryCommand({ repositoryName: name }))

    const asMade = await mayPull()
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${STAGING}:root` }, Action: PULL }]
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
    await client.send(new SetRepositoryPolicyCommand({ repositoryName: name, policyText }))
    client.destroy()

    expect([asMade, await mayPull()]).toEqual([false, true])
  })

  it('asks for the policy of the registry once', async () => {
    const ecr = await answering({
      GetRegistryPolicy: [200, { policyText: JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ecr:*' } }) }]
    })
    await ensureRepository(at(ministack.url), OPS, 'shop/worker')

    await inspectRepositories(
      at(ecr.url),
      OPS,
      ['shop/api', 'shop/worker'].map(name => ({ name, digests: [] })),
      STAGING
    )

    // Two repositories, and the policy.
    expect(ecr.seen).toHaveLength(3)
  })

  it('is not looked at by a role that may not', async () => {
    const ecr = await answering({ DescribeRepositories: [400, { __type: 'AccessDeniedException', message: 'no' }] })

    const looking = inspectRepositories(at(ecr.url), OPS, [{ name: 'shop/api', digests: [] }], OPS)

    await expect(looking).rejects.toThrow(UserError)
    await expect(looking).rejects.toThrow(
      "ECR in eu-west-1 could not look at the repositories of account 111111111111: no. Allow this action in the role's policy."
    )
  })
})
