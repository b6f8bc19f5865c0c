import { beforeEach, describe, expect, it } from '@jest/globals'
import { type JobOutcome, type RunContext, sha256 } from '@sluice/core'
import { APPROVER, type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordOfOutcome } from '../src/outcome-record.ts'

const PLAN = sha256('plan')
const DOSSIER = sha256('dossier')

const SKIPPED: JobOutcome = { result: 'skipped', outputs: {} }
const SUCCESS: JobOutcome = { result: 'success', outputs: {} }
const FAILURE: JobOutcome = { result: 'failure', outputs: {} }
const PLANNED: JobOutcome = { result: 'success', outputs: { 'has-changes': 'true', 'plan-digest': PLAN } }
const APPLIED: JobOutcome = { result: 'success', outputs: { outcome: 'applied', 'plan-digest': PLAN } }

let delivery: MemoryDelivery
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
})

type Jobs = Readonly<Record<'plan' | 'deploy' | 'accept', JobOutcome>>

/** What run 700 records of an environment whose jobs ended so. */
function outcome(
  jobs: Jobs,
  environment = 'staging',
  run: Partial<RunContext> = {},
  digest = release.digest
): ReturnType<typeof recordOfOutcome> {
  const pipeline = delivery.open({ runId: '700', sha: release.commit, ...run })
  return recordOfOutcome({ kind: 'outcome', jobs, release: digest, environment }, pipeline)
}

const named = (of: Seeded = release): Pick<Seeded, 'digest' | 'commit'> => ({ digest: of.digest, commit: of.commit })

/** Records these events of run 700. */
async function announced(
  environment: string,
  ...events: readonly ('planned' | 'started' | 'deployed')[]
): Promise<void> {
  for (const event of events) {
    const approvals = event === 'planned' ? { approvals: [] } : {}
    await delivery.record({ event, environment, release: named(), plan: PLAN, dossier: DOSSIER, ...approvals }, '700')
  }
}

