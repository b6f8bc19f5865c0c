import { beforeEach, describe, expect, it } from '@jest/globals'
import type { NamedRelease } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
import { findUnchanged } from '../src/unchanged-everywhere.ts'

let delivery: MemoryDelivery
let live: Seeded

const named = ({ digest, commit }: NamedRelease): NamedRelease => ({ digest, commit })

/** A release is accepted in some environments. */
async function accept(release: NamedRelease, environments: readonly string[], run = '600'): Promise<void> {
  for (const environment of environments)
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await delivery.record({ event, environment, release: named(release), policy: delivery.open().policyFile }, run)
}

beforeEach(async () => {
  delivery = memoryDelivery()
  live = await delivery.release(delivery.repository.add())
  await accept(live, ['integration', 'staging'])
})

/** Where a commit changes nothing, as a run of it finds. */
async function unchangedBy(files: Readonly<Record<string, string>>, event = 'push'): ReturnType<typeof findUnchanged> {
  const next = await delivery.release(delivery.repository.add(files))
  return findUnchanged(delivery.open({ sha: next.commit, event }), named(next))
}

const NOTES = { 'NOTES.md': 'Nothing that runs.\n' }

describe('a release that changes nothing', () => {
  it('says so of every environment that its run may reach, with what is live there', async () => {
    expect(await unchangedBy(NOTES)).toEqual([
      { environment: 'integration', release: live.digest },
      { environment: 'staging', release: live.digest }
    ])
  })

  it('is looked at where a run that was started by hand reaches an environment that has nothing', async () => {
    expect(await unchangedBy(NOTES, 'workflow_dispatch')).toBeUndefined()
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another build', { 'site/index.html': 'louder\n' }],
    ['another template', { 'infra/api.yml': 'Resources: { Queue: {} }\n' }],
    ['another parameter', { 'delivery.yml': SHOP.replace('Address:', 'Adress:') }],
    ['a tag of the product', { 'delivery.yml': `${SHOP}tags: { Owner: shop }\n` }],
    [
      'a tag of one environment',
      { 'delivery.yml': SHOP.replace('gate: continuous }', 'gate: continuous, tags: { Owner: shop } }') }
    ],
    [
      'a setting of one stack',
      {
        'delivery.yml': SHOP.replace(
          'gate: continuous }',
          'gate: continuous, stacks: { api: { terminationProtection: true } } }'
        )
      }
    ],
    [
      'files that are cached otherwise',
      {
        'delivery.yml': SHOP.replace(
          'publish: BucketName',
          "publish: BucketName, cacheControl: [{ files: '*', value: no-cache }]"
        )
      }
    ],
    [
      'another bucket for code',
      { 'delivery.yml': SHOP.replace('region: eu-central-1 }', 'region: eu-central-1, bundles: shop-code }') }
    ],
    ['another address in delivery.yml', { 'delivery.yml': SHOP.replace('.shop.example', '.shop2.example') }]
  ])('is none with %s', async (_, files) => {
    expect(await unchangedBy(files)).toBeUndefined()
  })

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    [
      'another file that a template may nest',
      {
        'infra/api.yml': 'Resources: { Part: { Properties: { TemplateURL: ../parts/one.yml } } }',
        'parts/one.yml': '1'
      },
      { 'parts/one.yml': '2' }
    ],
    [
      'another parameter file of one environment',
      {
        'delivery.yml': SHOP.replace(
          'template: infra/api.yml',
          'template: infra/api.yml, parameterFiles: ["infra/${environment}.json"]'
        ),
        'infra/integration.json': '{}',
        'infra/staging.json': '{}'
      },
      { 'infra/staging.json': '{ "Tasks": 2 }' }
    ]
  ])('is none with %s', async (_, files, changed) => {
    live = await delivery.release(delivery.repository.add(files))
    await accept(live, ['integration', 'staging'], '650')

    expect(await unchangedBy({})).toHaveLength(2)
    expect(await unchangedBy(changed)).toBeUndefined()
  })

  it('is looked at where what is live was accepted under another policy', async () => {
    const release = await delivery.release(delivery.repository.add(NOTES))
    const pipeline = delivery.open({ sha: release.commit })
    const policyFile = { ...pipeline.policyFile, digest: live.digest }

    expect(await findUnchanged({ ...pipeline, policyFile }, named(release))).toBeUndefined()
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      'was withdrawn',
      async () =>
        delivery.record({
          event: 'withdrawn',
          environment: 'staging',
          release: named(live),
          detail: { reason: 'orders fail' }
        })
    ],
    [
      'is being deployed anew',
      async () => delivery.record({ event: 'started', environment: 'staging', release: named(live) }, '650')
    ],
    [
      'waits for another run at the gate',
      async () => delivery.record({ event: 'planned', environment: 'staging', release: named(live) }, '650')
    ],
    [
      'was not accepted since',
      async () => {
        await delivery.record({ event: 'started', environment: 'staging', release: named(live) }, '650')
        await delivery.record({ event: 'deployed', environment: 'staging', release: named(live) }, '650')
        await delivery.record({ event: 'failed', environment: 'staging', release: named(live) }, '650')
      }
    ]
  ])('is looked at where what is live %s', async (_, happens) => {
    await happens()

    expect(await unchangedBy(NOTES)).toBeUndefined()
  })

  it('is live from then on: what is older may not enter any more', async () => {
    const first = await delivery.release(delivery.repository.add(NOTES))
    const unchanged = [{ environment: 'integration', release: live.digest }]
    await delivery.record({ event: 'released', release: named(first), detail: { unchanged } }, '640')

    const standing = await delivery.open().history.standing('integration')

    expect(standing.live.map(({ release }) => release?.commit)).toEqual([first.commit, live.commit])
    expect((await delivery.open().history.standing('staging')).live.map(({ release }) => release?.commit)).toEqual([
      live.commit
    ])
  })

  it('is live no longer when something else was deployed', async () => {
    const first = await delivery.release(delivery.repository.add(NOTES))
    const unchanged = [{ environment: 'integration', release: live.digest }]
    await delivery.record({ event: 'released', release: named(first), detail: { unchanged } }, '640')
    const next = await delivery.release(delivery.repository.add({ 'site/index.html': 'louder\n' }))
    await accept(next, ['integration'], '660')

    const { live: now } = await delivery.open().history.standing('integration')

    expect(now.map(({ release }) => release?.digest)).toEqual([next.digest])
  })
})
