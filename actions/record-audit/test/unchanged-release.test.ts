import { beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { SHOP } from '@sluice-lab/memory'
import { type Jobs, PLAN, SKIPPED, Stage, SUCCESS } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await Stage.start()
})

describe('a release that was found to change nothing', () => {
  const idle: Jobs = {
    plan: SKIPPED,
    deploy: { result: 'success', outputs: { outcome: 'unchanged' } },
    accept: SUCCESS
  }

  beforeEach(async () => {
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await stage.delivery.record({ event, environment: 'integration', release: stage.named(), plan: PLAN }, '600')
  })

  it('is not accepted for the asking: the ledger must hold it, or what is made of the same, as live (promise 3)', async () => {
    const other = await stage.delivery.release(
      stage.delivery.repository.add({ 'infra/api.yml': 'Resources: { Evil: {} }\n' })
    )

    const { request, verdict } = await stage.outcome(idle, 'integration', {}, other.digest)

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      reason: 'Nothing was deployed to integration, and what the ledger holds as live there is not this release.',
      untouched: true
    })
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another build', { 'site/index.html': 'skimmer' }],
    ['another tag', { 'delivery.yml': `${SHOP}tags: { Owner: shop }\n` }],
    ['another parameter', { 'delivery.yml': SHOP.replace('Address:', 'Adress:') }],
    [
      'another unit',
      {
        'delivery.yml': SHOP.replace(
          '  api: {',
          '  web: { image: { context: api }, stack: { template: infra/api.yml } }\n  api: {'
        )
      }
    ]
  ])('is not the same as what is live with %s', async (_, files) => {
    const other = await stage.delivery.release(stage.delivery.repository.add(files))

    expect((await stage.outcome(idle, 'integration', {}, other.digest)).verdict).toBe('failed')
  })

  it('is accepted where only a document changed', async () => {
    const other = await stage.delivery.release(stage.delivery.repository.add({ 'NOTES.md': 'Nothing that runs.' }))

    expect((await stage.outcome(idle, 'integration', {}, other.digest)).verdict).toBe('accepted')
  })

  it('is not accepted where nothing was ever deployed', async () => {
    expect((await stage.outcome(idle, 'fair')).verdict).toBe('failed')
  })

  it('cannot be compared with a commit that is not in the clone', async () => {
    const gone = { digest: sha256('gone'), commit: '9'.repeat(40) }
    await stage.delivery.record({ event: 'released', release: gone })
    await stage.delivery.record({ event: 'deployed', environment: 'fair', release: gone })
    const compared = `/repos/octo-org/shop/compare/${gone.commit}...${stage.release.commit}?per_page=1&page=2`
    stage.delivery.github.answers.set(compared, { status: 'ahead' })

    expect((await stage.outcome(idle, 'fair')).verdict).toBe('failed')
  })
})
