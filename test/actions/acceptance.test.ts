import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checksReport, encodeChecks, evidenceOfText, type LedgerEvent, type LedgerRecord, sha256 } from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import { readLedgerFiles, recordPath, verifyLedger } from '@sluice/ledger'
import { APPROVER, AUTHOR } from '@sluice-lab/rehearsal'
import {
  openScene,
  type Run,
  type Scene,
  type Seed,
  type SeedDraft,
  type SeededRelease,
  type StepRun,
  seedOf,
  VIRTUAL_CLOCK
} from '../harness/index.ts'

let scene: Scene
let seed: Seed
let commits = 0

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  for (const name of ['staging', 'production'])
    scene.world.github.setEnvironment(scene.world.product.repository, name, {
      reviewers: [{ type: 'User', ...APPROVER }],
      preventSelfReview: true,
      adminBypass: false,
      branchPolicy: ['main']
    })
}, 120_000)

afterAll(() => scene.stop())

const of = ({ digest, commit }: SeededRelease, environment: string): Pick<LedgerRecord, 'environment' | 'release'> => ({
  environment,
  release: { digest, commit }
})

/** A release that is newer than all before, was accepted in integration, and never in staging. */
async function newBad(): Promise<SeededRelease> {
  commits += 1
  await scene.write('site/index.html', `<title>${commits}</title>\n`)
  const release = await seed.release(await scene.commit(`page ${commits}`))
  await delivered(release, 'integration')
  return release
}

/** A release that is newer than all before, and accepted in integration and staging. */
async function newGood(): Promise<SeededRelease> {
  const release = await newBad()
  await delivered(release, 'staging')
  return release
}

/** A release was deployed to an environment by an earlier run, and accepted. */
async function delivered(
  release: SeededRelease,
  environment: string,
  end: 'accepted' | 'failed' = 'accepted'
): Promise<void> {
  const run = scene.run(release.commit)
  const approval = { userId: String(APPROVER.id), login: APPROVER.login, state: 'approved', comment: 'go' } as const
  const approvals = [{ ...approval, seenAt: new Date().toISOString(), reviewer: 'named' as const }]
  const authors = { accounts: [{ id: String(AUTHOR.id), login: AUTHOR.login }], unknown: [] }
  const asked = environment !== 'integration'
  const record = async (
    event: LedgerEvent,
    more: Partial<SeedDraft> = {},
    document?: Uint8Array
  ): Promise<LedgerRecord> => {
    const draft = { event, ...of(release, environment), plan: sha256('plan'), ...more } as SeedDraft
    return seed.record(draft, { of: run, ...(document && { document }) })
  }
  if (asked) await record('planned', { approvals: [], detail: { authors } })
  await record('started', asked ? { approvals } : {})
  await record('deployed')
  const [members, document] = end === 'accepted' ? checkedOnce(release, environment) : [{}, undefined]
  await record(end, members, document)
  scene.world.github.completeRun(scene.world.product.repository, run.id, 'success')
}

/** What an acceptance says of its only check, and the report of it. */
function checkedOnce({ digest }: SeededRelease, environment: string): readonly [Partial<SeedDraft>, Uint8Array] {
  const checks = [{ what: 'GET /', passed: true, seconds: 0.1 }]
  const report = evidenceOfText('checks', encodeChecks(checksReport({ environment, release: digest }, checks, [])))
  return [{ detail: { checks: checks.length }, evidence: [report.evidence] }, report.content]
}

async function check(release: SeededRelease, environment: string, more: Record<string, string> = {}): Promise<StepRun> {
  const inputs = { mode: 'check', kind: 'release', release: release.digest, environment, ...more }
  return scene.run(release.commit).step('promote-digest', inputs, { job: 'plan' })
}

async function recordOutcome(
  run: Run,
  release: SeededRelease,
  jobs: object,
  env: Readonly<Record<string, string>> = {}
): Promise<StepRun> {
  const inputs = { outcome: JSON.stringify(jobs), release: release.digest, environment: 'staging' }
  return run.step('record-audit', inputs, { job: 'record', env })
}

