import { describe, expect, it } from '@jest/globals'
import { sha256, stageJobName } from '@sluice/core'
import { decodeJobs, jobsOfStage, type RanJob } from '../src/index.ts'
import { publishedExample } from './published.ts'

const RELEASE = sha256('release')

describe('decodeJobs', () => {
  it("reads GitHub's published example", () => {
    const answer = publishedExample('/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs')

    expect(decodeJobs(answer)).toEqual({
      total: 1,
      jobs: [{ id: 399444496, name: 'build', result: 'success', startedAt: Date.parse('2020-01-20T17:42:40Z') }]
    })
  })

  it.each([
    ['success', 'success'],
    ['skipped', 'skipped'],
    ['cancelled', 'cancelled'],
    ['failure', 'failure'],
    ['timed_out', 'failure'],
    ['startup_failure', 'failure'],
    ['what nobody has heard of', 'failure'],
    [null, 'failure']
  ])('takes a job that ended with %j for %s', (conclusion, result) => {
    const { jobs } = decodeJobs({ total_count: 1, jobs: [{ name: 'a', status: 'completed', conclusion }] })

    expect(jobs).toEqual([{ name: 'a', result }])
  })

  it.each(['queued', 'in_progress', 'waiting'])('knows no result of a job that is %s', status => {
    const { jobs } = decodeJobs({ total_count: 1, jobs: [{ name: 'a', status, conclusion: 'success' }] })

    expect(jobs).toStrictEqual([{ name: 'a', result: undefined }])
  })

  it.each([
    ['nothing', undefined],
    ['a number that is none', { total_count: '3', jobs: {} }]
  ])('finds none in %s', (_, answer) => {
    expect(decodeJobs(answer)).toEqual({ total: 0, jobs: [] })
  })
})

describe('jobsOfStage', () => {
  const named = (name: string): RanJob => ({ name, result: 'success' })
  const deploy = stageJobName('deploy', 'staging', RELEASE)
  const accept = stageJobName('accept', 'staging', RELEASE)

  it('finds each job of an environment and release, called or not, and no other', () => {
    const jobs = [
      `deliver / staging / ${deploy}`,
      accept,
      `x${accept}`,
      `${accept} / x`,
      stageJobName('plan', 'staging', sha256('another release')),
      stageJobName('plan', 'production', RELEASE)
    ].map(named)

    expect(jobsOfStage(jobs, 'staging', RELEASE)).toEqual({ plan: [], deploy: [jobs[0]], accept: [jobs[1]] })
  })

  it('tells of each where the workflow was called twice', () => {
    const jobs = [`a / ${accept}`, `b / ${accept}`].map(named)

    expect(jobsOfStage(jobs, 'staging', RELEASE)).toEqual({ plan: [], deploy: [], accept: jobs })
  })
})
