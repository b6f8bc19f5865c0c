import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { type Digest, questionOf, releaseId, STAGE_JOBS, type StageJob, sha256, stageJobName } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { jobsOfStage } from '@sluice/policy'
import { parse } from 'yaml'
import { inRepository } from '../harness/index.ts'

async function jobsOf(file: string): Promise<Readonly<Record<string, { readonly name: string }>>> {
  const text = await readFile(inRepository('.github', 'workflows', file), 'utf8')
  return (parse(text) as { readonly jobs: Readonly<Record<string, { readonly name: string }>> }).jobs
}

/** GitHub cuts a job's own name to as many characters, and nothing would be found by what is left. */
const SHOWN = 100

/** What the workflows call the jobs of one environment. */
async function namesIn(environment: string, release: Digest): Promise<Readonly<Record<StageJob, string>>> {
  const jobs = { ...(await jobsOf('stage.yml')), ...(await jobsOf('plan.yml')) }
  const values: Readonly<Record<string, string>> = { environment, release, 'release-id': releaseId(release) }
  const nameOf = (job: StageJob): string =>
    (jobs[job]?.name ?? '').replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => values[input] ?? '')
  return { plan: nameOf('plan'), deploy: nameOf('deploy'), accept: nameOf('accept') }
}

/** A delivery.yml with one environment. */
function deliveryTo(environment: string): string {
  return `version: 1
product: p
accounts: { ops: { id: "111111111111", region: eu-west-1 } }
registry: { account: ops }
units: { site: { bundle: { path: site }, stack: { template: site.yml } } }
environments: [{ name: ${environment}, account: ops, level: development, gate: continuous }]
ledger: { branch: ledger }
`
}

describe('the jobs of stage.yml, and of the workflow that it calls,', () => {
  const release = sha256('release')

  it('have the names by which record-audit finds them among the jobs of a run', async () => {
    const names = await namesIn('staging', release)

    for (const job of STAGE_JOBS) expect(names[job]).toBe(stageJobName(job, 'staging', release))
  })

  it('are found by what GitHub shows, also of the longest environment that delivery.yml may have', async () => {
    const longest = 'e'.repeat(45)
    expect(parseDelivery(deliveryTo(longest), 'delivery.yml').environments).toHaveLength(1)
    expect(() => parseDelivery(deliveryTo(`${longest}e`), 'delivery.yml')).toThrow('64')

    const names = await namesIn(longest, release)

    const shown = STAGE_JOBS.map(job => ({
      name: `deliver / ${longest} / ${names[job].slice(0, SHOWN)}`,
      result: undefined
    }))
    const [plan, deploy, accept] = shown
    expect(jobsOfStage(shown, longest, release)).toEqual({ plan: [plan], deploy: [deploy], accept: [accept] })
    expect(STAGE_JOBS.filter(job => names[job].length > SHOWN)).toEqual([])
  })
})

describe('the job that asks reviewers', () => {
  it.each([
    ['stage.yml', 'deploy', 'deploy'],
    ['adopt.yml', 'ask', 'adopt'],
    ['repair.yml', 'ask', 'repair']
  ])('of %s has a name that tells what for, and no other job of Sluice has', async (file, asking, question) => {
    const values = { environment: 'staging', 'release-id': releaseId(sha256('release')) }
    const jobs = Object.entries(await jobsOf(file)).map(([job, { name = '' }]) => [
      job,
      questionOf(
        name
          .replace(/\$\{\{ inputs\.([a-z-]+).*? \}\}/g, (_, input: keyof typeof values) => values[input] ?? 'given')
          .trim()
      )
    ])

    expect(jobs.filter(([, it]) => it !== undefined)).toEqual([[asking, question]])
  })
})