async function withdraw(release: SeededRelease, environment: string, reason = 'orders fail'): Promise<StepRun> {
  const inputs = { event: 'withdrawn', release: release.digest, environment, ...(reason === '' ? {} : { reason }) }
  return scene.run(release.commit).step('record-audit', inputs, { job: 'withdraw' })
}

async function length(): Promise<number | undefined> {
  return (await seed.ledger.head())?.sequence
}

async function newest(): Promise<LedgerRecord> {
  const { bare } = scene.world.product
  const files = await readLedgerFiles({ directory: bare, branch: scene.world.delivery.ledger.branch })
  const bytes = files.get(recordPath((await length()) ?? 0)) ?? new Uint8Array()
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as LedgerRecord
}

const SUCCESS = { result: 'success', outputs: {} }
const UNCHANGED = { result: 'success', outputs: { 'has-changes': 'false' } }

describe('an acceptance is not to be had for the asking (promise 3):', () => {
  it('a caller who makes the results of jobs up is refused, and nothing is recorded', async () => {
    const bad = await newBad()
    const before = await length()

    // The job is looked for again: GitHub may list it late.
    const step = await recordOutcome(scene.run(bad.commit), bad, { plan: UNCHANGED, accept: SUCCESS }, VIRTUAL_CLOCK)

    expect(step.exitCode).toBe(1)
    expect(step.errors).toEqual([
      expect.stringMatching(/^GitHub knows no job "plan r-[0-9a-f]{12} for staging" in run \d+/)
    ])
    expect(await length()).toBe(before)
    expect((await check(bad, 'production')).errors).toEqual([
      expect.stringMatching(/the ledger holds no record that it was accepted in staging/)
    ])
  }, 90_000)

  it('a caller whose jobs did nothing gets a failure, and a red job, for what the ledger does not hold as live', async () => {
    await newGood()
    const bad = await newBad()
    const run = scene.run(bad.commit)
    run.ended({ environment: 'staging', release: bad.digest }, { plan: 'success', accept: 'success' })

    const step = await recordOutcome(run, bad, { plan: UNCHANGED, accept: SUCCESS })

    expect(step.exitCode).toBe(1)
    expect(step.outputs['verdict']).toBe('failed')
    expect(step.errors).toEqual([
      expect.stringMatching(
        /^Nothing was deployed to staging, and what the ledger holds as live there is not this release\. The outcome is recorded as failed; no other job/
      )
    ])
    expect((await check(bad, 'production')).exitCode).toBe(1)
  })

  it('a caller who says that the checks passed is told by GitHub that they failed', async () => {
    const good = await newGood()
    const run = scene.run(good.commit)
    run.ended({ environment: 'staging', release: good.digest }, { plan: 'success', accept: 'failure' })

    const step = await recordOutcome(run, good, { plan: UNCHANGED, accept: SUCCESS })

    expect(step.warnings).toEqual([expect.stringMatching(/GitHub's word counts\.$/)])
    expect([step.exitCode, step.outputs['verdict']]).toEqual([0, 'failed'])
    expect((await newest()).detail).toMatchObject({ jobs: { plan: 'success', deploy: 'skipped', accept: 'failure' } })
  })
})

describe('a step that is called alone', () => {
  it.each([
    [
      'started',
      /^Release r-[0-9a-f]{12} may not enter production: the ledger holds no record that it was accepted in staging/
    ],
    ['deployed', /^This run has no `started` record for r-/]
  ])('cannot record `%s` of a release that came this far by nobody', async (event, message) => {
    const bad = await newBad()
    const run = scene.run(bad.commit)
    const plan = sha256('plan')
    const inputs = { release: bad.digest, environment: 'production', 'plan-digest': plan }
    const planned = await run.step('record-audit', { event: 'planned', ...inputs }, { job: 'plan' })
    expect(planned.errors).toEqual([])
    const { github, product } = scene.world
    await github.openGate(product.repository, run.id, 'production')
    github.decide(product.repository, run.id, 'production', { state: 'approved', user: APPROVER, comment: '' })

    const step = await run.step('record-audit', { event, ...inputs })

    expect(step.errors).toEqual([expect.stringMatching(message)])
    expect(step.exitCode).toBe(1)
  })

  it('cannot record `deployed` of a plan that it did not apply', async () => {
    const good = await newGood()
    const run = scene.run(good.commit)
    const plan = sha256('plan')
    await seed.record({ event: 'started', ...of(good, 'integration'), plan }, { of: run })

    const inputs = { event: 'deployed', release: good.digest, environment: 'integration', 'plan-digest': plan }
    const step = await run.step('record-audit', inputs)

    expect(step.errors).toEqual([
      expect.stringMatching(/^Plan sha256:[0-9a-f]{64} for integration was not applied in this job/)
    ])
    scene.world.github.completeRun(scene.world.product.repository, run.id, 'failure')
  })
})

describe('a release that failed after it had been accepted', () => {
  it('does not move on until it is accepted anew', async () => {
    const good = await newGood()
    expect((await check(good, 'production')).errors).toEqual([])

    await delivered(good, 'staging', 'failed')
    expect((await check(good, 'production')).errors).toEqual([
      expect.stringMatching(
        /may not enter production: the last that the ledger holds of it in staging is `failed` \(record \d+\)\./
      )
    ])

    await delivered(good, 'staging')
    expect((await check(good, 'production')).errors).toEqual([])
  })
})

describe('a release that somebody withdraws', () => {
  it('needs a reason, which is on the ledger, signed by who says how it went in the environment', async () => {
    const good = await newGood()
    expect((await withdraw(good, 'staging', '')).errors).toEqual([
      'The event withdrawn requires the inputs environment and reason: where the release is withdrawn, and why.'
    ])

    const step = await withdraw(good, 'staging')

    expect([step.exitCode, step.errors]).toEqual([0, []])
    expect(await newest()).toMatchObject({
      event: 'withdrawn',
      ...of(good, 'staging'),
      detail: { reason: 'orders fail' },
      key: { signer: 'staging/outcome' }
    })
  })

  it('enters neither the next environment nor the same one, and whoever reads the ledger can prove it', async () => {
    const good = await newGood()
    await withdraw(good, 'staging')

    expect((await check(good, 'production')).errors).toEqual([
      expect.stringMatching(
        /the last that the ledger holds of it in staging is `withdrawn` \(record \d+: "orders fail"\)/
      )
    ])
    expect((await check(good, 'staging')).errors).toEqual([
      expect.stringMatching(/may not enter staging: it was withdrawn there \(record \d+: "orders fail"\)/)
    ])
    const { delivery, github, product } = scene.world
    const { problems } = await verifyLedger({
      files: await readLedgerFiles({ directory: product.bare, branch: delivery.ledger.branch }),
      ...trustRulesOf(delivery),
      tokens: { issuer: github.url },
      environments: delivery.environments.map(({ name }) => name)
    })
    // The records that tests put there name plans that nobody made.
    expect(problems.filter(({ path }) => !path.startsWith('evidence/'))).toEqual([])
  })

  it('enters the same one as a hotfix; kind and reason go into the plan and the intent', async () => {
    const good = await newGood()
    await withdraw(good, 'staging')
    const run = scene.run(good.commit)
    const inputs = { release: good.digest, environment: 'staging' }
    const why = { kind: 'hotfix', reason: 'it was the network' }
    const allowed = await run.step('promote-digest', { mode: 'check', ...inputs, ...why }, { job: 'plan' })
    expect(allowed.errors).toEqual([])
    const plan = sha256('plan of a hotfix')
    const detail = allowed.outputs['detail'] ?? ''

    const planned = await run.step(
      'record-audit',
      { event: 'planned', ...inputs, 'plan-digest': plan, detail },
      { job: 'plan' }
    )
    expect(planned.errors).toEqual([])
    expect((await newest()).detail).toMatchObject({ promotion: why })

    const { github, product } = scene.world
    await github.openGate(product.repository, run.id, 'staging')
    github.decide(product.repository, run.id, 'staging', { state: 'approved', user: APPROVER, comment: '' })
    const started = await run.step('record-audit', { event: 'started', ...inputs, 'plan-digest': plan, detail })
    expect(started.errors).toEqual([])
    expect(await newest()).toMatchObject({ event: 'started', detail: { promotion: why } })
    github.completeRun(product.repository, run.id, 'failure')
  })
})