describe('the outcome', () => {
  it('of a deployment that passed its checks is its acceptance, with the plan, the approval and the gate', async () => {
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'approved', { comment: 'go' })
    await announced('staging', 'started', 'deployed')

    const { request, verdict } = await outcome({ plan: PLANNED, deploy: APPLIED, accept: SUCCESS })

    expect(verdict).toBe('accepted')
    expect(request).toMatchObject({ environment: 'staging', role: { environment: 'staging', may: 'plan' } })
    expect(request.drafts).toEqual([
      {
        ...delivery.open({ runId: '700' }).draft(),
        event: 'accepted',
        environment: 'staging',
        release: named(),
        plan: PLAN,
        dossier: DOSSIER,
        approvals: [expect.objectContaining({ login: APPROVER.login, state: 'approved', comment: 'go' })],
        protection: expect.objectContaining({
          environment: 'staging',
          reviewers: [{ type: 'User', id: String(APPROVER.id), name: APPROVER.login }]
        }),
        detail: expect.objectContaining({ jobs: { plan: 'success', deploy: 'success', accept: 'success' } })
      }
    ])
  })

  it('of a rejection names who rejected it, and why', async () => {
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'rejected', { comment: 'Not before <Monday> | please' })

    const { request, verdict } = await outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

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

  it('of a plan that no longer held is obsolete (promise 4)', async () => {
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'approved')
    await announced('staging', 'started')
    const deploy: JobOutcome = { result: 'failure', outputs: { outcome: 'obsolete' } }

    const { request, verdict } = await outcome({ plan: PLANNED, deploy, accept: SKIPPED })

    expect(verdict).toBe('obsolete')
    expect(request.drafts).toMatchObject([{ event: 'obsolete', environment: 'staging', plan: PLAN }])
  })

  it('of a run that was cancelled before anything ran is recorded, too (promise 6)', async () => {
    const { request, verdict } = await outcome({ plan: { result: 'cancelled' }, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('cancelled')
    expect(request.drafts).toMatchObject([{ event: 'cancelled', environment: 'staging', release: named() }])
  })

  it('of a plan that nobody answered in three days is its expiry (promise 5)', async () => {
    await announced('staging', 'planned')
    delivery.clock.advance(72 * 3_600_000 + 1)

    expect((await outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })).verdict).toBe('expired')
  })

  it('of a gate that was passed without a new approval is a bypass, however it was approved before (promise 5)', async () => {
    delivery.github.answer('700', 'staging', 'approved', { comment: 'of an earlier attempt' })
    const approvals = [
      {
        userId: String(APPROVER.id),
        login: APPROVER.login,
        state: 'approved' as const,
        comment: 'of an earlier attempt',
        seenAt: '2026-01-01T00:00:00.000Z'
      }
    ]
    await delivery.record({ event: 'planned', environment: 'staging', release: named(), plan: PLAN, approvals }, '700')
    const deploy: JobOutcome = { result: 'failure', outputs: { outcome: 'refused', 'plan-digest': PLAN } }

    expect((await outcome({ plan: PLANNED, deploy, accept: SKIPPED })).verdict).toBe('bypassed')
  })

  it('of a failure before anything was announced has no plan to name, and no answers', async () => {
    const { request, verdict } = await outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('failed')
    for (const member of ['plan', 'dossier', 'approvals']) expect(request.drafts[0]).not.toHaveProperty(member)
  })

  it('where nobody is asked is told by the plan of the deploy job, without asking GitHub for a gate', async () => {
    await announced('integration', 'started', 'deployed')

    const { request, verdict } = await outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('accepted')
    expect(request.drafts).toMatchObject([{ event: 'accepted', plan: PLAN, dossier: DOSSIER }])
    expect(request.drafts[0]).not.toHaveProperty('approvals')
    // As the intent says: GitHub is not asked again.
    expect(request.drafts[0]?.protection).toMatchObject({ environment: 'integration', reviewers: [] })
    expect(delivery.github.asked).toEqual([])
  })

  it('of a deployment that failed in its second attempt is not told by what the first one began', async () => {
    await announced('integration', 'started')

    const first = await outcome({ plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }, 'integration')
    const second = await outcome({ plan: SKIPPED, deploy: FAILURE, accept: SKIPPED }, 'integration', { attempt: 2 })

    expect(first.request.drafts.at(-1)?.detail).toMatchObject({
      reason: expect.not.stringContaining('before anything was touched')
    })
    expect(second.request.drafts.at(-1)?.detail).toMatchObject({
      reason: 'The deployment to integration failed before anything was touched.'
    })
  })

  it('of nothing to do is that of what is live, and names the record that accepted it (promise 10)', async () => {
    const of = { environment: 'integration', release: named() }
    await delivery.record({ event: 'deployed', ...of }, '600')
    const accepted = await delivery.record({ event: 'accepted', ...of }, '600')
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    const { request, verdict } = await outcome({ plan: SKIPPED, deploy, accept: SKIPPED }, 'integration')

    expect(verdict).toBe('accepted')
    expect(request.drafts).toMatchObject([
      { event: 'unchanged', detail: { acceptedBy: accepted.sequence, acceptedAt: accepted.time } }
    ])
  })

  it('of nothing to do is a failure where what is live was withdrawn, whatever the checks say (promise 3)', async () => {
    const of = { environment: 'integration', release: named() }
    await delivery.record({ event: 'deployed', ...of }, '600')
    await delivery.record({ event: 'accepted', ...of }, '600')
    const withdrawn = await delivery.record({ event: 'withdrawn', ...of, detail: { reason: 'slow' } }, '601')
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    const { request, verdict } = await outcome({ plan: SKIPPED, deploy, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      reason: `Nothing changes in integration, and what is live there was withdrawn (record ${withdrawn.sequence}). Deliver a change that repairs it.`
    })
  })

  it('of nothing to do, where what is live was never accepted, accepts nothing (promise 10)', async () => {
    await delivery.record({ event: 'deployed', environment: 'integration', release: named() })
    const deploy: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

    expect((await outcome({ plan: SKIPPED, deploy, accept: SKIPPED }, 'integration')).verdict).toBe('cancelled')
  })

  it('of a deployment that the ledger does not hold is a failure, whatever the job says (promise 6)', async () => {
    await announced('integration', 'started')

    expect((await outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')).verdict).toBe('failed')
  })

  it('names no acceptance but where nothing changed, though what is live was accepted', async () => {
    const of = { environment: 'staging', release: named() }
    await delivery.record({ event: 'deployed', ...of }, '600')
    await delivery.record({ event: 'accepted', ...of }, '600')
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await outcome({ plan: PLANNED, deploy: { result: 'failure' }, accept: SKIPPED })

    expect(request.drafts).toMatchObject([{ event: 'rejected' }])
    for (const member of ['acceptedBy', 'acceptedAt']) expect(request.drafts[0]?.detail).not.toHaveProperty(member)
  })

  it('is told of jobs that have no outputs, and of a record that has no plan', async () => {
    await delivery.record({ event: 'planned', environment: 'staging', release: named(), dossier: DOSSIER }, '700')
    const jobs: Jobs = { plan: { result: 'failure' }, deploy: { result: 'skipped' }, accept: { result: 'skipped' } }

    const { request, verdict } = await outcome(jobs)

    expect(verdict).toBe('failed')
    expect(request.drafts[0]).not.toHaveProperty('dossier')
  })

  it('of an older release than what is live by now is that it was superseded, by whom (promise 8)', async () => {
    const newer = await delivery.release(delivery.repository.add())
    await announced('integration', 'started', 'deployed')
    await delivery.record({ event: 'started', environment: 'integration', release: named(newer) }, '800')
    await delivery.record({ event: 'deployed', environment: 'integration', release: named(newer) }, '800')

    const { request, verdict } = await outcome({ plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }, 'integration')

    expect(verdict).toBe('superseded')
    expect(request.drafts.at(-1)).toMatchObject({ event: 'superseded', detail: { supersededBy: '800' } })
  })

  it('of a release that the ledger does not know is refused', async () => {
    const digest = sha256('nothing')

    await expect(outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }, 'staging', {}, digest)).rejects.toThrow(
      `The ledger holds no release ${digest}, so its outcome cannot be recorded. Record \`released\` first.`
    )
  })
})

