import { beforeEach, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, type JobOutcome } from '@sluice/core'
import { APPROVER } from '@sluice-lab/memory'
import { recordOfOutcome } from '../src/outcome-record.ts'
import { APPLIED, FAILURE, type Jobs, PLAN, PLANNED, SKIPPED, Stage } from './stage.ts'

const APPROVALS = [
  {
    userId: String(APPROVER.id),
    login: APPROVER.login,
    state: 'approved' as const,
    comment: 'fine',
    seenAt: '2026-01-01T00:00:00.000Z'
  }
]
const TOLD: Jobs = { plan: PLANNED, deploy: APPLIED, accept: SKIPPED }

let stage: Stage

beforeEach(async () => {
  stage = await Stage.start()
  stage.delivery.github.answer('700', 'staging', 'approved')
})

/** What two checks came to. */
function checked(passed: boolean): JobOutcome {
  const of = { environment: 'staging', release: stage.release.digest }
  const checks = ['GET /', 'GET /health'].map(what => ({
    what,
    passed,
    seconds: 1,
    ...(passed ? {} : { reason: '500' })
  }))
  return {
    result: passed ? 'success' : 'failure',
    outputs: { checks: '2', results: encodeChecks(checksReport(of, checks, [])) }
  }
}

/** What run 700 recorded up to its record job, in an attempt. */
async function deployed(attempt = 1): Promise<void> {
  await stage.announced('staging', 'planned')
  const of = { environment: 'staging', release: stage.named(), plan: PLAN }
  await stage.delivery.record({ event: 'started', ...of, approvals: APPROVALS }, '700', attempt)
  await stage.delivery.record({ event: 'deployed', ...of }, '700', attempt)
}

/** The outcome that the job records which ran the checks itself. */
async function outcome(
  jobs: Jobs,
  accepted: JobOutcome = checked(true),
  attempt = 1
): ReturnType<typeof recordOfOutcome> {
  const pipeline = stage.delivery.open({ runId: '700', sha: stage.release.commit, attempt })
  stage.delivery.github.setJobs('700', stage.namesOf({ plan: PLANNED, deploy: jobs.deploy }), attempt)
  const inputs = { kind: 'outcome', jobs, accepted, release: stage.release.digest, environment: 'staging' } as const
  return recordOfOutcome(inputs, pipeline)
}

const asked = (): readonly string[] =>
  stage.delivery.github.asked.flatMap(path => /\/(approvals|jobs)(?:\?|$)/.exec(path)?.[1] ?? [])

describe('a deployment that this attempt recorded, and whose checks its own job ran', () => {
  it('is accepted by what the ledger holds, and GitHub is asked nothing more', async () => {
    await deployed()

    const { request, verdict, unexplained } = await outcome(TOLD)

    expect([verdict, unexplained]).toEqual(['accepted', undefined])
    expect(asked()).toEqual([])
    expect(request.drafts.at(-1)).toMatchObject({
      event: 'accepted',
      approvals: APPROVALS,
      detail: { checks: 2, jobs: { plan: 'success', deploy: 'success' } }
    })
    // The word of the job that records it, which no workflow handed over.
    expect(request.drafts.at(-1)?.evidence).toEqual([{ type: 'checks', digest: expect.anything() }])
    expect(request.drafts.at(-1)?.detail).not.toHaveProperty('jobs.accept')
  })

  it('has failed where its checks failed, and the job that ran them says so: no other is red', async () => {
    await deployed()

    const { verdict, unexplained } = await outcome(TOLD, checked(false))

    expect([verdict, unexplained]).toEqual(['failed', 'staging is deployed, but failed its acceptance checks.'])
  })

  it.each<[string, Jobs, number]>([
    ['that its caller says failed', { ...TOLD, deploy: FAILURE }, 1],
    ['whose plan its caller says failed', { ...TOLD, plan: FAILURE }, 1],
    ['whose plan its caller says was cancelled', { ...TOLD, plan: { result: 'cancelled' } }, 1],
    ['of another attempt', TOLD, 2]
  ])('is asked for where it is one %s', async (_, jobs, attempt) => {
    await deployed()

    await outcome(jobs, checked(true), attempt)

    expect(asked()).toEqual(['jobs', 'approvals'])
  })

  it('is asked for where its caller says that a job of their own ran the checks', async () => {
    await deployed()

    await outcome({ ...TOLD, accept: { result: 'cancelled' } })

    expect(asked()).toContain('approvals')
  })

  it('is asked for where the ledger does not hold it, whatever its caller says', async () => {
    await stage.announced('staging', 'planned', 'started')

    expect((await outcome(TOLD)).verdict).toBe('failed')
    expect(asked()).toEqual(['jobs', 'approvals'])
  })
})
