import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import {
  checksReport,
  type Digest,
  encodeChecks,
  evidencePath,
  type LedgerRecord,
  type RecordDraft,
  type SignerName,
  type StageJob,
  sha256
} from '@sluice/core'
import { readLedgerFiles, recordPath } from '@sluice/ledger'
import type { Conclusion } from '@sluice-lab/github'
import { APPROVER, AUTHOR } from '@sluice-lab/rehearsal'
import {
  beyondAnchors,
  openScene,
  type Run,
  readActionFile,
  type Scene,
  type Seed,
  type SeededRelease,
  type StepRun,
  seedOf,
  VIRTUAL_CLOCK
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
  const { digest, commit } = release
  await seed.record({ event: 'accepted', environment: 'integration', release: { digest, commit } })
}, 60_000)

afterEach(() => scene.world.github.setEnvironment(scene.world.product.repository, 'staging', GATE))

afterAll(async () => {
  await scene.stop()
  await rm(folder, { recursive: true, force: true })
})

function keyOf(signer: SignerName): Digest | undefined {
  return scene.world.delivery.ledger.trust.find(({ signs }) => signs.includes(signer))?.key
}

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

async function record(
  inputs: Readonly<Record<string, string>>,
  run: Run,
  job?: string,
  env: Readonly<Record<string, string>> = {}
): Promise<StepRun> {
  return run.step('record-audit', inputs, { env, ...(job === undefined ? {} : { job }) })
}

/** A record as git holds it. */
async function recordAt(sequence: string | undefined, branch = 'sluice-ledger'): Promise<LedgerRecord> {
  const path = recordPath(Number(sequence))
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

/** A run that announced a plan, and whose gate somebody answered. */
async function announced(state?: 'approved' | 'rejected', comment = ''): Promise<{ run: Run; digest: Digest }> {
  const run = scene.run(release.commit)
  const { path, digest } = await writePlan()
  await record({ event: 'planned', release: release.digest, environment: 'staging', 'plan-path': path }, run, 'plan')
  const { github, product } = scene.world
  if (state !== undefined) {
    await github.openGate(product.repository, run.id, 'staging')
    github.decide(product.repository, run.id, 'staging', { state, user: APPROVER, comment })
  }
  return { run, digest }
}

/** What a record of a deployment of the release to staging is about. */
function ofStaging(): Pick<RecordDraft, 'environment' | 'release'> {
  return { environment: 'staging', release: { digest: release.digest, commit: release.commit } }
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
      key: { signer: 'builds', fingerprint: keyOf('builds') }
    })
    expect((await recordAt(String(built.sequence - 1))).event).toBe('tested')
    expect(summary).toContain('### Recorded: tested, built')
    expect(summary).toMatch(
      new RegExp(`\\| \\[${built.sequence}\\]\\(\\S+/blob/sluice-ledger/records/\\S+\\.json\\) \\| built \\|`)
    )
    expect(summary).toContain(`| built | \`${outputs['record']}\` | by builds |`)
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
      protection: {
        environment: 'staging',
        reviewers: [{ type: 'User', name: APPROVER.login }],
        adminBypass: false,
        refs: ['refs/heads/main']
      },
      key: { signer: 'staging/plan', fingerprint: keyOf('staging/plan') }
    })
    const evidence = [digest, sha256('# Dossier\n')].map(evidencePath)
    expect([...(await seed.ledger.read(evidence)).keys()].sort()).toEqual(evidence.sort())
  })

  it('`started` carries the approval that it is based on', async () => {
    const { run, digest } = await announced('approved', 'go <b>')

    const { outputs } = await record(
      { event: 'started', release: release.digest, environment: 'staging', 'plan-digest': digest },
      run
    )

    const started = await recordAt(outputs['sequence'])
    expect(started.protection).toMatchObject({ environment: 'staging', refs: ['refs/heads/main'] })
    expect(started.approvals).toEqual([
      {
        userId: String(APPROVER.id),
        login: APPROVER.login,
        state: 'approved',
        comment: 'go <b>',
        seenAt: expect.stringMatching(/Z$/),
        reviewer: 'named'
      }
    ])
  })
})

describe('nothing is recorded', () => {
  it('of an intent when nobody approved', async () => {
    const { run, digest } = await announced()
    const before = await length()

    const step = await record(
      { event: 'started', release: release.digest, environment: 'staging', 'plan-digest': digest },
      run,
      undefined,
      VIRTUAL_CLOCK
    )

    expectRefusal(step, /^This plan for staging has no approval/)
    expect(beyondAnchors(step)).toEqual([])
    expect(await length()).toBe(before)
  })

  it('with the role of another environment, which has no key of this one', async () => {
    const before = await length()
    const { path } = await writePlan()
    // That role may not read anchors either, and they would be asked for first.
    const anchored = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
    await scene.write(
      'delivery.yml',
      anchored.replace('level: production', 'level: preproduction').replace(/^ {2}anchors: .*\n/m, '')
    )
    await scene.commit('Anchor nothing')

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

    await scene.write('delivery.yml', anchored)
    await scene.commit('Anchor again')
    expectRefusal(step, /the ledger key alias\/sluice-shop-ledger\/staging\/plan of staging\/plan .* was denied/)
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
    jobs: Readonly<Record<StageJob, { readonly result: string }>>,
    run: Run
  ): Promise<{ readonly step: StepRun; readonly record: LedgerRecord }> {
    run.ended(
      { environment: 'staging', release: release.digest },
      Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result as Conclusion]))
    )
    const step = await record(
      { outcome: JSON.stringify(jobs), release: release.digest, environment: 'staging' },
      run,
      'record'
    )
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

  it('of a deployment that passed its checks lets the next environment start, and has the outputs of action.yml', async () => {
    const { run, digest } = await announced('approved')
    for (const event of ['started', 'deployed'] as const)
      await seed.record({ event, ...ofStaging(), plan: digest }, { of: run })
    const deploy = { result: 'success', outputs: { outcome: 'applied', 'plan-digest': digest } }

    const checks = [{ what: 'GET /', passed: true, seconds: 0.2 }]
    const report = encodeChecks(checksReport({ environment: 'staging', release: release.digest }, checks, []))
    const accept = { ...SUCCESS, outputs: { results: report } }

    const { step, record: written } = await outcome({ plan: planJob(digest), deploy, accept }, run)

    expect(step.outputs).toEqual({
      verdict: 'accepted',
      sequence: String(written.sequence),
      record: expect.stringMatching(/^sha256:/),
      place: `${written.sequence}@${step.outputs['record']}`
    })
    expect(written.event).toBe('accepted')
    expect(step.summary).toContain('### Recorded: accepted')
    const { outputs } = await readActionFile('record-audit')
    // What a release changes nothing in is told with `released`, and what a repair would leave out before it.
    expect([...Object.keys(step.outputs), 'shown', 'unchanged'].sort()).toEqual(Object.keys(outputs).sort())
  })

  it('of a release that the ledger does not know is refused', async () => {
    const step = await record(
      { outcome: JSON.stringify({ plan: FAILURE }), release: sha256('nothing'), environment: 'staging' },
      scene.run(release.commit)
    )

    expectRefusal(step, /^The ledger holds no release/)
  })
})
