import { beforeEach, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, type JobOutcome, stageJobName } from '@sluice/core'
import { requireAcceptance, writeRecords } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordsOfEvents } from '../src/event-records.ts'
import { run } from '../src/run.ts'

const environment = 'integration'

let delivery: MemoryDelivery
/** What runs, and what a later commit made of the same: no run has told yet that it changes nothing. */
let [live, same]: Seeded[] = []

beforeEach(async () => {
  delivery = memoryDelivery()
  live = await delivery.release(delivery.repository.add())
  for (const event of ['started', 'deployed'] as const) await delivery.record({ event, ...of(live) }, '600')
  same = await delivery.release(delivery.repository.add())
})

const of = ({ digest, commit }: Seeded) => ({ environment, release: { digest, commit } })
const stop = ({ digest }: Seeded): Parameters<typeof recordsOfEvents>[0] => ({
  ...{ kind: 'events', events: ['withdrawn'], environment, release: digest, detail: { reason: 'orders fail' } },
  ...{ unit: undefined, plan: undefined, planPath: undefined, dossierPath: undefined }
})

/** Records how the jobs of a run ended that changed nothing, and whose checks passed. */
async function end({ digest, commit }: Seeded, runId: string): Promise<string> {
  const report = checksReport({ environment, release: digest }, [{ what: 'GET /', passed: true, seconds: 0.2 }], [])
  const jobs: Record<string, JobOutcome> = {
    deploy: { result: 'success', outputs: { outcome: 'unchanged' } },
    accept: { result: 'success', outputs: { checks: '1', results: encodeChecks(report) } }
  }
  delivery.github.setJobs(runId, {
    [stageJobName('deploy', environment, digest)]: 'success',
    [stageJobName('accept', environment, digest)]: 'success'
  })
  const pipeline = delivery.open({ runId, sha: commit })
  return run({ kind: 'outcome', jobs, release: digest, environment }, pipeline).then(
    ({ outputs }) => String(outputs['verdict']),
    String
  )
}

const enters = async (release: Seeded): Promise<string> =>
  requireAcceptance(delivery.open({ runId: '702', sha: release.commit }), {
    ...{ release, environment: 'staging', kind: 'release' }
  }).then(() => 'enters', String)

describe('a withdrawal of a release that changed nothing, while its checks run,', () => {
  it('takes along what runs, which git says is the same', async () => {
    const [first, second] = [live, same] as [Seeded, Seeded]
    const { summary } = await run(stop(second), delivery.open({ runId: '650' }))

    expect(summary).toContain('It is what integration has, and goes on running there.')
    expect(await delivery.recorded()).toContainEqual(
      expect.objectContaining({ event: 'withdrawn', detail: { reason: 'orders fail', also: [first.digest] } })
    )
    expect(await end(second, '700')).toContain('what is live there was withdrawn')
    expect(await delivery.recorded()).toContainEqual(
      expect.objectContaining({ event: 'failed', release: of(second).release })
    )
    const third = await delivery.release(delivery.repository.add())
    expect(await end(third, '701')).toContain('what is live there was withdrawn')
    for (const it of [first, second, third]) expect(await enters(it)).not.toBe('enters')
  })

  it('is decided again where another run tells meanwhile that it is the same', async () => {
    const [first, second] = [live, same] as [Seeded, Seeded]
    await delivery.record({ event: 'accepted', ...of(first) }, '600')
    const other = await delivery.release(delivery.repository.add({ 'infra/site.yml': 'other' }))
    const pipeline = delivery.open({ runId: '650', sha: other.commit })
    const request = await recordsOfEvents(stop(other), pipeline)
    await delivery.record({ event: 'unchanged', ...of(other), detail: { sameAs: first.digest, acceptedBy: 4 } }, '601')

    await expect(writeRecords(pipeline, request)).rejects.toThrow(
      /^What integration has changed while this was being recorded, so nothing is withdrawn yet\. Run the failed job again/
    )
    await run(stop(other), delivery.open({ runId: '650', attempt: 2, sha: other.commit }))
    expect(await enters(first)).not.toBe('enters')
    expect(second).toBeDefined()
  })
})
