import { beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, sha256 } from '@sluice/core'
import type { recordOfOutcome } from '../src/outcome-record.ts'
import { APPLIED, FAILURE, type Jobs, SKIPPED, Stage, SUCCESS } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await Stage.start()
})

describe('the results of jobs are what GitHub says, and not the caller (promise 3):', () => {
  beforeEach(async () => {
    stage.silent = true
    await stage.announced('integration', 'started', 'deployed')
  })

  const told: Jobs = { plan: SKIPPED, deploy: APPLIED, accept: SUCCESS }
  const integration = (jobs: Jobs = told): ReturnType<typeof recordOfOutcome> => stage.outcome(jobs, 'integration')
  const says = (jobs: Parameters<Stage['namesOf']>[0], attempt = 1): void =>
    stage.delivery.github.setJobs('700', stage.namesOf(jobs, 'integration'), attempt)

  it('checks that failed are no acceptance', async () => {
    says({ deploy: SUCCESS, accept: FAILURE })

    const { request, verdict } = await integration()

    expect(verdict).toBe('failed')
    expect(request.drafts.at(-1)?.detail).toMatchObject({
      jobs: { plan: 'skipped', deploy: 'success', accept: 'failure' }
    })
    expect(stage.delivery.log.warnings.join('\n')).toContain("and GitHub says failure: GitHub's word counts.")
  })

  it.each(['timed_out', 'action_required', 'neutral', 'stale'])(
    'a job that ended as %s is no success',
    async result => {
      says({ deploy: SUCCESS, accept: { result } })

      expect((await integration()).verdict).toBe('failed')
    }
  )

  it.each<[string, Partial<Jobs>]>([
    ['failed', { deploy: FAILURE, accept: SKIPPED }],
    ['was cancelled', { deploy: { result: 'cancelled' }, accept: SKIPPED }],
    ['was skipped', { deploy: SKIPPED, accept: SKIPPED }]
  ])(
    'a deployment that began is not taken for nothing because GitHub shows no job of it, which the caller says %s',
    async (_, jobs) => {
      says({})

      const outcome = integration({ ...told, ...jobs })

      await expect(outcome).rejects.toThrow(Failure)
      await expect(outcome).rejects.toThrow(
        /^GitHub does not list the job "deploy r-[0-9a-f]{12} to integration" after 30 s, though the ledger holds that this run began to deploy to integration: https:\S+ Re-run the failed jobs\.$/
      )
      expect(stage.delivery.clock.slept.reduce((sum, it) => sum + it, 0)).toBe(30_000)
    }
  )

  it('checks that failed are not forgotten because GitHub shows no job of them', async () => {
    says({ deploy: SUCCESS })

    await expect(integration({ ...told, accept: FAILURE })).rejects.toThrow(
      /^GitHub does not list the job "accept r-[0-9a-f]{12} in integration" after 30 s, though the input outcome says that accept failed: /
    )
  })

  it('a deployment that an earlier attempt began is none of this one, whose jobs never ran', async () => {
    says({ deploy: FAILURE }, 1)

    const { request } = await stage.outcome({ ...told, deploy: SKIPPED, accept: SKIPPED }, 'integration', {
      attempt: 2
    })

    expect(request.drafts.at(-1)).toMatchObject({ event: 'cancelled', detail: { untouched: true } })
  })

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
    const digest = [stage.release.digest, sha256('another')][nth] ?? stage.release.digest
    stage.delivery.github.setJobs('700', {
      ...stage.namesOf({ deploy: SUCCESS }, 'integration'),
      ...stage.namesOf({ accept: SUCCESS }, environment, digest)
    })

    await expect(integration()).rejects.toThrow(/^GitHub knows no job "accept r-/)
  })

  it('two jobs of one name are refused, since it cannot be told which counts', async () => {
    const [name = ''] = Object.keys(stage.namesOf({ accept: SUCCESS }, 'integration'))
    stage.delivery.github.setJobs('700', {
      ...stage.namesOf({ deploy: SUCCESS, accept: SUCCESS }, 'integration'),
      [`mine / ${name}`]: 'success'
    })

    await expect(integration()).rejects.toThrow(
      /^Attempt 1 of run 700 has several jobs "accept r-.* Call stage\.yml once/
    )
  })

  it('is waited for, half a minute long, when GitHub shows late that a job is over', async () => {
    says({ deploy: SUCCESS, accept: SUCCESS })
    const path = [...stage.delivery.github.answers.keys()].find(it => it.includes('/jobs?')) ?? ''
    const late = stage.delivery.github.answers.get(path)
    stage.delivery.github.setJobs('700', { ...stage.namesOf({ deploy: SUCCESS }, 'integration') })
    const { sleep } = stage.delivery.clock
    stage.delivery.clock.sleep = async (...how) => {
      await sleep.apply(stage.delivery.clock, how)
      if (stage.delivery.clock.slept.length === 3) stage.delivery.github.answers.set(path, late)
    }

    expect((await integration()).verdict).toBe('accepted')
    expect(stage.delivery.clock.slept).toEqual([500, 1_000, 2_000])
  })

  it('a job that goes on ends the step, and nothing is recorded', async () => {
    const [name = ''] = Object.keys(stage.namesOf({ accept: SUCCESS }, 'integration'))
    stage.delivery.github.setJobs('700', { ...stage.namesOf({ deploy: SUCCESS }, 'integration'), [name]: undefined })

    await expect(integration()).rejects.toThrow(Failure)
    expect(stage.delivery.clock.slept.reduce((sum, it) => sum + it, 0)).toBe(30_000)
  })

  it('jobs that a re-run of the failed ones left alone count as they ended', async () => {
    says({ deploy: SUCCESS }, 1)
    says({ accept: SUCCESS }, 2)

    expect((await stage.outcome(told, 'integration', { attempt: 2 })).verdict).toBe('accepted')
  })

  it('one that stands on two pages, since others began while they were read, counts once', async () => {
    const page = '/repos/octo-org/shop/actions/runs/700/attempts/1/jobs?per_page=100&page='
    const others = Array.from({ length: 98 }, (_, n) => ({ id: n, name: `lint ${n}`, status: 'in_progress' }))
    says({ deploy: SUCCESS, accept: SUCCESS })
    const { jobs } = stage.delivery.github.answers.get(`${page}1`) as { readonly jobs: readonly object[] }
    const own = jobs.map((job, n) => ({ ...job, id: 1000 + n }))
    stage.delivery.github.answers.set(`${page}1`, { total_count: 101, jobs: [...others, ...own] })
    stage.delivery.github.answers.set(`${page}2`, { total_count: 102, jobs: [...own, { id: 99, name: 'late' }] })

    expect((await integration()).verdict).toBe('accepted')
  })

  it('all pages of them are read', async () => {
    const page = '/repos/octo-org/shop/actions/runs/700/attempts/1/jobs?per_page=100&page='
    const others = Array.from({ length: 100 }, (_, n) => ({
      name: `lint ${n}`,
      status: 'completed',
      conclusion: 'success'
    }))
    says({ deploy: SUCCESS, accept: SUCCESS })
    const { jobs } = stage.delivery.github.answers.get(`${page}1`) as { readonly jobs: readonly object[] }
    stage.delivery.github.answers.set(`${page}1`, { total_count: 102, jobs: others })
    stage.delivery.github.answers.set(`${page}2`, { total_count: 102, jobs })

    expect((await integration()).verdict).toBe('accepted')
  })
})
