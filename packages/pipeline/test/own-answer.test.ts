import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, type RunContext, releaseId, sha256, stageJobName } from '@sluice/core'
import { type Pipeline, requireApproval, requireProtectedGate } from '../src/index.ts'
import { APPROVER, DELIVERY, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

const SHOP = sha256('release of shop')
const BILLING = sha256('release of billing')
const CALL = `uses: owner/sluice/.github/workflows/deliver.yml@${'f'.repeat(40)}`
const ONE_CALL = `on: push\njobs:\n  shop: { ${CALL} }\n`
const TWO_CALLS = `${ONE_CALL}  billing: { ${CALL}, with: { config: billing/delivery.yml } }\n`
const MATRIX = `on: push\njobs:\n  deliver: { strategy: { matrix: { product: [shop, billing] } }, ${CALL} }\n`
const CALLER = '.github/workflows/deliver.yml'
const SLUICE = `sluice: { repository: owner/sluice, commits: [${'f'.repeat(40)}] }\n`

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

beforeEach(() => {
  hosted.host.setEnvironment(REPOSITORY, 'staging', {
    reviewers: [{ type: 'User', ...APPROVER }],
    preventSelfReview: true,
    adminBypass: false,
    branchPolicy: ['main']
  })
})

afterAll(() => hosted.stop())

/** A run of a caller's workflow, in which somebody answered at the gate of staging after shop's plan. */
async function approved(workflow: string, { sluice = SLUICE, run = {} as Partial<RunContext> } = {}) {
  await hosted.commit({ [CALLER]: workflow, 'delivery.yml': `${DELIVERY}${sluice}` })
  const pipeline = await hosted.open({ run })
  const runId = Number(pipeline.run.runId)
  await hosted.host.openGate(REPOSITORY, runId, 'staging')
  hosted.host.decide(REPOSITORY, runId, 'staging', { state: 'approved', user: APPROVER, comment: 'go' })
  return {
    runId,
    pipeline,
    job: (call: string, release = SHOP, conclusion?: 'success' | 'skipped', environment = 'staging') =>
      hosted.host.reportJob(REPOSITORY, runId, {
        name: `${call} / ${environment} / ${stageJobName('deploy', environment, release)}`,
        ...(conclusion === undefined ? { status: 'in_progress' } : { status: 'completed', conclusion })
      })
  }
}

/** Starts shop's deployment in a run, and counts how often it asks for the jobs. */
async function start(
  pipeline: Pipeline,
  of: Pick<LedgerRecord, 'release'> = { release: { digest: SHOP, commit: '1'.repeat(40) } },
  planned = pipeline.run.attempt
) {
  const staging = pipeline.environment('staging')
  const protection = await requireProtectedGate(pipeline, staging)
  const plan = await hosted.record(
    { event: 'planned', environment: 'staging', plan: sha256('p'), protection, approvals: [] },
    { id: pipeline.run.runId, attempt: planned }
  )
  const asked: string[] = []
  const github = {
    ...pipeline.github,
    get: async (path: string) => {
      if (path.includes('/jobs')) asked.push(path)
      return pipeline.github.get(path)
    }
  }
  const announcement: LedgerRecord = { ...plan, ...of }
  const answers = requireApproval({ ...pipeline, github }, staging, protection, announcement)
  return { asked, answers: await answers.catch((error: unknown) => error) }
}

const OWN = [{ login: APPROVER.login, state: 'approved' }]

describe('an answer at a gate where a run delivers two products', () => {
  it('does not count for either, and the refusal names the other', async () => {
    const { pipeline, job, runId } = await approved(TWO_CALLS)
    job('shop')
    job('billing', BILLING)

    const { answers } = await start(pipeline)

    expect(String(answers)).toContain(
      `In run ${runId}, "billing / staging / deploy ${releaseId(BILLING)} to staging" asks at the gate of staging besides the job of ${releaseId(SHOP)}, and GitHub does not tell which of them was approved: no approval of staging counts in this run. Deliver each product in a run of its own (a workflow for each), or name their environments apart in delivery.yml; then start new runs.`
    )
  })

  it('does not count where a matrix calls, however many', async () => {
    const { pipeline, job } = await approved(MATRIX)
    job('deliver (shop)')
    job('deliver (billing)', BILLING)
    job('deliver (books)', sha256('release of books'), 'success')

    expect(String((await start(pipeline)).answers)).toContain(
      'to staging" (and 1 more job) asks at the gate of staging'
    )
  })

  it('does not count where the one call is of a commit that is not listed, as one of a fork, which calls for several', async () => {
    const { pipeline, job } = await approved(ONE_CALL.replace('f'.repeat(40), 'e'.repeat(40)))
    job('shop / shop')
    job('shop / billing', BILLING)

    const { answers, asked } = await start(pipeline)

    expect(String(answers)).toContain('asks at the gate of staging besides the job of')
    expect(asked).toHaveLength(1)
  })

  it('does not count where another file has the name of the workflow up to an @', async () => {
    const named = '.github/workflows/deliver@2.yml'
    await hosted.commit({ '.github/workflows/deliver': ONE_CALL, [named]: TWO_CALLS })
    const { pipeline, job } = await approved(TWO_CALLS, {
      run: { workflow: `${REPOSITORY}/${named}@refs/heads/main` }
    })
    job('shop')
    job('billing', BILLING)

    expect(String((await start(pipeline)).answers)).toContain('asks at the gate of staging besides the job of')
  })

  it('does not count after a re-run, either', async () => {
    const before = await approved(TWO_CALLS)
    before.job('shop')
    before.job('billing', BILLING, 'success')
    hosted.host.completeRun(REPOSITORY, before.runId, 'failure')
    const pipeline = await hosted.open({ run: { runId: String(before.runId), attempt: 2 } })
    before.job('shop')

    const { answers, asked } = await start(pipeline)

    expect(String(answers)).toContain('"billing / staging / deploy ')
    expect(asked).toEqual([`/repos/${REPOSITORY}/actions/runs/${before.runId}/jobs?filter=all&per_page=100&page=1`])
  })

  it('does not count where it was given to another product after the plan of an attempt before, under the same calling names', async () => {
    const before = await approved(TWO_CALLS)
    before.job('ship', BILLING, 'success')
    hosted.host.completeRun(REPOSITORY, before.runId, 'failure')
    const pipeline = await hosted.open({ run: { runId: String(before.runId), attempt: 2 } })
    before.job('ship')

    expect(String((await start(pipeline, undefined, 1)).answers)).toContain('"ship / staging / deploy ')
    expect((await start(pipeline, undefined, 2)).answers).toMatchObject(OWN)
  })

  it('does not count where the release of the plan is not known', async () => {
    const { pipeline, job } = await approved(MATRIX)
    job('deliver (billing)', BILLING)

    const none = await start(pipeline, {})

    expect(String(none.answers)).toContain('besides the job of this release')
  })

  it('counts where only one of them asks there', async () => {
    const { pipeline, job } = await approved(MATRIX)
    job('deliver (shop)')
    job('deliver (billing)', BILLING, 'skipped')
    job('deliver (billing)', BILLING, undefined, 'billing-staging')

    const { answers, asked } = await start(pipeline)

    expect(answers).toMatchObject(OWN)
    expect(asked).toHaveLength(1)
  })

  it('counts after a re-run of the one call, of whatever release', async () => {
    const before = await approved(MATRIX)
    before.job('deliver (shop)', sha256('release of before'), 'success')
    hosted.host.completeRun(REPOSITORY, before.runId, 'failure')
    const pipeline = await hosted.open({ run: { runId: String(before.runId), attempt: 2 } })
    before.job('deliver (shop)')

    expect((await start(pipeline)).answers).toMatchObject(OWN)
  })

  it('does not count where the run has more jobs than are looked at', async () => {
    const { pipeline } = await approved(MATRIX)
    const many = { total_count: 9_999, jobs: [] }
    let next = 0
    const get: Pipeline['github']['get'] = async path =>
      path.includes('/jobs?')
        ? { ...many, jobs: Array.from({ length: 100 }, () => ({ id: ++next, name: 'a', status: 'queued' })) }
        : pipeline.github.get(path)

    const { answers } = await start({ ...pipeline, github: { ...pipeline.github, get } })

    expect(String(answers)).toContain(
      'has 2000 jobs or more, too many to tell whether another product asks at the gate of staging in it.'
    )
  })
})

describe('the jobs of a run', () => {
  it('are not asked for where its workflow calls Sluice once', async () => {
    const { pipeline } = await approved(ONE_CALL)

    expect(await start(pipeline)).toMatchObject({ asked: [], answers: OWN })
  })

  it('are not asked for where the runner alone tells which Sluice it is', async () => {
    const { pipeline } = await approved(ONE_CALL, {
      sluice: '',
      run: { sluice: { repository: 'owner/sluice', commit: 'f'.repeat(40) } }
    })

    expect(await start(pipeline)).toMatchObject({ asked: [], answers: OWN })
  })

  it.each([
    ['is not known', { workflow: '' }],
    ['is of another repository', { workflow: `octo-org/rules/${CALLER}@refs/heads/main` }],
    ['is not there', { workflow: `${REPOSITORY}/.github/workflows/other.yml@refs/heads/main` }],
    ['is of a commit that git does not have', { workflowSha: '0'.repeat(40) }]
  ])('are asked for where its workflow %s', async (_, run) => {
    const { pipeline } = await approved(ONE_CALL, { run })

    const { asked, answers } = await start(pipeline)

    expect(asked).toHaveLength(1)
    expect(answers).toMatchObject(OWN)
  })

  it('are asked for where nobody says which Sluice it is', async () => {
    const { pipeline } = await approved(ONE_CALL, { sluice: '' })

    expect((await start(pipeline)).asked).toHaveLength(1)
  })
})
