import { beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { historyOf, type Pipeline, writeRecords } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordsOfEvents } from '../src/event-records.ts'
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

const NOTHING = {
  environment: undefined,
  unit: undefined,
  plan: undefined,
  planPath: undefined,
  dossierPath: undefined,
  detail: undefined
}

/** What a run announces of a release. */
async function announce(pipeline: Pipeline, { digest }: Seeded): ReturnType<typeof run> {
  return run({ ...NOTHING, release: digest, kind: 'events', events: ['released'] }, pipeline)
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

  describe('while others write before it is recorded', () => {
    const staging = { environment: 'staging', plan: sha256('plan') }
    const inputs = { ...NOTHING, kind: 'events', events: ['released'] } as const

    it('is not said to change nothing where they deployed something else (promise 3)', async () => {
      const pipeline = job(next)
      const request = await recordsOfEvents({ ...inputs, release: next.digest }, pipeline)
      const other = await delivery.release(delivery.repository.add({ 'site/index.html': 'louder\n' }))
      for (const event of ['started', 'deployed', 'accepted'] as const)
        await delivery.record({ event, ...staging, release: named(other) }, '701')
      const before = await delivery.recorded()

      await expect(writeRecords(pipeline, request)).rejects.toThrow(
        /changed nothing in integration, staging when it was compared .* Re-run the failed jobs/
      )
      expect(await delivery.recorded()).toEqual(before)
    })

    it('still changes nothing where what they wrote ended as it began', async () => {
      const pipeline = job(next)
      const request = await recordsOfEvents({ ...inputs, release: next.digest }, pipeline)
      await delivery.record({ event: 'planned', ...staging, release: named(live), approvals: [] }, '701')
      await delivery.record({ event: 'rejected', ...staging, release: named(live) }, '701')

      await writeRecords(pipeline, request)

      expect((await delivery.recorded()).at(-1)).toMatchObject({ event: 'released', release: named(next) })
    })
  })
})
