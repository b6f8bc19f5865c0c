import { beforeEach, describe, expect, it } from '@jest/globals'
import { historyOf, type Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let live: Seeded
let next: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  live = await delivery.release(delivery.repository.add())
  for (const environment of ['integration', 'staging'])
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await delivery.record(
        { event, environment, release: named(live), policy: delivery.open().policyFile },
        `60${environment.length}`
      )
  next = await delivery.release(delivery.repository.add({ 'NOTES.md': 'Nothing that runs.\n' }))
})

const named = ({ digest, commit }: Seeded): Pick<Seeded, 'digest' | 'commit'> => ({ digest, commit })

/** What a run announces of a release. */
async function announce(pipeline: Pipeline, { digest }: Seeded): ReturnType<typeof run> {
  const inputs = {
    release: digest,
    environment: undefined,
    unit: undefined,
    plan: undefined,
    planPath: undefined,
    dossierPath: undefined,
    detail: undefined
  }
  return run({ ...inputs, kind: 'events', events: ['released'] }, pipeline)
}

const job = (release: Seeded): Pipeline => delivery.open({ runId: '700', sha: release.commit })

describe('a release that is announced', () => {
  it('changes nothing where what is live is made of the same: no job looks there again (promise 10)', async () => {
    const { outputs, summary } = await announce(job(next), next)

    expect(outputs['unchanged']).toBe('true')
    expect(summary).toMatch(/\n\nIt changes nothing in integration, staging: what is live there was accepted\.\n$/)
    expect((await delivery.recorded()).at(-1)).toMatchObject({
      event: 'released',
      release: named(next),
      detail: {
        unchanged: [
          { environment: 'integration', release: live.digest },
          { environment: 'staging', release: live.digest }
        ]
      }
    })
  })

  it('says nothing of the sort where it has to be deployed', async () => {
    const louder = await delivery.release(delivery.repository.add({ 'site/index.html': 'louder\n' }))

    const { outputs, summary } = await announce(job(louder), louder)

    expect(outputs).not.toHaveProperty('unchanged')
    expect(summary).toMatch(/\|\n$/)
    expect((await delivery.recorded()).at(-1)).not.toHaveProperty('detail')
  })

  it('is compared with what is live when it is announced, not when its job began (promise 3)', async () => {
    const pipeline = job(next)
    const history = historyOf({ ...pipeline, ledger: delivery.ledger.copy() })
    await delivery.record({
      event: 'withdrawn',
      environment: 'staging',
      release: named(live),
      detail: { reason: 'orders fail' }
    })

    const { outputs } = await announce({ ...pipeline, history }, next)

    expect(outputs).not.toHaveProperty('unchanged')
    expect((await delivery.recorded()).at(-1)).toMatchObject({ event: 'released', release: named(next) })
    expect((await delivery.recorded()).at(-1)).not.toHaveProperty('detail')
  })
})
