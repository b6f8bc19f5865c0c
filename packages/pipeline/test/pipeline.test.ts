import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  encodeRelease,
  releaseId,
  releasesRepository,
  sha256,
  systemClock,
  UserError,
  unitRepository
} from '@sluice/core'
import { connectRegistry } from '@sluice/registry'
import { ensureTools, type Server, startRegistry } from '@sluice-lab/servers'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY, REPOSITORY_ID } from './hosted.ts'

let hosted: Hosted
let storage: string
let registry: Server & { readonly host: string }

beforeAll(async () => {
  hosted = await hostProduct()
  storage = await mkdtemp(join(tmpdir(), 'sluice-pipeline-registry-'))
  registry = await startRegistry({ tools: await ensureTools({ only: ['dockerRegistry'] }), storage })
  await hosted.commit({
    'fips.yml': DELIVERY.replace('registry: { account: ops }', `registry: { account: ops, host: ${FIPS} }`),
    'local.yml': DELIVERY.replace('registry: { account: ops }', `registry: { account: ops, host: "${registry.host}" }`),
    'settings & co/delivery ü.yml': DELIVERY.replace('name: staging', 'name: rehearsed')
  })
})

afterAll(async () => {
  await registry.stop()
  await hosted.stop()
  await rm(storage, { recursive: true, force: true })
})

/** Another host of the account's ECR, in another region. */
const FIPS = '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com'

describe('a delivery', () => {
  it('takes its policy from the default branch as it is now, and what is built from a commit', async () => {
    const before = await hosted.commit()
    await hosted.commit({ 'delivery.yml': DELIVERY.replace('name: fair', 'name: market') })
    const pipeline = await hosted.open({ run: { sha: before } })
    await hosted.commit({ 'delivery.yml': DELIVERY })

    expect(pipeline.policy.environments.map(({ name }) => name)).toEqual(['integration', 'staging', 'market'])
    expect((await pipeline.at(before)).environments.map(({ name }) => name)).toEqual(['integration', 'staging', 'fair'])
    expect(pipeline.defaultBranch).toBe('main')
  })

  it('is found by the path that the workflow gives', async () => {
    const pipeline = await hosted.open({ config: 'settings & co/delivery ü.yml' })

    expect(pipeline.environment('rehearsed').name).toBe('rehearsed')
  })

  it('must be on the default branch', async () => {
    await expect(hosted.open({ config: 'nowhere.yml' })).rejects.toThrow(
      `nowhere.yml is not on the default branch (main) of ${REPOSITORY}. Commit it there, or set the input config to its path.`
    )
  })

  it('must be in the commit that is delivered', async () => {
    const pipeline = await hosted.open({ config: 'local.yml' })
    const first = await hosted.git('rev-list', '--max-parents=0', 'HEAD')

    await expect(pipeline.at(first)).rejects.toThrow(`local.yml does not exist in commit ${first}.`)
  })

  it('of a repository that the token does not reach names the permission', async () => {
    await expect(hosted.open({ run: { repository: 'octo-org/other' } })).rejects.toThrow(
      /^This job's token cannot read octo-org\/other\. Grant the job:\n {2}permissions:\n {4}contents: read$/
    )
  })

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_STS'])(
    'is not opened when %s is a foreign host, and GitHub is not asked (promise 9)',
    async name => {
      const asked = (): number => [...hosted.host.requests.values()].reduce((sum, count) => sum + count, 0)
      const before = asked()

      const opened = hosted.open({ env: { [name]: 'https://shop.example' } })

      await expect(opened).rejects.toThrow(UserError)
      await expect(opened).rejects.toThrow(`${name} points to shop.example, where credentials are never sent`)
      expect(asked()).toBe(before)
    }
  )

  it('has its environments in order', async () => {
    const pipeline = await hosted.open()

    expect(pipeline.environmentBefore('integration')).toBeUndefined()
    expect(pipeline.environmentBefore('staging')?.name).toBe('integration')
    expect(pipeline.environmentBefore('fair')?.name).toBe('staging')
    expect(() => pipeline.environment('stagin')).toThrow(/no environment "stagin".*integration, staging, fair/)
    expect(() => pipeline.environmentBefore('stagin')).toThrow(UserError)
  })

  it('has each record of a run say where it comes from', async () => {
    const { run, ...pipeline } = await hosted.open({ run: { attempt: 1, job: 'plan' } })

    expect(pipeline.draft()).toEqual({
      product: 'shop',
      actor: { id: '7', login: 'author' },
      policy: pipeline.policyFile,
      run: {
        triggeringActor: 'author',
        repository: String(REPOSITORY_ID),
        id: run.runId,
        attempt: 1,
        job: 'plan',
        ref: 'refs/heads/main',
        workflow: 'octo-org/shop/.github/workflows/deliver.yml@refs/heads/main',
        workflowSha: run.sha,
        runner: 'github-hosted'
      }
    })
  })
})