describe('runs that ended without a word are told of (promise 6):', () => {
  const jobs: Jobs = { plan: SKIPPED, deploy: SUCCESS, accept: SKIPPED }

  it('those that touched nothing as cancelled, those that were deploying as failed', async () => {
    await delivery.record({ event: 'planned', environment: 'staging', release: named(), plan: PLAN }, '600')
    await delivery.record(
      { event: 'planned', environment: 'staging', release: named(), plan: PLAN, dossier: DOSSIER },
      '601',
      2
    )
    await delivery.record({ event: 'started', environment: 'staging', release: named(), plan: PLAN }, '602')
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

    expect(request.drafts.map(({ event }) => event)).toEqual(['cancelled', 'failed', 'rejected'])
    expect(request.drafts.slice(0, 2)).toMatchObject([
      {
        environment: 'staging',
        release: named(),
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
    await delivery.record({ event: 'started', environment: 'integration', release: named() }, '600')
    delivery.github.setRun('600', 'in_progress')
    await announced('integration', 'started')

    const { request } = await outcome(jobs, 'integration')

    expect(request.drafts).toHaveLength(1)
  })

  it('not with the event of this run itself: a job states each event once, so the next run tells the rest', async () => {
    await delivery.record({ event: 'started', environment: 'staging', release: named() }, '600')

    const { request, verdict } = await outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('failed')
    expect(request.drafts).toHaveLength(1)
    expect(request.drafts[0]?.detail).not.toHaveProperty('ended')
  })

  it('with no more than they said of themselves', async () => {
    await delivery.record({ event: 'cancelled', environment: 'staging' }, '500')
    await delivery.record({ event: 'planned', environment: 'staging' }, '600')
    await announced('staging', 'planned')
    delivery.github.answer('700', 'staging', 'rejected')

    const { request } = await outcome({ plan: PLANNED, deploy: FAILURE, accept: SKIPPED })

    expect(request.drafts[0]).toMatchObject({ event: 'cancelled', detail: { ended: [{ run: '600', attempt: 1 }] } })
    for (const member of ['plan', 'release']) expect(request.drafts[0]).not.toHaveProperty(member)
  })

  it('without a word to GitHub where they wait with something older than what is live, alive or not (promise 8)', async () => {
    const older = await Promise.all(Array.from({ length: 50 }, async () => delivery.release(delivery.repository.add())))
    const newest = await delivery.release(delivery.repository.add())
    for (const [n, it] of older.entries())
      await delivery.record({ event: 'planned', environment: 'staging', release: named(it), plan: PLAN }, `${500 + n}`)
    const rollback = { promotion: { kind: 'rollback', reason: 'orders fail' } } as const
    await delivery.record(
      { event: 'planned', environment: 'staging', release: named(older[0]), detail: rollback },
      '600'
    )
    delivery.github.setRun('600', 'in_progress')
    await delivery.record({ event: 'planned', environment: 'staging', release: named(newest), approvals: [] }, '700')
    await delivery.record({ event: 'started', environment: 'staging', release: named(newest) }, '700')
    await delivery.record({ event: 'deployed', environment: 'staging', release: named(newest) }, '700')
    delivery.github.asked.length = 0

    const jobs = { plan: PLANNED, deploy: APPLIED, accept: SUCCESS }
    const { request } = await outcome(jobs, 'staging', {}, newest.digest)

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
    expect(delivery.github.asked.filter(path => /runs\/\d+$/.test(path))).toEqual([
      '/repos/octo-org/shop/actions/runs/600'
    ])
  })
})
