import { beforeEach, describe, expect, it } from '@jest/globals'
import { encodePlan, type Plan, type Release, sha256 } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import type { Target } from '../src/target.ts'
import { type Unfinished, unfinishedBy } from '../src/unfinished-deployment.ts'

let delivery: MemoryDelivery
let before: Seeded
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  before = await delivery.release(delivery.repository.add())
  release = await delivery.release(delivery.repository.add())
})

/** Records events of staging, of a release. */
async function record(of: Seeded, ...events: readonly ('started' | 'deployed' | 'bypassed')[]): Promise<void> {
  for (const event of events)
    await delivery.record({ event, environment: 'staging', release: { digest: of.digest, commit: of.commit } })
}

/** Asks about a plan of `release` that changes no stack, unless told. */
function unfinished(content: Plan['content'] = [], of: Seeded = release): Promise<Unfinished | undefined> {
  const plan: Plan = {
    version: 1,
    product: 'shop',
    environment: 'staging',
    release: of.digest,
    commit: of.commit,
    policy: delivery.policy.digest,
    stacks: [],
    content
  }
  const pipeline = delivery.open()
  const target = { environment: pipeline.environment('staging'), digest: of.digest, release: of.document as Release }
  return unfinishedBy(pipeline, target as Target, { plan, ...encodePlan(plan), live: new Map() })
}

describe('a deployment that a run began and did not carry through (promise 11)', () => {
  it('is to be finished, although its stacks are as wanted', async () => {
    await record(before, 'started', 'deployed')
    await record(release, 'started')

    expect(await unfinished()).toBe('interrupted')
  })

  it('is also that of a release which was withdrawn there, and is let in again', async () => {
    await record(release, 'started', 'deployed')
    const { digest, commit } = release
    const of = { environment: 'staging', release: { digest, commit }, detail: { reason: 'slow' } }
    await delivery.record({ event: 'withdrawn', ...of })
    expect(await unfinished()).toBe('withdrawn')

    const again = { environment: 'staging', release: { digest, commit } }
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await delivery.record({ event, ...again }, 'again')
    expect(await unfinished()).toBeUndefined()
  })

  it('is to be finished when it was the first one', async () => {
    await record(release, 'started')

    expect(await unfinished()).toBe('interrupted')
  })

  it('is to be finished, whoever passed the gate without a word since', async () => {
    await record(before, 'started', 'deployed')
    await record(release, 'started', 'bypassed')

    expect(await unfinished()).toBe('interrupted')
  })

  it('is to be finished when what was there before cannot be compared', async () => {
    const gone = { digest: sha256('expired'), commit: before.commit, document: before.document }
    await record(gone, 'started', 'deployed')
    await record(release, 'started')

    expect(await unfinished()).toBe('interrupted')
  })

  it('is to be recorded where the stacks are as wanted, and the ledger holds another release as live', async () => {
    await record(before, 'started', 'deployed')
    const other = await delivery.release(delivery.repository.add({ 'infra/api.yml': 'Resources: { Queue: {} }\n' }))

    expect(await unfinished([], other)).toBe('not-recorded')
  })

  it('is none where what is live was withdrawn: what changes nothing does not bring it back', async () => {
    await record(before, 'started', 'deployed')
    const { digest, commit } = before
    const of = { environment: 'staging', release: { digest, commit }, detail: { reason: 'slow' } }
    await delivery.record({ event: 'withdrawn', ...of })

    expect(await unfinished()).toBeUndefined()
  })

  it('is to be finished where it took the place of what was withdrawn, and died before it said so', async () => {
    await record(before, 'started', 'deployed')
    const of = { environment: 'staging', release: { digest: before.digest, commit: before.commit } }
    await delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'slow' } })
    const repair = await delivery.release(
      delivery.repository.add({ 'infra/api.yml': 'Resources: { Queue: {} }\n' }),
      before.document.units
    )
    expect(await unfinished([], repair)).toBeUndefined()

    await record(repair, 'started')

    expect(await unfinished([], repair)).toBe('interrupted')
    expect(await unfinished()).toBeUndefined()
  })

  it('is to be recorded where people put another build in the place of what was withdrawn', async () => {
    await record(before, 'started', 'deployed')
    const of = { environment: 'staging', release: { digest: before.digest, commit: before.commit } }
    await delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'slow' } })
    const { api, site } = before.document.units
    if (api === undefined || site === undefined) throw new Error('The sample has two units.')
    const repair = await delivery.release(delivery.repository.add({ 'api/Dockerfile': 'FROM scratch\n# repaired\n' }), {
      api: { ...api, digest: sha256('repaired') },
      site
    })

    expect(await unfinished([], repair)).toBe('not-recorded')
  })

  it('is none where stacks or files change anyway', async () => {
    await record(release, 'started')

    expect(await unfinished([{ unit: 'site', bucket: 'BucketName', digest: sha256('site') }])).toBeUndefined()
  })

  it('is none where the last deployment was recorded as done', async () => {
    await record(release, 'started', 'deployed')

    expect(await unfinished()).toBeUndefined()
  })

  it('is none where the release is, unit by unit, what was there before', async () => {
    const same = await delivery.release(delivery.repository.add(), before.document.units)
    await record(before, 'started', 'deployed')
    await record(same, 'started')

    expect(await unfinished([], same)).toBeUndefined()
  })

  it.each(['more', 'fewer'])(
    'is to be finished when the release has %s units than what was there before',
    async which => {
      const { api, site } = before.document.units
      if (api === undefined || site === undefined) throw new Error('The sample has two units.')
      const one = await delivery.release(delivery.repository.add(), { api })
      const both = await delivery.release(delivery.repository.add(), { api, site })
      const [older, newer] = which === 'more' ? [one, both] : [both, one]
      await record(older, 'started', 'deployed')
      await record(newer, 'started')

      expect(await unfinished([], newer)).toBe('interrupted')
    }
  )
})
