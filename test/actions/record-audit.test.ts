import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, hexOf, type LedgerRecord, sha256 } from '@sluice/core'
import { readLedgerFiles } from '@sluice/ledger'
import { APPROVER, AUTHOR } from '@sluice-lab/rehearsal'
import {
  openScene,
  type Run,
  readActionFile,
  type Scene,
  type Seed,
  type SeededRelease,
  type StepRun,
  seedOf
} from '../harness/index.ts'

const GATE = {
  reviewers: [{ type: 'User', ...APPROVER }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: ['main']
} as const

let scene: Scene
let seed: Seed
let release: SeededRelease
let folder: string
let plans = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-record-'))
  scene = await openScene()
  seed = seedOf(scene)
  await writeAdvisoryConfiguration()
  release = await seed.release(await scene.commit('first'))
}, 60_000)

afterEach(() => scene.world.github.setEnvironment(scene.world.product.repository, 'staging', GATE))

afterAll(async () => {
  await scene.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The same product, with a ledger of its own that nobody signs. */
async function writeAdvisoryConfiguration(): Promise<void> {
  const text = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
  await scene.write(
    'advisory.yml',
    text
      .replace('level: production', 'level: preproduction')
      .replace(/^ledger:[\s\S]*$/m, 'ledger: { branch: advisory-ledger }\n')
  )
}

/** A plan as a file, unlike all before. */
async function writePlan(): Promise<{ readonly path: string; readonly digest: Digest }> {
  const text = JSON.stringify({ plan: ++plans })
  const path = join(folder, `plan-${plans}.json`)
  await writeFile(path, text)
  return { path, digest: sha256(text) }
}

async function record(inputs: Readonly<Record<string, string>>, run: Run, job?: string): Promise<StepRun> {
  return run.step('record-audit', inputs, job === undefined ? {} : { job })
}

/** A record as git holds it. */
async function recordAt(sequence: string | undefined, branch = 'sluice-ledger'): Promise<LedgerRecord> {
  const path = `records/0/${sequence}.json`
  const bytes = (await readLedgerFiles({ directory: scene.world.product.bare, branch })).get(path)
  if (bytes === undefined) throw new Error(`${branch} has no ${path}.`)
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as LedgerRecord
}

async function length(): Promise<number | undefined> {
  return (await seed.ledger.head())?.sequence
}

function expectRefusal(step: StepRun, message: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(message)])
  expect([step.exitCode, step.outputs]).toEqual([1, {}])
  expect(step.summary).toMatch(/^### Record: refused\n/)
  expect(step.lines.join('\n')).not.toMatch(/^\s+at /m)
}

/** Plans, announces, and answers the gate. */
async function announced(state?: 'approved' | 'rejected', comment = ''): Promise<{ run: Run; digest: Digest }> {
  const run = scene.run(release.commit)
  const { path, digest } = await writePlan()
  const { exitCode } = await record(
    { event: 'planned', release: release.digest, environment: 'staging', 'plan-path': path },
    run,
    'plan'
  )
  expect(exitCode).toBe(0)
  const { github, product } = scene.world
  if (state !== undefined) {
    await github.openGate(product.repository, run.id, 'staging')
    github.decide(product.repository, run.id, 'staging', { state, user: APPROVER, comment })
  }
  return { run, digest }
}

describe('an event', () => {
  it('is appended signed, with what is known of it', async () => {
    const run = scene.run(release.commit)
    const [unit, digest, fingerprint] = ['api', sha256('api'), sha256('sources of api')]

    const { exitCode, outputs, summary, warnings } = await record(
      { event: 'tested, built', unit, digest, fingerprint, detail: '{"builder":"buildkit"}' },
      run,
      'build'
    )

    expect([exitCode, warnings]).toEqual([0, []])
    const built = await recordAt(outputs['sequence'])
    expect(built).toMatchObject({
      event: 'built',
      product: 'shop',
      unit: { name: 'api', kind: 'image', digest, fingerprint },
      actor: { id: String(AUTHOR.id), login: AUTHOR.login },
      run: { id: String(run.id), attempt: 1, job: 'build', ref: 'refs/heads/main', workflowSha: release.commit },
      detail: { builder: 'buildkit' },
      key: { account: 'ops', fingerprint: scene.world.delivery.ledger.trust['ops'] }
    })
    expect((await recordAt(String(built.sequence - 1))).event).toBe('tested')
    expect(summary).toContain('### Recorded: tested, built')
    expect(summary).toMatch(
      new RegExp(`\\| \\[${built.sequence}\\]\\(\\S+/blob/sluice-ledger/records/\\S+\\.json\\) \\| built \\|`)
    )
    expect(summary).toContain(`| built | \`${outputs['record']}\` | by ops |`)
  })

  it('is not appended a second time', async () => {
    const run = scene.run(release.commit)
    const inputs = { event: 'built', unit: 'site', digest: sha256('s'), fingerprint: sha256('f') }
    const first = await record(inputs, run, 'build')
    const before = await length()

    const again = await record(inputs, run, 'build')

    expect(again.outputs).toEqual(first.outputs)
    expect(await length()).toBe(before)
    const { outputs } = await record(inputs, scene.run(release.commit, { again: run }), 'build')
    expect(Number(outputs['sequence'])).toBe(Number(first.outputs['sequence']) + 1)
  })

  it('`planned` carries plan, dossier, protection, and the answers of before; both documents are archived', async () => {
    const run = scene.run(release.commit)
    const { path, digest } = await writePlan()
    const dossier = join(folder, 'dossier.md')
    await writeFile(dossier, '# Dossier\n')

    const { outputs } = await record(
      {
        event: 'planned',
        release: release.digest,
        environment: 'staging',
        'plan-path': path,
        'dossier-path': dossier
      },
      run,
      'plan'
    )

    expect(await recordAt(outputs['sequence'])).toMatchObject({
      event: 'planned',
      environment: 'staging',
      release: { digest: release.digest, commit: release.commit },
      plan: digest,
      dossier: sha256('# Dossier\n'),
      approvals: [],
      protection: { environment: 'staging', reviewers: [APPROVER.login], adminBypass: false, branchPolicy: 'custom' },
      key: { account: 'nonprod' }
    })
    const evidence = [`evidence/${hexOf(digest)}`, `evidence/${hexOf(sha256('# Dossier\n'))}`]
    expect([...(await seed.ledger.read(evidence)).keys()].sort()).toEqual(evidence.sort())
  })

  it('`started` carries the approval that it is based on', async () => {
    const { run, digest } = await announced('approved', 'go <b>')

    const { outputs } = await record(
      { event: 'started', release: release.digest, environment: 'staging', 'plan-digest': digest },
      run
    )

    expect((await recordAt(outputs['sequence'])).approvals).toEqual([
      {
        userId: String(APPROVER.id),
        login: APPROVER.login,
        state: 'approved',
        comment: 'go <b>',
        seenAt: expect.stringMatching(/Z$/)
      }
    ])
  })

  it('`released` takes the commit from the release document', async () => {
    const { outputs } = await record({ event: 'released', release: release.digest }, scene.run(release.commit))

    expect((await recordAt(outputs['sequence'])).release).toEqual({ digest: release.digest, commit: release.commit })
  })
})

describe('nothing is recorded', () => {
  it('of a plan for a gate that stops nobody', async () => {
    scene.world.github.setEnvironment(scene.world.product.repository, 'staging', { ...GATE, branchPolicy: 'none' })
    const before = await length()
    const { path } = await writePlan()

    const step = await record(
      { event: 'planned', release: release.digest, environment: 'staging', 'plan-path': path },
      scene.run(release.commit)
    )

    expectRefusal(step, /every branch may deploy to it/)
    expect(step.calls).toEqual([])
    expect(await length()).toBe(before)
  })

  it.each<[string, 'approved' | 'rejected' | undefined, RegExp]>([
    ['nobody approved', undefined, /^This plan for staging has no approval/],
    ['somebody rejected', 'rejected', /was rejected by approver: "no"/]
  ])('of an intent when %s', async (_when, state, message) => {
    const { run, digest } = await announced(state, 'no')
    const before = await length()

    const step = await record(
      { event: 'started', release: release.digest, environment: 'staging', 'plan-digest': digest },
      run
    )

    expectRefusal(step, message)
    expect(step.calls).toEqual([])
    expect(await length()).toBe(before)
  })

  it('of an intent without a plan', async () => {
    const step = await record(
      { event: 'started', release: release.digest, environment: 'staging' },
      scene.run(release.commit)
    )

    expectRefusal(step, /^No plan for staging was recorded in this run/)
  })

  it('when the plan is not the one that its digest names', async () => {
    const { path, digest } = await writePlan()
    const step = await record(
      {
        event: 'planned',
        release: release.digest,
        environment: 'staging',
        'plan-path': path,
        'plan-digest': sha256('another')
      },
      scene.run(release.commit)
    )

    expectRefusal(step, new RegExp(`hashes to ${digest}, but plan-digest is ${sha256('another')}`))
  })

  it('of a release that was never announced', async () => {
    const step = await record(
      { event: 'deployed', release: sha256('nothing'), environment: 'staging' },
      scene.run(release.commit)
    )

    expectRefusal(step, /^The ledger holds no release sha256:[0-9a-f]{64}\. Record `released` first/)
  })

  it('with a key that delivery.yml does not pin for the account', async () => {
    const before = await length()
    const { path } = await writePlan()
    const { nonprod, prod } = scene.world.delivery.ledger.trust

    const step = await record(
      {
        event: 'planned',
        release: release.digest,
        environment: 'staging',
        'plan-path': path,
        'role-to-assume': 'arn:aws:iam::433333333333:role/sluice-shop-production-plan'
      },
      scene.run(release.commit),
      'plan'
    )

    expectRefusal(step, new RegExp(`account nonprod has the fingerprint ${prod}, but delivery.yml pins ${nonprod}`))
    expect(await length()).toBe(before)
  })
})

describe('a ledger without a key', () => {
  it('is called advisory wherever it is shown', async () => {
    const { exitCode, warnings, summary, outputs, calls } = await record(
      { event: 'built', unit: 'api', digest: sha256('d'), fingerprint: sha256('f'), config: 'advisory.yml' },
      scene.run(release.commit)
    )

    expect(exitCode).toBe(0)
    expect(warnings).toEqual([expect.stringMatching(/^This ledger is advisory/)])
    expect(summary).toContain('no: advisory')
    expect((await recordAt(outputs['sequence'], 'advisory-ledger')).key).toBeUndefined()
    expect(calls).toEqual([])
  })
})

describe('the outcome', () => {
  const SUCCESS = { result: 'success', outputs: {} }
  const SKIPPED = { result: 'skipped', outputs: {} }
  const FAILURE = { result: 'failure', outputs: {} }

  async function outcome(
    jobs: Readonly<Record<string, object>>,
    run: Run,
    environment = 'staging'
  ): Promise<{ readonly step: StepRun; readonly record: LedgerRecord }> {
    const step = await record({ outcome: JSON.stringify(jobs), release: release.digest, environment }, run, 'record')
    expect(step.errors).toEqual([])
    return { step, record: await recordAt(step.outputs['sequence']) }
  }

  const planJob = (digest: Digest) => ({
    result: 'success',
    outputs: { 'has-changes': 'true', 'plan-digest': digest }
  })

  it('of a rejection names user and comment', async () => {
    const { run, digest } = await announced('rejected', 'Not before <Monday> | please')

    const { step, record: written } = await outcome({ plan: planJob(digest), deploy: FAILURE, accept: SKIPPED }, run)

    expect(step.outputs['verdict']).toBe('rejected')
    expect(written).toMatchObject({
      event: 'rejected',
      environment: 'staging',
      plan: digest,
      approvals: [{ login: APPROVER.login, state: 'rejected', comment: 'Not before <Monday> | please' }],
      detail: {
        by: { id: String(APPROVER.id), login: APPROVER.login },
        comment: 'Not before <Monday> | please',
        jobs: { plan: 'success', deploy: 'failure', accept: 'skipped' }
      }
    })
  })

  it('of a deployment that passed its checks lets the next environment start', async () => {
    const { run, digest } = await announced('approved')
    const inputs = { release: release.digest, environment: 'staging', 'plan-digest': digest }
    await record({ event: 'started', ...inputs }, run)
    await record({ event: 'deployed', ...inputs }, run)
    const deploy = { result: 'success', outputs: { outcome: 'applied', 'plan-digest': digest } }

    const { step, record: written } = await outcome({ plan: planJob(digest), deploy, accept: SUCCESS }, run)

    expect(step.outputs).toEqual({
      verdict: 'accepted',
      sequence: String(written.sequence),
      record: expect.stringMatching(/^sha256:/)
    })
    expect(written.event).toBe('accepted')
    expect(step.summary).toContain('### Recorded: accepted')
  })

  it('of nothing to do counts as accepted when what is live was accepted', async () => {
    const of = { environment: 'integration', release: { digest: release.digest, commit: release.commit } }
    await seed.record({ event: 'deployed', ...of })
    const accepted = await seed.record({ event: 'accepted', ...of })
    const deploy = { result: 'success', outputs: { outcome: 'unchanged' } }

    const { step, record: written } = await outcome(
      { plan: SKIPPED, deploy, accept: SKIPPED },
      scene.run(release.commit),
      'integration'
    )

    expect(step.outputs['verdict']).toBe('accepted')
    expect(written).toMatchObject({ event: 'unchanged', detail: { acceptedBy: accepted.sequence } })
  })

  it('of a plan that no longer held is obsolete', async () => {
    const { run, digest } = await announced('approved')
    await record({ event: 'started', release: release.digest, environment: 'staging', 'plan-digest': digest }, run)
    const deploy = { result: 'failure', outputs: { outcome: 'obsolete' } }

    const { step } = await outcome({ plan: planJob(digest), deploy, accept: SKIPPED }, run)

    expect(step.outputs['verdict']).toBe('obsolete')
  })

  it('of a run that was cancelled before anything ran is recorded, too', async () => {
    const cancelled = { result: 'cancelled', outputs: {} }

    const { step } = await outcome({ plan: cancelled, deploy: SKIPPED, accept: SKIPPED }, scene.run(release.commit))

    expect(step.outputs['verdict']).toBe('cancelled')
  })

  it('is recorded once', async () => {
    const run = scene.run(release.commit)
    const jobs = { plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }

    const first = await outcome(jobs, run)
    const again = await outcome(jobs, run)

    expect(first.step.outputs['verdict']).toBe('failed')
    expect(again.step.outputs).toEqual(first.step.outputs)
  })

  it('has the outputs of action.yml', async () => {
    const { step } = await outcome({ plan: FAILURE, deploy: SKIPPED, accept: SKIPPED }, scene.run(release.commit))
    const { outputs } = await readActionFile('record-audit')

    expect(Object.keys(step.outputs).sort()).toEqual(Object.keys(outputs).sort())
  })

  it('of a release that the ledger does not know is refused', async () => {
    const step = await record(
      { outcome: JSON.stringify({ plan: FAILURE }), release: sha256('nothing'), environment: 'staging' },
      scene.run(release.commit)
    )

    expectRefusal(step, /^The ledger holds no release/)
  })
})
