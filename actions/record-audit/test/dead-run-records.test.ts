import { beforeEach, describe, expect, it } from '@jest/globals'
import { findAcceptance } from '@sluice/policy'
import { APPLIED, DOSSIER, FAILURE, type Jobs, PLAN, PLANNED, SKIPPED, Stage, SUCCESS } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await Stage.start()
})

const newerRelease = async (): ReturnType<typeof stage.delivery.release> =>
  stage.delivery.release(stage.delivery.repository.add())

describe('runs that ended without a word are told of (promise 6):', () => {
  const jobs: Jobs = { plan: SKIPPED, deploy: SUCCESS, accept: SKIPPED }

  it('those that touched nothing as cancelled, those that were deploying as failed', async () => {
    await stage.delivery.record({ event: 'planned', environment: 'staging', release: stage.named(), plan: PLAN }, '600')
    await stage.delivery.record(
      { event: 'planned', environment: 'staging', release: stage.named(), plan: PLAN, dossier: DOSSIER },
      '601',
      2
    )
    await stage.delivery.record({ event: 'started', environment: 'staging', release: stage.named(), plan: PLAN }, '602')
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

    expect(request.drafts.map(({ event }) => event)).toEqual(['cancelled', 'failed', 'rejected'])
    expect(request.drafts.slice(0, 2)).toMatchObject([
      {
        environment: 'staging',
        release: stage.named(),
        plan: PLAN,
        dossier: DOSSIER,
        detail: {
          reason:
            'Run 601 (attempt 2), Run 600 (attempt 1) ended before anything was touched without recording an outcome.',
          ended: [
            { run: '601', attempt: 2 },
            { run: '600', attempt: 1 }
          ]
        }
      },
      {
        environment: 'staging',
        plan: PLAN,
        detail: {
          reason: 'Run 602 (attempt 1) ended while deploying without recording an outcome.',
          ended: [{ run: '602', attempt: 1 }]
        }
      }
    ])
    expect(request.drafts[1]).not.toHaveProperty('dossier')
  })

  it('not those that go on, nor this one', async () => {
    await stage.delivery.record({ event: 'started', environment: 'integration', release: stage.named() }, '600')
    stage.delivery.github.setRun('600', 'in_progress')
    await stage.announced('integration', 'started')

    const { request } = await stage.outcome(jobs, 'integration')

    expect(request.drafts).toHaveLength(1)
  })

  it('in the record of this run itself where it ended as they did: a job states each event once', async () => {
    await stage.delivery.record({ event: 'started', environment: 'staging', release: stage.named() }, '600')

    const { request, verdict } = await stage.outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('failed')
    expect(request.drafts).toMatchObject([
      {
        release: stage.named(),
        detail: {
          reason:
            'Planning the deployment to staging failed. Run 600 (attempt 1) ended while deploying without recording an outcome.',
          untouched: true,
          also: [stage.release.digest],
          ended: [{ run: '600', attempt: 1 }]
        }
      }
    ])
  })

  it.each<[string, string, Jobs, string]>([
    [
      'was cancelled',
      'cancelled',
      { plan: SKIPPED, deploy: SKIPPED, accept: SKIPPED },
      'Nothing was deployed to integration: the run ended first. '
    ],
    ['was overtaken', 'superseded', { plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, '']
  ])('in the record of this run where it %s as they were', async (_, event, ended, reason) => {
    await stage.delivery.record({ event: 'planned', environment: 'integration', release: stage.named() }, '600')
    if (event === 'superseded') {
      await stage.announced('integration', 'started', 'deployed')
      const newer = { environment: 'integration', release: stage.named(await newerRelease()) }
      for (const it of ['started', 'deployed', 'accepted'] as const)
        await stage.delivery.record({ event: it, ...newer }, '800')
    }

    const { request, verdict } = await stage.outcome(ended, 'integration')

    expect(verdict).toBe(event)
    expect(request.drafts).toHaveLength(1)
    expect(request.drafts[0]).toMatchObject({
      event,
      release: stage.named(),
      detail: {
        reason: expect.stringContaining(`${reason}Run 600 (attempt 1) `),
        ended: [{ run: '600', attempt: 1 }],
        jobs: { deploy: ended.deploy.result }
      }
    })
    expect(request.drafts[0]?.detail).not.toHaveProperty('also')
  })

  it('each with its own release: what a dead deployment may have left half done is accepted no more (promise 11)', async () => {
    const [first, second] = [
      await stage.delivery.release(stage.delivery.repository.add()),
      await stage.delivery.release(stage.delivery.repository.add())
    ]
    for (const [it, run] of [
      [first, '500'],
      [second, '501']
    ] as const)
      for (const event of ['started', 'deployed', 'accepted'] as const)
        await stage.delivery.record({ event, environment: 'staging', release: stage.named(it), plan: PLAN }, run)
    await stage.delivery.record({ event: 'started', environment: 'staging', release: stage.named(first) }, '600')
    await stage.delivery.record({ event: 'started', environment: 'staging', release: stage.named(second) }, '601')
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })
    for (const draft of request.drafts) await stage.delivery.record(draft, '700')

    expect(request.drafts[0]).toMatchObject({
      event: 'failed',
      release: stage.named(second),
      detail: { also: [first.digest] }
    })
    for (const { digest } of [first, second]) {
      const { history } = stage.delivery.open()
      const records = await history.relevantTo(digest, ['staging'])
      expect(findAcceptance(records, 'staging', digest)).toBeUndefined()
    }
  })

  it('with no more than they said of themselves', async () => {
    await stage.delivery.record({ event: 'cancelled', environment: 'staging' }, '500')
    await stage.delivery.record({ event: 'planned', environment: 'staging' }, '600')
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

    expect(request.drafts[0]).toMatchObject({ event: 'cancelled', detail: { ended: [{ run: '600', attempt: 1 }] } })
    for (const member of ['plan', 'release']) expect(request.drafts[0]).not.toHaveProperty(member)
  })

  it('without a word to GitHub where they wait with something older than what is live, alive or not (promise 8)', async () => {
    const older = await Promise.all(
      Array.from({ length: 50 }, async () => stage.delivery.release(stage.delivery.repository.add()))
    )
    const newest = await stage.delivery.release(stage.delivery.repository.add())
    for (const [n, it] of older.entries())
      await stage.delivery.record(
        { event: 'planned', environment: 'staging', release: stage.named(it), plan: PLAN },
        `${500 + n}`
      )
    const rollback = { promotion: { kind: 'rollback', reason: 'orders fail' } } as const
    await stage.delivery.record(
      { event: 'planned', environment: 'staging', release: stage.named(older[0]), detail: rollback },
      '600'
    )
    stage.delivery.github.setRun('600', 'in_progress')
    await stage.delivery.record(
      { event: 'planned', environment: 'staging', release: stage.named(newest), approvals: [] },
      '700'
    )
    await stage.delivery.record({ event: 'started', environment: 'staging', release: stage.named(newest) }, '700')
    await stage.delivery.record({ event: 'deployed', environment: 'staging', release: stage.named(newest) }, '700')
    stage.delivery.github.asked.length = 0

    const jobs = { plan: PLANNED, deploy: APPLIED, accept: SUCCESS }
    const { request } = await stage.outcome(jobs, 'staging', {}, newest.digest)

    expect(request.drafts).toHaveLength(2)
    expect(request.drafts[0]).toMatchObject({
      event: 'superseded',
      environment: 'staging',
      detail: {
        reason: expect.stringMatching(
          /^Run 549 \(attempt 1\), .* wanted to deploy an older release than what is live\.$/
        ),
        supersededBy: '700'
      }
    })
    expect(request.drafts[0]).toHaveProperty('detail.ended.length', 50)
    expect(stage.delivery.github.asked.filter(path => /runs\/\d+$/.test(path))).toEqual([
      '/repos/octo-org/shop/actions/runs/600'
    ])
  })
})
