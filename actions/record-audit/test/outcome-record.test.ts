import { beforeEach, describe, expect, it } from '@jest/globals'
import {
  Failure,
  type JobOutcome,
  type RunContext,
  STAGE_JOBS,
  type StageJob,
  sha256,
  shownJobName,
  stageJobName
} from '@sluice/core'
import { APPROVER, type MemoryDelivery, memoryDelivery, type Seeded, SHOP } from '@sluice-lab/memory'
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
/** Whether GitHub's word on the jobs is left to the test. */
let silent: boolean

beforeEach(async () => {
  silent = false
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
})

type Jobs = Readonly<Record<'plan' | 'deploy' | 'accept', JobOutcome>>

/** Jobs by the names that GitHub shows; of one that is skipped it shows none that says whose it is. */
function namesOf(
  jobs: Readonly<Partial<Record<StageJob, { readonly result: string }>>>,
  environment = 'staging',
  digest = release.digest
): Readonly<Record<string, string>> {
  const ran = STAGE_JOBS.filter(job => jobs[job] !== undefined && jobs[job]?.result !== 'skipped')
  return Object.fromEntries(
    ran.map(job => [
      `deliver / ${environment} / ${shownJobName(stageJobName(job, environment, digest))}`,
      jobs[job]?.result ?? ''
    ])
  )
}

/** What run 700 records of an environment whose jobs ended so. */
function outcome(
  jobs: Jobs,
  environment = 'staging',
  run: Partial<RunContext> = {},
  digest = release.digest
): ReturnType<typeof recordOfOutcome> {
  const pipeline = delivery.open({ runId: '700', sha: release.commit, ...run })
  // GitHub says the same, unless a test has it say something else.
  if (!silent) delivery.github.setJobs('700', namesOf(jobs, environment, digest), pipeline.run.attempt)
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
    expect(delivery.github.asked.filter(path => !path.includes('/jobs?'))).toEqual([])
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

describe('the results of jobs are what GitHub says, and not the caller (promise 3):', () => {
  beforeEach(async () => {
    silent = true
    await announced('integration', 'started', 'deployed')
  })

  const told: Jobs = { plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }
  const integration = (jobs: Jobs = told): ReturnType<typeof recordOfOutcome> => outcome(jobs, 'integration')
  const says = (jobs: Parameters<typeof namesOf>[0], attempt = 1): void =>
    delivery.github.setJobs('700', namesOf(jobs, 'integration'), attempt)

  it('checks that failed are no acceptance', async () => {
    says({ deploy: SUCCESS, accept: FAILURE })

    const { request, verdict } = await integration()

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      jobs: { plan: 'skipped', deploy: 'success', accept: 'failure' }
    })
    expect(delivery.log.warnings.join('\n')).toContain("and GitHub says failure: GitHub's word counts.")
  })

  it.each(['timed_out', 'action_required', 'neutral', 'stale'])(
    'a job that ended as %s is no success',
    async result => {
      says({ deploy: SUCCESS, accept: { result } })

      expect((await integration()).verdict).toBe('failed')
    }
  )

  it('a job that GitHub does not know did not succeed', async () => {
    says({ deploy: SUCCESS })

    await expect(integration()).rejects.toThrow(
      /^GitHub knows no job "accept r-[0-9a-f]{12} in integration" in run 700, though the input outcome says that accept succeeded\./
    )
  })

  it.each([
    ['of another environment', 'staging', 0],
    ['of another release', 'integration', 1]
  ])('a job %s is not this one', async (_, environment, nth) => {
    const digest = [release.digest, sha256('another')][nth] ?? release.digest
    delivery.github.setJobs('700', {
      ...namesOf({ deploy: SUCCESS }, 'integration'),
      ...namesOf({ accept: SUCCESS }, environment, digest)
    })

    await expect(integration()).rejects.toThrow(/^GitHub knows no job "accept r-/)
  })

  it('two jobs of one name are refused, since it cannot be told which counts', async () => {
    const [name = ''] = Object.keys(namesOf({ accept: SUCCESS }, 'integration'))
    delivery.github.setJobs('700', {
      ...namesOf({ deploy: SUCCESS, accept: SUCCESS }, 'integration'),
      [`mine / ${name}`]: 'success'
    })

    await expect(integration()).rejects.toThrow(
      /^Attempt 1 of run 700 has several jobs "accept r-.* Call stage\.yml once/
    )
  })

  it('is waited for, half a minute long, when GitHub shows late that a job is over', async () => {
    says({ deploy: SUCCESS, accept: SUCCESS })
    const path = [...delivery.github.answers.keys()].find(it => it.includes('/jobs?')) ?? ''
    const late = delivery.github.answers.get(path)
    delivery.github.setJobs('700', { ...namesOf({ deploy: SUCCESS }, 'integration') })
    const { sleep } = delivery.clock
    delivery.clock.sleep = async (...how) => {
      await sleep.apply(delivery.clock, how)
      if (delivery.clock.slept.length === 3) delivery.github.answers.set(path, late)
    }

    expect((await integration()).verdict).toBe('accepted')
    expect(delivery.clock.slept).toEqual([500, 1_000, 2_000])
  })

  it('a job that goes on ends the step, and nothing is recorded', async () => {
    const [name = ''] = Object.keys(namesOf({ accept: SUCCESS }, 'integration'))
    delivery.github.setJobs('700', { ...namesOf({ deploy: SUCCESS }, 'integration'), [name]: undefined })

    await expect(integration()).rejects.toThrow(Failure)
    expect(delivery.clock.slept.reduce((sum, it) => sum + it, 0)).toBe(30_000)
  })

  it('jobs that a re-run of the failed ones left alone count as they ended', async () => {
    says({ deploy: SUCCESS }, 1)
    says({ accept: SUCCESS }, 2)

    expect((await outcome(told, 'integration', { attempt: 2 })).verdict).toBe('accepted')
  })

  it('all pages of them are read', async () => {
    const page = '/repos/octo-org/shop/actions/runs/700/attempts/1/jobs?per_page=100&page='
    const others = Array.from({ length: 100 }, (_, n) => ({
      name: `lint ${n}`,
      status: 'completed',
      conclusion: 'success'
    }))
    says({ deploy: SUCCESS, accept: SUCCESS })
    const { jobs } = delivery.github.answers.get(`${page}1`) as { readonly jobs: readonly object[] }
    delivery.github.answers.set(`${page}1`, { total_count: 102, jobs: others })
    delivery.github.answers.set(`${page}2`, { total_count: 102, jobs })

    expect((await integration()).verdict).toBe('accepted')
  })
})

