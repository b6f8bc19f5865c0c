import { describe, expect, it } from '@jest/globals'
import { adoptionJobName, sha256, stageJobName } from '@sluice/core'
import { decodeJobs, deploysOfOthers, jobsOfStage, otherQuestions, type RanJob } from '../src/index.ts'
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

  it('tells of each job in which attempt it ran', () => {
    const { jobs } = decodeJobs({ total_count: 1, jobs: [{ name: 'a', status: 'waiting', run_attempt: 2 }] })

    expect(jobs).toEqual([{ name: 'a', attempt: 2 }])
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

describe('deploysOfOthers', () => {
  const OTHER = sha256('another release')
  const own = { environment: 'staging', release: RELEASE, attempt: 2, planned: 2 }
  const job = (call: string, release = RELEASE, attempt = 2, changes: Partial<RanJob> = {}): RanJob => ({
    name: `${call} / ${stageJobName('deploy', 'staging', release)}`,
    result: undefined,
    attempt,
    ...changes
  })
  const ours = job('shop / staging')
  const { attempt: _, ...ofNoAttempt } = job('shop / staging', OTHER)

  it.each([
    ['another job calls for', job('billing / staging', OTHER)],
    ['another job called for in an attempt before', job('billing / staging', OTHER, 1)],
    ['a job of the same name calls for', job('shop / staging', OTHER)],
    ['is over', job('billing / staging', OTHER, 1, { result: 'success' })],
    ['was cancelled', job('billing / staging', OTHER, 2, { result: 'cancelled' })],
    ['no job calls for', { ...ours, name: stageJobName('deploy', 'staging', OTHER) }],
    ['GitHub tells no attempt of', ofNoAttempt],
    ['is called for with another text than a release', { ...ours, name: 'look / deploy now to staging' }],
    [
      'is called for with a text that looks like jobs',
      { ...ours, name: `look / ${stageJobName('deploy', 'staging', OTHER)} / tests to staging` }
    ]
  ])('finds what %s', (_, other) => {
    expect(deploysOfOthers([ours, other], own)).toEqual([other])
    expect(deploysOfOthers([other], own)).toEqual([other])
  })

  it.each([
    ['its environment', `look / deploy ${'now '.repeat(24)}`.slice(0, 100)],
    ['that it deploys', 'look / '.repeat(20).slice(0, 100)],
    ['its end, which dots stand for,', `${'look / '.repeat(20).slice(0, 97)}...`],
    ['the end of its own name', `x / ${`deploy ${'now '.repeat(24)}`.slice(0, 100)}`]
  ])('finds a job of whose name GitHub does not show %s', (_, name) => {
    const other = { ...ours, name }

    expect(deploysOfOthers([ours, other], own)).toEqual([other])
    expect(deploysOfOthers([ours, { ...ours, name: name.slice(0, 90) }], own)).toEqual([])
  })

  it('finds what another call was answered to since the plan, under the names of our own calling jobs', () => {
    const beside = job('shop / staging', OTHER, 1)

    expect(deploysOfOthers([ours, beside], { ...own, planned: 1 })).toEqual([beside])
    expect(deploysOfOthers([ours, beside], own)).toEqual([])
  })

  it('finds what another call made under the name of our own release, and what one call made twice', () => {
    const forged = job('billing / staging')
    const leg = job('shop / staging', RELEASE, 2, { id: 7 })

    expect(deploysOfOthers([ours, forged], own)).toEqual([forged])
    // Which of both is ours nobody can tell: one of them is enough to refuse.
    expect(deploysOfOthers([forged, ours], own)).toHaveLength(1)
    expect(deploysOfOthers([ours, job('billing / staging', RELEASE, 1)], own)).toHaveLength(1)
    expect(deploysOfOthers([ours, leg], own)).toEqual([leg])
  })

  it('finds what names the same GitHub Environment in other letters', () => {
    const other = { ...ours, name: `billing / Staging / ${stageJobName('deploy', 'Staging', OTHER)}` }

    expect(deploysOfOthers([ours, other], own)).toEqual([other])
  })

  it('finds what a job of the same name called for in an attempt that was ours, too', () => {
    const beside = job('shop / staging', OTHER, 1)

    expect(deploysOfOthers([beside, job('shop / staging', RELEASE, 1), ours], own)).toEqual([beside])
  })

  it('finds all where it is not known what is ours', () => {
    expect(deploysOfOthers([ours], { ...own, release: undefined })).toEqual([ours])
  })

  it.each([
    ['the same release in an attempt before', job('shop / staging', RELEASE, 1)],
    ['what the same call was for before it was run again', job('shop / staging', OTHER, 1)],
    ['a job that was skipped', job('billing / staging', OTHER, 2, { result: 'skipped' })],
    ['another environment', { ...ours, name: `billing / x / ${stageJobName('deploy', 'production', OTHER)}` }],
    ['a plan', { ...ours, name: `billing / staging / plan / ${stageJobName('plan', 'staging', OTHER)}` }],
    ['an acceptance', { ...ours, name: `billing / staging / ${stageJobName('accept', 'staging', OTHER)}` }],
    ['a job that records', { ...ours, name: 'billing / staging / record staging' }],
    ['another environment that begins alike', { ...ours, name: 'look / deploy now to staging-2' }],
    ['a job of the caller', { ...ours, name: 'deploy docs to staging' }]
  ])('leaves %s alone', (_, other) => {
    expect(deploysOfOthers([ours, other], own)).toEqual([])
  })
})

describe('otherQuestions', () => {
  const NAME = adoptionJobName(sha256('site'), 'site')
  const adoption = { question: 'adopt', name: NAME } as const
  const job = (name: string, changes: Partial<RanJob> = {}): RanJob => ({
    name,
    result: 'success',
    attempt: 1,
    ...changes
  })
  const own = job(`adopt / ${NAME}`)

  it.each([
    ['a deployment', job(`deliver / staging / ${stageJobName('deploy', 'staging', RELEASE)}`)],
    ['a deployment that was called for in other letters', job(`x / ${stageJobName('deploy', 'Staging', RELEASE)}`)],
    ['a repair', job('repair / repair the ledger of staging')],
    ['another adoption', job(`other / ${adoptionJobName(sha256('api'), 'api')}`)],
    ['a repair of an attempt before', job('repair / repair the ledger of builds and releases', { attempt: 2 })],
    ['another digest in another attempt', job(`adopt / ${adoptionJobName(sha256('x'), 'site')}`, { attempt: 2 })],
    ['another unit in another attempt', job(`adopt / ${adoptionJobName(sha256('site'), 'api')}`, { attempt: 2 })],
    ['one whose unit looks like a job', job(`look / ${adoptionJobName(sha256('x'), 'site / tests')}`)],
    ['one whose unit looks like ours', job(`look / ${adoptionJobName(sha256('x'), `site / ${NAME}`)}`, { attempt: 2 })],
    ['one whose digest is none', job('look / adopt: / x as site')],
    ['a deployment whose release looks like a job', job('look / deploy r-000000000000 to staging / tests')],
    ['a deployment of any text that a caller gives for a release', job('ship / deploy 2024.11 to production')],
    ['a deployment of a text on two lines', job('ship / Deploy a\nb to production')],
    ['a job of whose name not all is shown', job('look / '.repeat(20).slice(0, 100))]
  ])('finds %s beside an adoption', (_, other) => {
    expect(otherQuestions([own, other], adoption)).toEqual([other])
  })

  it.each([
    ['its own job of another attempt', { ...own, attempt: 2 }],
    ['a deployment that was skipped', job(stageJobName('deploy', 'staging', RELEASE), { result: 'skipped' })],
    ['a job that plans', job(`deliver / staging / plan / ${stageJobName('plan', 'staging', RELEASE)}`)],
    ['what records it', job('adopt / record the adoption of site')],
    ['what shows a repair', job('repair / show what would be left out')],
    ['a job of the caller', job('test')],
    ['a job of the caller that deploys something', job('deploy docs to pages')]
  ])('leaves %s alone', (_, other) => {
    expect(otherQuestions([own, other], adoption)).toEqual([])
  })

  it('takes a name for its own that has as many characters as GitHub shows', () => {
    const name = adoptionJobName(sha256('site'), 'x'.repeat(10))
    const full = job(`adopt / ${name}`)

    expect(full.name).toHaveLength(100)
    expect(otherQuestions([full], { question: 'adopt', name })).toEqual([])
    expect(otherQuestions([full, job(full.name, { id: 2 })], { question: 'adopt', name })).toHaveLength(1)
  })

  it('takes what GitHub shows of a long name for the name', () => {
    const name = adoptionJobName(sha256('site'), 'x'.repeat(40))
    const shown = (text: string) => job(`adopt / ${text}`, { attempt: 2 })

    expect(otherQuestions([shown(name.slice(0, 100))], { question: 'adopt', name })).toEqual([])
    expect(otherQuestions([shown(`${name.slice(0, 97)}...`)], { question: 'adopt', name })).toEqual([])
    expect(otherQuestions([shown(name.slice(0, 99))], { question: 'adopt', name })).toHaveLength(1)
  })
})
