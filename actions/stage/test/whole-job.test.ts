import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { writeBundle } from '@sluice/bundle'
import { type Report, sha256, systemClock, UserError } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { emulatedSession } from '@sluice-lab/samples'
import { ensureTools, type Server, startMinistack } from '@sluice-lab/servers'
import type { StageInputs } from '../src/inputs.ts'
import { run } from '../src/run.ts'

const API = `
Parameters: { Image: { Type: String } }
Resources:
  Running: { Type: AWS::SSM::Parameter, Properties: { Type: String, Name: /shop/image, Value: !Ref Image } }
Outputs: { Address: { Value: https://api.shop.example } }
`

const SITE = `
Parameters: { BundleDigest: { Type: String }, Address: { Type: String } }
Resources: { Bucket: { Type: AWS::S3::Bucket } }
Outputs: { BucketName: { Value: !Ref Bucket } }
`

let folder: string
let aws: Server
let account = 200_000_000_000
let delivery: MemoryDelivery
let told: Report['outputs'][]
let summaries: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-stage-'))
  aws = await startMinistack({
    tools: await ensureTools({ only: ['ministack'] }),
    directory: join(folder, 'aws'),
    accountId: '222222222222',
    enforceIam: false,
    region: 'eu-central-1'
  })
}, 60_000)

afterAll(async () => {
  await aws.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  account += 1
  delivery = memoryDelivery()
  delivery.github.protect('staging')
  told = []
  summaries = []
})

/** A release whose units are a template each, which integration has accepted. */
async function released(): Promise<Seeded> {
  const commit = delivery.repository.add({ 'infra/api.yml': API, 'infra/site.yml': SITE })
  const directory = await mkdtemp(join(folder, 'site-'))
  await writeFile(join(directory, 'index.html'), 'one')
  const { digest } = await writeBundle({ directory, file: `${directory}.zip` })
  delivery.bundles.files.set(digest, `${directory}.zip`)
  const release = await delivery.release(commit, {
    api: { kind: 'image', digest: sha256('image'), fingerprint: sha256('api') },
    site: { kind: 'bundle', digest, fingerprint: sha256('site') }
  })
  await delivery.record({ event: 'accepted', environment: 'integration', release: { digest: release.digest, commit } })
  return release
}

async function stage(inputs: StageInputs, changes: Partial<Pipeline> = {}): Promise<readonly string[]> {
  const pipeline: Pipeline = {
    ...delivery.open({ runId: '700', temp: folder }),
    clock: systemClock,
    session: () => emulatedSession(aws.url, String(account), { region: 'eu-central-1' }),
    ...changes
  }
  const tell = async ({ outputs, summary }: Report): Promise<void> => {
    told.push(outputs)
    summaries.push(summary)
  }
  await run(inputs, pipeline, tell, {})
  return (await delivery.recorded()).filter(it => it.run.id === '700').map(({ event }) => event)
}

/** A store that hands a bundle out to who plans, and has lost it when the plan is applied. */
function losing(lost: () => void = () => undefined): Pick<Pipeline, 'bundles'> {
  const { bundles } = delivery.open({ runId: '700', temp: folder })
  let planned = false
  return {
    bundles: purpose => ({
      ...bundles(purpose),
      fetch: async (...what) => {
        if (planned) lost()
        const found = !planned && (await bundles(purpose).fetch(...what))
        planned = true
        return found
      }
    })
  }
}

describe('a job of a stage', () => {
  it('lets a release in, plans, and records the plan', async () => {
    const { digest } = await released()

    expect(await stage({ mode: 'plan', release: digest, environment: 'staging' })).toEqual(['planned'])

    expect(Object.assign({}, ...told)).toMatchObject({ verdict: 'allowed', 'has-changes': 'true' })
    expect(Object.assign({}, ...told)).not.toHaveProperty('acceptance')
    const { 'plan-digest': plan } = Object.assign({}, ...told)
    expect((await delivery.recorded()).at(-1)).toMatchObject({
      event: 'planned',
      plan,
      dossier: expect.stringMatching(/^sha256:/)
    })
  })

  it('plans, applies and records in one go where no one is asked, and nothing where nothing changes', async () => {
    const { digest, commit } = await released()
    const inputs = { mode: 'deploy', release: digest, environment: 'integration', plan: undefined } as const

    expect(await stage(inputs)).toEqual(['started', 'deployed'])

    expect(Object.assign({}, ...told)).toMatchObject({ outcome: 'applied', touched: 'true', acceptance: 'requests' })
    expect(Object.assign({}, ...told)).toMatchObject({ turn: 'allowed', place: expect.stringMatching(/^\d+@sha256:/) })
    told = []
    expect(await stage({ mode: 'plan', release: digest, environment: 'integration' })).toEqual(['started', 'deployed'])
    expect(Object.assign({}, ...told)).toMatchObject({ 'has-changes': 'false' })
    told = []
    expect(await stage(inputs)).toEqual(['started', 'deployed'])
    // Deployed a moment ago, and accepted by nobody yet.
    expect(Object.assign({}, ...told)).toMatchObject({ 'has-changes': 'false', acceptance: 'requests' })
    await delivery.record({ event: 'accepted', environment: 'integration', release: { digest, commit } }, '700')
    told = []
    expect(await stage(inputs)).toEqual(['started', 'deployed', 'accepted'])
    expect(Object.assign({}, ...told)).toMatchObject({ acceptance: 'none' })
  }, 60_000)

  it('records what is deployed also when a tag of the registry does not move', async () => {
    const { digest } = await released()
    delivery.registry.fixed = ['shop/api:env-integration']
    const inputs = { mode: 'deploy', release: digest, environment: 'integration', plan: undefined } as const

    expect(await stage(inputs)).toEqual(['started', 'deployed'])

    expect(delivery.log.warnings).toContainEqual(
      expect.stringContaining('shop/api:env-integration does not name sha256:')
    )
    expect(summaries.join('')).toContain('crane tag registry.shop.example/shop/api@')
    expect(Object.assign({}, ...told)).toMatchObject({ outcome: 'applied', acceptance: 'requests' })
  }, 60_000)

  it('moves the tags of the units that are deployed when it stops halfway', async () => {
    const { digest, document } = await released()
    const inputs = { mode: 'deploy', release: digest, environment: 'integration', plan: undefined } as const

    await expect(stage(inputs, losing())).rejects.toMatchObject({
      message: expect.stringContaining('integration is deployed by half: api is done, site stopped on the way.'),
      outputs: { outcome: 'partial' }
    })

    expect(delivery.registry.changes).toEqual([`move shop/api:env-integration to ${document.units['api']?.digest}`])
    expect((await delivery.recorded()).at(-1)).toMatchObject({ event: 'started' })
  }, 60_000)

  it('fails with what stopped it, whatever becomes of the tags', async () => {
    const { digest } = await released()
    const inputs = { mode: 'deploy', release: digest, environment: 'integration', plan: undefined } as const
    // The release is lost while the plan is applied.
    let lost = false
    const { release } = delivery.open({ runId: '700', temp: folder })
    const changes: Partial<Pipeline> = {
      ...losing(() => {
        lost = true
      }),
      release: async wanted => {
        if (lost) throw new UserError('The release is lost.')
        return release(wanted)
      }
    }

    await expect(stage(inputs, changes)).rejects.toThrow('integration is deployed by half')

    expect(delivery.log.warnings).toContain('The tags of api did not move: The release is lost.')
  }, 60_000)
})