describe('the sessions of a delivery', () => {
  const staging = { environment: 'staging', may: 'deploy' } as const

  it('are one for each role, in the region of its account', async () => {
    const pipeline = await hosted.open()

    expect(pipeline.session('push')).toBe(pipeline.session('push'))
    expect(pipeline.session('pull')).not.toBe(pipeline.session('push'))
    expect(pipeline.session(staging)).not.toBe(pipeline.session({ ...staging, may: 'plan' }))
    expect(pipeline.session('push').region).toBe('eu-west-1')
    expect(pipeline.session(staging).region).toBe('eu-central-1')
    // Tags move in the registry's account, also for an environment that is elsewhere.
    expect(pipeline.session({ ...staging, may: 'promote' }).region).toBe('eu-west-1')
  })

  it('can be of another role, where it is the main one of the action', async () => {
    const pipeline = await hosted.open({ roleToAssume: 'arn:aws:iam::111111111111:role/other' })

    expect(pipeline.session('push')).toBe(pipeline.session('pull'))
  })

  it('are never of another role where it is read what the ledger must hold: a workflow that chose it could hide that', async () => {
    const pipeline = await hosted.open({ roleToAssume: 'arn:aws:iam::111111111111:role/other' })

    expect(pipeline.session('anchors')).not.toBe(pipeline.session('pull'))
    expect(pipeline.session('anchors').region).toBe('eu-west-1')
  })

  it('keep the region of what they are for, also when one role is given for everything', async () => {
    const pipeline = await hosted.open({ roleToAssume: 'arn:aws:iam::111111111111:role/other' })

    expect([pipeline.session('pull').region, pipeline.session(staging).region]).toEqual(['eu-west-1', 'eu-central-1'])
  })
})

describe('the ops registry', () => {
  it('is that of the account, unless delivery.yml names another host', async () => {
    const [own, local] = [await hosted.open(), await hosted.open({ config: 'local.yml' })]

    expect(own.registryHost).toBe('111111111111.dkr.ecr.eu-west-1.amazonaws.com')
    expect(local.registryHost).toBe(registry.host)
    expect(local.registry('push').host).toBe(registry.host)
    expect(own.registry('push').host).toBe(own.registryHost)
    expect(own.registry('push')).not.toBe(own.registry('pull'))
    expect(own.registry('push')).toBe(own.registry('push'))
  })

  it('is asked with credentials of the account by each of its hosts', async () => {
    const pipeline = await hosted.open({ config: 'fips.yml' })

    expect(pipeline.registryHost).toBe(FIPS)
    expect(pipeline.registry('push')).not.toBe(pipeline.registry('pull'))
  })

  it('needs no preparation where it makes repositories itself', async () => {
    const pipeline = await hosted.open({ config: 'local.yml' })

    await expect(pipeline.prepareRepository('shop/site')).resolves.toBeUndefined()
  })

  it('has a place for each unit and one for releases', () => {
    expect([unitRepository('shop', 'api'), releasesRepository('shop')]).toEqual(['shop/api', 'shop/releases'])
  })
})

describe('a release', () => {
  const store = async (changes: object): Promise<ReturnType<typeof sha256>> => {
    const { text, digest } = encodeRelease({
      version: 1,
      repository: String(REPOSITORY_ID),
      product: 'shop',
      commit: '1'.repeat(40),
      units: {},
      ...changes
    })
    const ops = connectRegistry({ host: registry.host, clock: systemClock })
    await ops.putDocument('shop/releases', text, { artifactType: 'application/json' })
    return digest
  }

  it('is read from the ops registry by its digest', async () => {
    const digest = await store({})
    const pipeline = await hosted.open({ config: 'local.yml' })

    expect((await pipeline.release(digest)).commit).toBe('1'.repeat(40))
  })

  it('that is not there is named in both forms', async () => {
    const pipeline = await hosted.open({ config: 'local.yml' })
    const digest = sha256('nothing')

    await expect(pipeline.release(digest)).rejects.toThrow(
      `Release ${digest} (${releaseId(digest)}) is not in the ops registry.`
    )
    expect(await pipeline.findRelease(digest)).toBeUndefined()
  })

  it('of another repository or product is refused', async () => {
    const pipeline = await hosted.open({ config: 'local.yml' })

    await expect(pipeline.release(await store({ repository: '1' }))).rejects.toThrow(
      `was created in repository 1, not in this one (${REPOSITORY_ID}). Name a release that this repository made`
    )
    await expect(pipeline.release(await store({ product: 'bakery' }))).rejects.toThrow(
      'is a release of product "bakery", not of "shop"'
    )
  })
})
