import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, type JobOutcome, type LedgerRecord, type Report, sha256, stageJobName, UserError } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
import type { Acceptance } from '../src/acceptance.ts'
import type { Jobs } from '../src/record-job.ts'
import { run } from '../src/run.ts'

const PLAN = sha256('plan')

/** What a job says behind a continuous gate where there is nothing to apply, and nothing to accept. */
const UNCHANGED = { outcome: 'unchanged', acceptance: 'none', verdict: 'allowed' }

let delivery: MemoryDelivery
let release: Seeded
let server: Server
let requests: string[]
let status: number
/** What happens while a check is answered. */
let answer: () => Promise<unknown>
let told: Record<string, string>

beforeEach(async () => {
  requests = []
  status = 200
  answer = async () => undefined
  server = createServer(async (request, response) => {
    requests.push(request.url ?? '')
    await answer()
    response.writeHead(status).end('Shop')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => new Promise(resolve => server.close(resolve)))

/** Run 700 deployed a release with these acceptance checks to integration. */
async function deploy(accept: string): Promise<void> {
  const at = (gate: string): string => `gate: ${gate}, url: "https://${gate}.example" }`
  const shop = ['continuous', 'dispatch'].reduce((text, gate) => text.replace(`gate: ${gate} }`, at(gate)), SHOP)
  delivery = memoryDelivery(`${shop}${accept}`)
  release = await delivery.release(delivery.repository.add())
  const of = { environment: 'integration', release: named(), plan: PLAN }
  await delivery.record({ event: 'started', ...of }, '700')
  await delivery.record({ event: 'deployed', ...of }, '700')
}

const named = (): Pick<Seeded, 'digest' | 'commit'> => ({ digest: release.digest, commit: release.commit })

function jobs(changes: Jobs = {}, acceptance: Acceptance = 'requests'): Jobs {
  const { port } = server.address() as AddressInfo
  const outputs = { acceptance, 'plan-digest': PLAN, 'environment-url': `http://127.0.0.1:${port}` }
  return {
    plan: { result: 'skipped' },
    deploy: { result: 'success', outputs },
    accept: { result: 'skipped' },
    ...changes
  }
}

/** GitHub says that the job which deploys succeeded in a run, and that no other did. */
function deployedIn(runId: string): void {
  delivery.github.setJobs(runId, { [stageJobName('deploy', 'integration', release.digest)]: 'success' })
}

/** Runs the job, and gives what it recorded. */
async function record(
  needs: Jobs,
  runId = '700',
  changes: Partial<Pipeline> = {}
): Promise<{ readonly error: unknown; readonly last: LedgerRecord | undefined }> {
  told = {}
  const tell = async ({ outputs }: Report): Promise<void> => {
    Object.assign(told, outputs)
  }
  const pipeline = { ...delivery.open({ runId, sha: release.commit }), ...changes }
  const inputs = { mode: 'record', release: release.digest, environment: 'integration', jobs: needs } as const
  const error = await run(inputs, pipeline, tell, { SHOP_TOKEN: 'do-not-tell-anyone' }).catch((it: unknown) => it)
  return { error, last: (await delivery.recorded()).at(-1) }
}

describe('the job that records an environment', () => {
  it('sends the acceptance checks that are no more than requests, and records what they came to', async () => {
    await deploy('accept: { http: [{ path: /health, contains: Shop }] }\n')

    const { error, last } = await record(jobs())

    expect([error, requests]).toEqual([undefined, ['/health']])
    expect(last).toMatchObject({ event: 'accepted', detail: { checks: 1 }, evidence: [{ type: 'checks' }] })
    expect(told).toMatchObject({ verdict: 'accepted', place: expect.stringMatching(/^\d+@sha256:/) })
    expect(delivery.github.asked).toEqual([])
  })

  it('records that they failed, and fails', async () => {
    await deploy('accept: { http: [{ path: /health, contains: Shop }] }\n')
    status = 500

    const { error, last } = await record(jobs())

    expect(last).toMatchObject({
      event: 'failed',
      detail: { reason: expect.stringContaining('failed its acceptance') }
    })
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ outputs: { verdict: 'failed' } })
    expect(delivery.log.warnings.join('\n')).toContain('1 of 1 acceptance checks failed in integration: GET /health')
  })

  it('records nothing where it could not ask: a bad minute of git is no failed check, and a re-run asks and records', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    const pipeline = delivery.open({ runId: '700', sha: release.commit })
    const at: Pipeline['at'] = async () => {
      throw new Failure('git could not fetch from https://github.com/octo-org/shop.')
    }
    const before = await delivery.recorded()

    const { error } = await record(jobs(), '700', { at })

    expect(error).toMatchObject({ message: expect.stringMatching(/^git could not fetch/) })
    expect([requests, await delivery.recorded()]).toEqual([[], before])
    expect((await record(jobs(), '700', { at: pipeline.at })).last?.event).toBe('accepted')
  })

  it('says that no check was reported where the address to ask is none', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    const outputs = { acceptance: 'requests', 'plan-digest': PLAN, 'environment-url': 'nowhere' }

    const { last } = await record(jobs({ deploy: { result: 'success', outputs } }))

    expect(last).toMatchObject({
      event: 'failed',
      detail: {
        reason: expect.stringContaining('its acceptance job failed, but no report of its checks came with that.')
      }
    })
  })

  it('asks at the address of the plan where there was nothing to deploy', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    delivery.github.setJobs('701', { [stageJobName('plan', 'integration', release.digest)]: 'success' })
    const { outputs } = jobs()['deploy'] as JobOutcome
    const plan: JobOutcome = { result: 'success', outputs: { ...outputs, 'has-changes': 'false' } }

    const { last } = await record(jobs({ plan, deploy: { result: 'skipped', outputs: {} } }), '701')

    expect([requests, last?.event]).toEqual([['/health'], 'accepted'])
  })

  it('looks again at the ledger after checks that took long: who stopped it meanwhile is not overruled', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    answer = async () => {
      delivery.clock.advance(60_000)
      const withdrawn = { event: 'withdrawn', environment: 'integration', release: named() } as const
      await delivery.record({ ...withdrawn, detail: { reason: 'orders fail' } }, '701')
    }

    const { last } = await record(jobs())

    expect(last).toMatchObject({ event: 'failed', detail: { reason: expect.stringContaining('was withdrawn') } })
  })

  it('accepts what has no checks, and says so', async () => {
    await deploy('')

    const { last } = await record(jobs())

    expect(last).toMatchObject({
      event: 'accepted',
      detail: { checks: 0, reason: expect.stringContaining('has no acc') }
    })
  })

  it("runs none of the product's own programs: their job tells, and GitHub how it ended", async () => {
    await deploy('accept: { http: [{ path: /health }], run: [touch /tmp/never] }\n')
    const names = { deploy: 'success', accept: 'failure' } as const
    delivery.github.setJobs(
      '700',
      Object.fromEntries(
        (['deploy', 'accept'] as const).map(job => [stageJobName(job, 'integration', release.digest), names[job]])
      )
    )

    const { last } = await record(jobs({ accept: { result: 'success' } }, 'commands'))

    expect([requests, last?.event]).toEqual([[], 'failed'])
  })

  it("runs none of them whatever the jobs before say: the release's own commit decides", async () => {
    await deploy('accept: { http: [{ path: /health }], run: [touch /tmp/never] }\n')
    deployedIn('700')

    const { last } = await record(jobs({}, 'requests'))

    expect(requests).toEqual([])
    expect(last).toMatchObject({ event: 'cancelled', detail: { reason: expect.stringContaining('before the acc') } })
  })

  it('checks nothing again that was accepted, and where nothing changes', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    await delivery.record({ event: 'accepted', environment: 'integration', release: named() }, '700')
    deployedIn('701')

    const { last } = await record(jobs({ deploy: { result: 'success', outputs: UNCHANGED } }), '701')

    expect([requests, last?.event]).toEqual([[], 'unchanged'])
  })

  it('checks and discards nothing of a run in which no job ran, and records that', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    delivery.github.setJobs('701', {})

    const { last } = await record({}, '701')

    expect([requests, last?.event]).toEqual([[], 'cancelled'])
    expect(delivery.log.warnings.filter(it => it.includes('discarded'))).toEqual([])
  })

  it('checks nothing after a deployment that failed, and records that', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    delivery.github.setJobs('700', { [stageJobName('deploy', 'integration', release.digest)]: 'failure' })

    const { last } = await record(jobs({ deploy: { result: 'failure', outputs: {} } }))

    expect([requests, last?.event]).toEqual([[], 'failed'])
  })

  it('accepts nothing that was withdrawn since its deployment began: nobody who stopped it is overruled by checks', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    const detail = { reason: 'orders fail' }
    await delivery.record({ event: 'withdrawn', environment: 'integration', release: named(), detail }, '701')

    const { last } = await record(jobs())

    expect(last).toMatchObject({ event: 'failed', detail: { reason: expect.stringContaining('was withdrawn') } })
  })

  it('accepts what was withdrawn before, and was deployed again to repair it', async () => {
    await deploy('accept: { http: [{ path: /health }] }\n')
    const of = { environment: 'integration', release: named(), plan: PLAN }
    const { plan: _, ...withdrawn } = { ...of, detail: { reason: 'orders fail' } }
    await delivery.record({ event: 'withdrawn', ...withdrawn }, '701')
    await delivery.record({ event: 'started', ...of, detail: { promotion: { kind: 'hotfix' } } }, '702')
    await delivery.record({ event: 'deployed', ...of }, '702')

    const { last } = await record(jobs(), '702')

    expect(last).toMatchObject({ event: 'accepted', run: { id: '702' } })
  })

  it.each<[string, Jobs]>([
    ['everything was applied', { deploy: { result: 'success', outputs: { verdict: 'allowed' } } }],
    [
      'the plan found nothing to change',
      {
        plan: { result: 'success', outputs: { verdict: 'allowed', 'has-changes': 'false' } },
        deploy: { result: 'skipped' }
      }
    ],
    ['nothing was let in', { deploy: { result: 'failure', outputs: { verdict: 'superseded' } } }]
  ])('discards nothing where %s', async (_, changes) => {
    await deploy('')
    const { deploy: { result } = { result: 'failure' } } = changes
    delivery.github.setJobs('700', { [stageJobName('deploy', 'integration', release.digest)]: result })

    await record(jobs(changes))

    expect(delivery.log.warnings.filter(it => it.includes('discarded'))).toEqual([])
  })

  it('records the outcome of a plan that cannot be discarded, and says that it was not', async () => {
    await deploy('')
    delivery.github.setJobs('700', { [stageJobName('deploy', 'integration', release.digest)]: 'failure' })

    const { last } = await record(jobs({ deploy: { result: 'failure', outputs: { verdict: 'allowed' } } }))

    expect(delivery.log.warnings.join('\n')).toMatch(/^The plan that was not applied was not discarded: /)
    expect(last?.event).toBe('failed')
  })
})
