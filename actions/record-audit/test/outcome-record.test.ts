import { beforeEach, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, encodePartial, type JobOutcome, sha256 } from '@sluice/core'
import { writeRecords } from '@sluice/pipeline'
import { APPROVER } from '@sluice-lab/memory'
import { APPLIED, DOSSIER, FAILURE, type Jobs, PLAN, PLANNED, SKIPPED, Stage, SUCCESS } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await Stage.start()
})

describe('the outcome', () => {
  it('of a deployment that passed its checks is its acceptance, with the plan, the approval and the gate', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'approved', { comment: 'go' })
    await stage.announced('staging', 'started', 'deployed')

    const { request, verdict } = await stage.outcome({ plan: PLANNED, deploy: APPLIED, accept: SUCCESS })

    expect(verdict).toBe('accepted')
    expect(request.drafts).toEqual([
      {
        ...stage.delivery.open({ runId: '700' }).draft(),
        event: 'accepted',
        environment: 'staging',
        environmentId: 501,
        release: stage.named(),
        plan: PLAN,
        dossier: DOSSIER,
        evidence: [expect.objectContaining({ type: 'checks' })],
        approvals: [expect.objectContaining({ login: APPROVER.login, state: 'approved', comment: 'go' })],
        protection: expect.objectContaining({
          environment: 'staging',
          reviewers: [{ type: 'User', id: String(APPROVER.id), name: APPROVER.login }]
        }),
        detail: expect.objectContaining({ jobs: { plan: 'success', deploy: 'success', accept: 'success' } })
      }
    ])
  })

  it('says of a deployment that stopped between two units which of them are deployed', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'approved')
    await stage.announced('staging', 'started')
    const far = { done: ['api'], stopped: ['worker'], notBegun: ['site'], deleted: ['report'] }
    const outputs = { outcome: 'partial', partial: encodePartial(far), 'plan-digest': PLAN }

    const { request, verdict } = await stage.outcome({
      ...{ plan: PLANNED, deploy: { result: 'failure', outputs } },
      accept: SKIPPED
    })

    expect(verdict).toBe('partial')
    expect(request.drafts).toMatchObject([
      {
        event: 'partial',
        environment: 'staging',
        release: stage.named(),
        plan: PLAN,
        detail: { ...far, reason: expect.stringContaining('api is done, report is deleted, worker stopped on the way') }
      }
    ])
  })

  it('names the GitHub Environment, by its plan or, where nothing was planned, as GitHub knows it now', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.github.protect('staging', { id: 78 })
    const rejected = await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })
    const failed = await stage.outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED })

    expect([...rejected.request.drafts, ...failed.request.drafts].map(it => it.environmentId)).toEqual([501, 78])
  })

  describe('of an acceptance job', () => {
    const checks = [
      { what: 'GET /', passed: true, seconds: 1 },
      { what: 'npm test', passed: true, seconds: 2 }
    ]
    const failed = checks.map(check => ({ ...check, passed: false, reason: 'exit code 1' }))
    const reported = (result: 'success' | 'failure', listed = checks, release = stage.release.digest): JobOutcome => ({
      result,
      outputs: { results: encodeChecks(checksReport({ environment: 'staging', release }, listed, [])) }
    })

    beforeEach(async () => {
      await stage.announced('staging', 'planned')
      stage.delivery.github.answer('700', 'staging', 'approved')
      await stage.announced('staging', 'started', 'deployed')
    })

    it.each([
      ['accepted', 'success', checks],
      ['failed', 'failure', failed]
    ] as const)(
      'that is %s keeps what was asked, and what came back, as the word of the workflow',
      async (event, result, listed) => {
        const accept = reported(result, [...listed])

        const { request } = await stage.outcome({ plan: PLANNED, deploy: APPLIED, accept })

        const text = accept.outputs?.['results'] ?? ''
        expect(request.drafts).toMatchObject([
          { event, evidence: [{ type: 'checks', digest: sha256(text), source: 'workflow' }] }
        ])
        expect(request.attachments?.map(it => Buffer.from(it).toString('utf8'))).toEqual([text])
      }
    )

    it.each([
      ['another release', (): JobOutcome => reported('success', checks, sha256('other'))],
      ['checks that failed, of a job that succeeded', (): JobOutcome => reported('success', failed)],
      ['checks that passed, of a job that failed', (): JobOutcome => reported('failure')],
      ['anything else', (): JobOutcome => ({ result: 'success', outputs: { results: '{"checks":[]}' } })]
    ])('keeps no report of %s, says so, and accepts nothing by it', async (_, accept) => {
      const { request, verdict } = await stage.outcome({ plan: PLANNED, deploy: APPLIED, accept: accept() })

      expect(verdict).toBe('failed')
      expect(request.drafts).toEqual([expect.not.objectContaining({ evidence: expect.anything() })])
      expect(request.attachments ?? []).toEqual([])
      expect(stage.delivery.log.warnings).toEqual([
        expect.stringMatching(/^What the acceptance job of staging reported of its checks is not kept/)
      ])
    })

    it('that says nothing of its checks accepts nothing, and the run turns red', async () => {
      const accept: JobOutcome = { result: 'success', outputs: { checks: '2', results: '' } }

      const { request, verdict, unexplained } = await stage.outcome({ plan: PLANNED, deploy: APPLIED, accept })

      expect(verdict).toBe('failed')
      expect(request.drafts).toMatchObject([{ event: 'failed', detail: { reason: unexplained } }])
      expect(unexplained).toMatch(/its acceptance job succeeded, but no report of its checks came with that\.$/)
    })

    it('counts the checks that it reports, and not those that its caller says', async () => {
      const accept = reported('success', [...checks])
      const { request } = await stage.outcome({
        ...{ plan: PLANNED, deploy: APPLIED },
        accept: { ...accept, outputs: { ...accept.outputs, checks: '99' } }
      })

      expect(request.drafts).toMatchObject([{ event: 'accepted', detail: { checks: 2 } }])
    })
  })

  it('of a rejection names who rejected it, and why', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'rejected', { comment: 'Not before <Monday> | please' })

    const { request, verdict } = await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

    expect(verdict).toBe('rejected')
    expect(request.drafts).toMatchObject([
      {
        event: 'rejected',
        environment: 'staging',
        plan: PLAN,
        approvals: [{ login: APPROVER.login, state: 'rejected', comment: 'Not before <Monday> | please' }],
        detail: {
          by: { id: String(APPROVER.id), login: APPROVER.login },
          comment: 'Not before <Monday> | please',
          jobs: { plan: 'success', deploy: 'failure', accept: 'skipped' }
        }
      }
    ])
  })

  it.each<[string, (stage: Stage) => void, JobOutcome]>([
    ['rejected', () => stage.delivery.github.answer('700', 'fair', 'rejected', { comment: 'not today' }), FAILURE],
    ['expired', () => stage.delivery.clock.advance(72 * 3_600_000 + 1), FAILURE],
    ['bypassed', () => undefined, { result: 'failure', outputs: { outcome: 'refused', 'plan-digest': PLAN } }]
  ])(
    'of a manual start whose reviewers were asked can be that it was %s, as at any gate (promise 6)',
    async (event, happen, deploy) => {
      stage.delivery.github.protect('fair')
      await stage.announced('fair', 'planned')
      happen(stage)

      const { request, verdict } = await stage.outcome({ plan: PLANNED, deploy, accept: SKIPPED }, 'fair')

      expect(verdict).toBe(event)
      expect(request.drafts).toMatchObject([{ event, environment: 'fair' }])
    }
  )

  it('of a manual start that asked nobody is no rejection', async () => {
    await stage.announced('fair', 'planned')
    stage.delivery.github.answer('700', 'fair', 'rejected')

    expect((await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED }, 'fair')).verdict).toBe('failed')
  })

  it('of a plan that no longer held is obsolete (promise 4)', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'approved')
    await stage.announced('staging', 'started')
    const deploy: JobOutcome = { result: 'failure', outputs: { outcome: 'obsolete' } }

    const { request, verdict } = await stage.outcome({ plan: PLANNED, deploy, accept: SKIPPED })

    expect(verdict).toBe('obsolete')
    expect(request.drafts).toMatchObject([{ event: 'obsolete', environment: 'staging', plan: PLAN }])
  })

  it('of a run that was cancelled before anything ran is recorded, too (promise 6)', async () => {
    const { request, verdict } = await stage.outcome({
      plan: { result: 'cancelled' },
      deploy: SKIPPED,
      accept: SKIPPED
    })

    expect(verdict).toBe('cancelled')
    expect(request.drafts).toMatchObject([{ event: 'cancelled', environment: 'staging', release: stage.named() }])
  })

  it('of a plan that nobody answered in three days is its expiry (promise 5)', async () => {
    await stage.announced('staging', 'planned')
    stage.delivery.clock.advance(72 * 3_600_000 + 1)

    expect((await stage.outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })).verdict).toBe('expired')
  })

  it('of a gate that was passed without a new approval is a bypass, however it was approved before (promise 5)', async () => {
    stage.delivery.github.answer('700', 'staging', 'approved', { comment: 'of an earlier attempt' })
    const approvals = [
      {
        userId: String(APPROVER.id),
        login: APPROVER.login,
        state: 'approved' as const,
        comment: 'of an earlier attempt',
        seenAt: '2026-01-01T00:00:00.000Z'
      }
    ]
    await stage.delivery.record(
      { event: 'planned', environment: 'staging', release: stage.named(), plan: PLAN, approvals },
      '700'
    )
    const deploy: JobOutcome = { result: 'failure', outputs: { outcome: 'refused', 'plan-digest': PLAN } }

    expect((await stage.outcome({ plan: PLANNED, deploy, accept: SKIPPED })).verdict).toBe('bypassed')
  })

  it('of a failure before anything was announced has no plan to name, and no answers', async () => {
    const { request, verdict } = await stage.outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('failed')
    for (const member of ['plan', 'dossier', 'approvals']) expect(request.drafts[0]).not.toHaveProperty(member)
  })

  it('where nobody is asked is told by the plan of the deploy job, without asking GitHub for a gate', async () => {
    await stage.announced('integration', 'started', 'deployed')

    const { request, verdict } = await stage.outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('accepted')
    expect(request.drafts).toMatchObject([{ event: 'accepted', plan: PLAN, dossier: DOSSIER }])
    expect(request.drafts[0]).not.toHaveProperty('approvals')
    // As the intent says: GitHub is not asked again.
    expect(request.drafts[0]?.protection).toMatchObject({ environment: 'integration', reviewers: [] })
    expect(stage.delivery.github.asked.filter(path => !path.includes('/jobs?'))).toEqual([])
  })

  it('of a deployment that failed in its second attempt is not told by what the first one began', async () => {
    await stage.announced('integration', 'started')

    const first = await stage.outcome({ plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }, 'integration')
    const second = await stage.outcome({ plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }, 'integration', {
      attempt: 2
    })

    expect(first.request.drafts.at(-1)?.detail).toMatchObject({
      reason: expect.not.stringContaining('before anything was touched')
    })
    expect(second.request.drafts.at(-1)?.detail).toMatchObject({
      reason:
        'The deployment to integration failed before anything was touched. Run 700 (attempt 1) ended while deploying without recording an outcome.'
    })
  })

  it('of a rejection is one, though an attempt a minute before had begun', async () => {
    await stage.announced('staging', 'planned', 'started')
    stage.delivery.clock.advance(60_000)
    stage.delivery.github.answer('700', 'staging', 'rejected', { comment: 'not now' })
    stage.silent = true
    const jobs: Jobs = { plan: PLANNED, deploy: FAILURE, accept: SKIPPED }
    const startedAt = new Date(stage.delivery.clock.now()).toISOString()
    stage.delivery.github.setJobs('700', stage.namesOf(jobs), 2, startedAt)

    expect((await stage.outcome(jobs, 'staging', { attempt: 2 })).verdict).toBe('rejected')
  })

  it('of a deployment that failed is the same when the record job alone is run again (promise 7)', async () => {
    await stage.announced('integration', 'started')
    const jobs: Jobs = { plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }
    stage.silent = true
    stage.delivery.github.setJobs('700', stage.namesOf(jobs, 'integration'), 1)

    const { request } = await stage.outcome(jobs, 'integration', { attempt: 2 })

    expect(request.drafts.at(-1)).toMatchObject({
      event: 'failed',
      detail: { reason: expect.stringMatching(/^The deployment to integration failed\./) }
    })
    expect(request.drafts.at(-1)?.detail).not.toHaveProperty('untouched')
  })

  it.each([
    ['an earlier attempt ran, and began', -60_000, 'The deployment to integration failed.'],
    [
      'ran after it had begun in an earlier attempt',
      6 * 60_000,
      'The deployment to integration failed before anything was touched.'
    ]
  ])(
    'of a deploy job that %s is told by when it ran, whichever attempt GitHub lists it in',
    async (_, later, reason) => {
      await stage.announced('integration', 'started')
      const jobs: Jobs = { plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }
      const startedAt = new Date(stage.delivery.clock.now() + later).toISOString()
      stage.silent = true
      stage.delivery.github.setJobs('700', stage.namesOf(jobs, 'integration'), 2, startedAt)

      const { request } = await stage.outcome(jobs, 'integration', { attempt: 2 })

      expect(request.drafts.at(-1)?.detail).toMatchObject({ reason: expect.stringContaining(reason) })
    }
  )

  it('of nothing to do is that of what is live, and names the record that accepted it (promise 10)', async () => {
    const of = { environment: 'integration', release: stage.named() }
    await stage.delivery.record({ event: 'deployed', ...of }, '600')
    const accepted = await stage.delivery.record({ event: 'accepted', ...of }, '600')
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    const { request, verdict } = await stage.outcome({ plan: SKIPPED, deploy, accept: SKIPPED }, 'integration')

    expect(verdict).toBe('accepted')
    expect(request.drafts).toMatchObject([
      {
        event: 'unchanged',
        detail: { acceptedBy: accepted.sequence, acceptedAt: accepted.time, sameAs: stage.named().digest }
      }
    ])
    // For the append: somebody may deploy over it, or withdraw it, before this lands.
    expect(request.seen).toEqual({ at: accepted.sequence, releases: [stage.named().digest] })
  })

  it.each([
    [
      'is not recorded where others accepted it anew',
      { event: 'accepted', detail: { unchanged: true } } as const,
      false
    ],
    [
      'is recorded behind what takes nothing from it',
      { event: 'cancelled', detail: { untouched: true } } as const,
      true
    ]
  ])('of nothing to do %s before that could be', async (_, said, lands) => {
    const of = { environment: 'integration', release: stage.named() }
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await stage.delivery.record({ event, ...of }, '600')
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }
    const { request } = await stage.outcome({ plan: SKIPPED, deploy, accept: SKIPPED }, 'integration')
    expect(request.drafts).toMatchObject([{ event: 'unchanged' }])
    const other = await stage.delivery.record({ ...said, ...of }, '601')

    const written = writeRecords(stage.delivery.open({ runId: '700', sha: stage.release.commit }), request)

    if (lands) await expect(written).resolves.toHaveLength(1)
    else
      await expect(written).rejects.toThrow(/was accepted by record 4 when this job looked, .* Re-run the failed jobs/)
    expect((await stage.delivery.recorded()).at(-1)?.sequence).toBe(other.sequence + (lands ? 1 : 0))
  })

  it('of nothing to do is a failure where what is live was withdrawn, whatever the checks say (promise 3)', async () => {
    const of = { environment: 'integration', release: stage.named() }
    await stage.delivery.record({ event: 'deployed', ...of }, '600')
    await stage.delivery.record({ event: 'accepted', ...of }, '600')
    const withdrawn = await stage.delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'slow' } }, '601')
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    const { request, verdict } = await stage.outcome({ plan: SKIPPED, deploy, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      reason: `Nothing changes in integration, and what is live there was withdrawn (record ${withdrawn.sequence}). Deliver a change that repairs it.`
    })
  })

  it('of nothing to do, where what is live was never accepted, accepts nothing (promise 10)', async () => {
    await stage.delivery.record({ event: 'deployed', environment: 'integration', release: stage.named() })
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    expect((await stage.outcome({ plan: SKIPPED, deploy, accept: SKIPPED }, 'integration')).verdict).toBe('cancelled')
  })

  it('of what was withdrawn before it was deployed again is its own, and of what was withdrawn since is none', async () => {
    const of = { environment: 'integration', release: stage.named() }
    await stage.delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'slow' } }, '600')
    await stage.announced('integration', 'started', 'deployed')
    const jobs: Jobs = { plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }
    const again = await stage.outcome(jobs, 'integration')
    const since = await stage.delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'still slow' } }, '601')
    const stopped = await stage.outcome(jobs, 'integration')

    expect([again.verdict, stopped.verdict]).toEqual(['accepted', 'failed'])
    expect(stopped.request.drafts.at(-1)?.detail).toMatchObject({
      reason: expect.stringContaining(`record ${since.sequence}`)
    })
  })

  it('of a deployment that the ledger does not hold is a failure, whatever the job says (promise 6)', async () => {
    await stage.announced('integration', 'started')

    expect((await stage.outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')).verdict).toBe(
      'failed'
    )
  })

  it('names no acceptance but where nothing changed, though what is live was accepted', async () => {
    const of = { environment: 'staging', release: stage.named() }
    await stage.delivery.record({ event: 'deployed', ...of }, '600')
    await stage.delivery.record({ event: 'accepted', ...of }, '600')
    await stage.announced('staging', 'planned')
    stage.delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await stage.outcome({ plan: PLANNED, deploy: { result: 'failure' }, accept: SKIPPED })

    expect(request.drafts).toMatchObject([{ event: 'rejected' }])
    for (const member of ['acceptedBy', 'acceptedAt']) expect(request.drafts[0]?.detail).not.toHaveProperty(member)
  })

  it('is told of jobs that have no outputs, and of a record that has no plan', async () => {
    await stage.delivery.record(
      { event: 'planned', environment: 'staging', release: stage.named(), dossier: DOSSIER },
      '700'
    )
    const jobs: Jobs = { plan: { result: 'failure' }, deploy: { result: 'skipped' }, accept: { result: 'skipped' } }

    const { request, verdict } = await stage.outcome(jobs)

    expect(verdict).toBe('failed')
    expect(request.drafts[0]).not.toHaveProperty('dossier')
  })

  it('of an older release than what is live by now is that it was superseded, by whom (promise 8)', async () => {
    const newer = await stage.delivery.release(stage.delivery.repository.add())
    await stage.announced('integration', 'started', 'deployed')
    await stage.delivery.record({ event: 'started', environment: 'integration', release: stage.named(newer) }, '800')
    await stage.delivery.record({ event: 'deployed', environment: 'integration', release: stage.named(newer) }, '800')

    const { request, verdict } = await stage.outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('superseded')
    expect(request.drafts.at(-1)).toMatchObject({ event: 'superseded', detail: { supersededBy: '800' } })
  })

  it('of a release that the ledger does not know is refused', async () => {
    const digest = sha256('nothing')

    await expect(
      stage.outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }, 'staging', {}, digest)
    ).rejects.toThrow(
      `The ledger holds no release ${digest}, so its outcome cannot be recorded. Record \`released\` first.`
    )
  })
})

describe('a run that promoted nothing', () => {
  it('and in which no job failed is not green', async () => {
    const { verdict, unexplained } = await stage.outcome({ plan: SUCCESS, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('cancelled')
    expect(unexplained).toBe('Nothing was deployed to staging: the run ended first.')
  })

  it.each<[string, Jobs]>([
    ['failed', { plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }],
    ['was cancelled', { plan: { result: 'cancelled' }, deploy: SKIPPED, accept: SKIPPED }]
  ])('and in which a job %s says enough', async (_, jobs) => {
    expect(await stage.outcome(jobs)).not.toHaveProperty('unexplained')
  })
})