describe('a release that was found to change nothing', () => {
  const idle: Jobs = {
    plan: SKIPPED,
    deploy: { result: 'success', outputs: { outcome: 'unchanged' } },
    accept: SUCCESS
  }

  beforeEach(async () => {
    for (const event of ['started', 'deployed', 'accepted'] as const)
      await delivery.record({ event, environment: 'integration', release: named(), plan: PLAN }, '600')
  })

  it('is not accepted for the asking: the ledger must hold it, or what is made of the same, as live (promise 3)', async () => {
    const other = await delivery.release(delivery.repository.add({ 'infra/api.yml': 'Resources: { Evil: {} }\n' }))

    const { request, verdict } = await outcome(idle, 'integration', {}, other.digest)

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      reason: 'Nothing was deployed to integration, and what the ledger holds as live there is not this release.',
      untouched: true
    })
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another build', { 'site/index.html': 'skimmer' }],
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
    const other = await delivery.release(delivery.repository.add(files))

    expect((await outcome(idle, 'integration', {}, other.digest)).verdict).toBe('failed')
  })

  it('is accepted where only a document changed', async () => {
    const other = await delivery.release(delivery.repository.add({ 'NOTES.md': 'Nothing that runs.' }))

    expect((await outcome(idle, 'integration', {}, other.digest)).verdict).toBe('accepted')
  })

  it('is not accepted where nothing was ever deployed', async () => {
    expect((await outcome(idle, 'fair')).verdict).toBe('failed')
  })

  it('cannot be compared with a commit that is not in the clone', async () => {
    const gone = { digest: sha256('gone'), commit: '9'.repeat(40) }
    await delivery.record({ event: 'released', release: gone })
    await delivery.record({ event: 'deployed', environment: 'fair', release: gone })
    const compared = `/repos/octo-org/shop/compare/${gone.commit}...${release.commit}?per_page=1`
    delivery.github.answers.set(compared, { status: 'ahead' })

    expect((await outcome(idle, 'fair')).verdict).toBe('failed')
  })
})

describe('a run that promoted nothing', () => {
  it('and in which no job failed is not green', async () => {
    const { verdict, unexplained } = await outcome({ plan: SUCCESS, deploy: SKIPPED, accept: SKIPPED })

    expect(verdict).toBe('cancelled')
    expect(unexplained).toBe('Nothing was deployed to staging: the run ended first.')
  })

  it.each<[string, Jobs]>([
    ['failed', { plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }],
    ['was cancelled', { plan: { result: 'cancelled' }, deploy: SKIPPED, accept: SKIPPED }]
  ])('and in which a job %s says enough', async (_, jobs) => {
    expect(await outcome(jobs)).not.toHaveProperty('unexplained')
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
