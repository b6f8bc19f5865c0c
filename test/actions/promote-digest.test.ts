import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, encodeRelease, releaseId, sha256 } from '@sluice/core'
import { recordPath } from '@sluice/ledger'
import { APPROVER } from '@sluice-lab/rehearsal'
import {
  beyondAnchors,
  openScene,
  type Run,
  readActionFile,
  type Scene,
  type Seed,
  type SeededRelease,
  type StepRun,
  seedOf
} from '../harness/index.ts'

const SOUND = {
  reviewers: [{ type: 'User', ...APPROVER }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: ['main']
} as const

let scene: Scene
let seed: Seed
/** Three commits in a row, each released; only `second` was accepted in integration, and is deployed in staging. */
let first: SeededRelease
let second: SeededRelease
let third: SeededRelease
/** One step of each kind, for whoever looks at what it left behind. */
let allowed: StepRun
let promoted: StepRun
let tagsOfFirst: readonly (Digest | undefined)[]
let rollback: { readonly run: Run; readonly checked: StepRun; readonly announced: StepRun }

const ROLLBACK = { kind: 'rollback', reason: 'Orders with two discounts are charged twice' }

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  first = await seed.release(await scene.commit('first'))
  second = await seed.release(await scene.commit('second'))
  await accept(second, 'integration')
  await deploy(second, 'staging')
  third = await seed.release(await scene.commit('third'))
  promoted = await promote(first)
  tagsOfFirst = [await resolve('env-integration'), await resolve('prev-integration')]
  rollback = await announceRollback()
  allowed = await check(second, 'staging')
}, 60_000)

beforeEach(() => scene.world.github.setEnvironment(scene.world.product.repository, 'staging', SOUND))

afterAll(() => scene.stop())

async function deploy(release: SeededRelease, environment: string): Promise<void> {
  const { digest, commit } = release
  await seed.record({ event: 'started', environment, release: { digest, commit }, plan: sha256('plan') })
  await seed.record({ event: 'deployed', environment, release: { digest, commit }, plan: sha256('plan') })
}

async function accept(release: SeededRelease, environment: string): Promise<void> {
  const { digest, commit } = release
  await deploy(release, environment)
  await seed.record({ event: 'accepted', environment, release: { digest, commit } })
}

/** Lets a rollback in, and announces it in its run, as the deploy job does. */
async function announceRollback(): Promise<typeof rollback> {
  const run = scene.run(third.commit)
  const checked = await check(second, 'integration', ROLLBACK, run)
  const announced = await run.step('record-audit', {
    event: 'started',
    release: second.digest,
    environment: 'integration',
    'plan-digest': sha256('plan'),
    detail: checked.outputs['detail'] ?? ''
  })
  return { run, checked, announced }
}

async function check(
  release: { readonly digest: Digest },
  environment: string,
  inputs: Readonly<Record<string, string>> = {},
  run: Run = scene.run(third.commit)
): Promise<StepRun> {
  const of = { mode: 'check', release: release.digest, 'release-id': releaseId(release.digest), environment }
  return run.step('promote-digest', { ...of, ...inputs })
}

async function resolve(tag: string): Promise<Digest | undefined> {
  return (await seed.registry.resolve('shop/api', tag))?.digest
}

/** Moves the tags, in a run that announced it. */
async function promote(release: SeededRelease): Promise<StepRun> {
  const run = scene.run(release.commit)
  const { digest, commit } = release
  const intent = { event: 'started', environment: 'integration', release: { digest, commit } } as const
  await seed.record(intent, { of: run })
  const step = await run.step('promote-digest', { mode: 'promote', release: digest, environment: 'integration' })
  // So that other runs need not wait for this one.
  scene.world.github.completeRun(scene.world.product.repository, run.id, 'success')
  return step
}

/** One annotation, a summary, exit code 1, and AWS was not asked. */
function expectRefusal(run: StepRun, message: RegExp, outputs: Readonly<Record<string, string>> = {}): void {
  expect(run.errors).toEqual([expect.stringMatching(message)])
  expect([run.exitCode, run.outputs, beyondAnchors(run)]).toEqual([1, outputs, []])
  expect(run.summary).toMatch(/^### Promote the digest: refused\n/)
  expect(run.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('a gate that would let anybody through is refused before AWS is asked anything:', () => {
  it('no GitHub Environment at all', async () => {
    scene.world.github.removeEnvironment(scene.world.product.repository, 'staging')

    expectRefusal(await check(second, 'staging'), /there is no GitHub Environment staging/)
  })

  it('a branch policy that lets everything through', async () => {
    const { github, product } = scene.world
    github.setEnvironment(product.repository, 'staging', { ...SOUND, branchPolicy: ['*'] })

    expectRefusal(await check(second, 'staging'), /refs\/heads\/\* may deploy to it, which delivery\.yml does not name/)
  })
})

describe('a release is refused before AWS is asked anything', () => {
  it('when something newer is deployed', async () => {
    expectRefusal(await check(first, 'staging'), /a newer release is deployed there/, { verdict: 'superseded' })
  })

  it('when a rollback has no reason', async () => {
    expectRefusal(
      await check(second, 'staging', { kind: 'rollback' }),
      /^A rollback requires the input reason, which is recorded/
    )
  })
})

describe('a release that may enter', () => {
  it('is let in without a call to AWS, with its commit and what is live', () => {
    const { exitCode, outputs, summary, errors } = allowed

    expect(errors).toEqual([])
    expect([exitCode, beyondAnchors(allowed)]).toEqual([0, []])
    expect(outputs).toEqual({ verdict: 'allowed', live: 'other', commit: second.commit })
    expect(summary).toContain(`### ${releaseId(second.digest)} may enter staging`)
    expect(summary).toContain(APPROVER.login)
  })
})

describe('a rollback', () => {
  it('has its reason on the ledger', async () => {
    const { checked, announced, run } = rollback
    const again = await check(second, 'integration', ROLLBACK, run)

    expect([checked.errors, announced.errors, again.errors]).toEqual([[], [], []])
    expect(await recordAt(announced.outputs['sequence'])).toMatchObject({
      event: 'started',
      run: { id: String(run.id) },
      detail: { promotion: ROLLBACK }
    })
    expect(checked.summary).toContain(ROLLBACK.reason)
  })
})

/** A record as the ledger holds it. */
async function recordAt(sequence: string | undefined): Promise<unknown> {
  const path = recordPath(Number(sequence))
  return JSON.parse(Buffer.from((await seed.ledger.read([path])).get(path) ?? []).toString('utf8'))
}

describe('after a deployment', () => {
  it('nothing moves without an intent on the ledger', async () => {
    const step = await scene
      .run(first.commit)
      .step('promote-digest', { mode: 'promote', release: first.digest, environment: 'integration' })

    expectRefusal(step, /^This run has no `started` record for r-[0-9a-f]{12} in integration/)
  })

  it('env-* moves to the release, and prev-* to what was before', async () => {
    expect(promoted.errors).toEqual([])
    expect(tagsOfFirst).toEqual([first.units['api']?.digest, undefined])

    const changed = await releaseOfAnotherGreeting()
    const after = await promote(changed)

    const api = changed.units['api']?.digest
    expect(JSON.parse(after.outputs['promoted'] ?? '')).toEqual({ api })
    expect(after.outputs['verdict']).toBe('allowed')
    expect(await resolve('env-integration')).toBe(api)
    expect(await resolve('prev-integration')).toBe(first.units['api']?.digest)
    // Bundles have no tags.
    expect(after.summary).not.toContain('site')
  })

  async function releaseOfAnotherGreeting(): Promise<SeededRelease> {
    await scene.write('api/greeting.txt', 'Good evening.\n')
    return seed.release(await scene.commit('another greeting'))
  }

  it('a release of another repository moves nothing', async () => {
    const document = encodeRelease({
      version: 1,
      repository: '1',
      product: 'shop',
      commit: second.commit,
      units: second.units
    })
    await seed.registry.putDocument('shop/releases', document.text, { artifactType: 'application/json' })
    const tags = [await resolve('env-integration'), await resolve('prev-integration')]

    const { errors, exitCode } = await promote({ ...second, digest: document.digest })

    expect([exitCode, errors]).toEqual([1, [expect.stringMatching(/was created in repository 1, not in this one/)]])
    expect([await resolve('env-integration'), await resolve('prev-integration')]).toEqual(tags)
  })

  it('all outputs of action.yml were set, and no others', async () => {
    const names = [allowed, rollback.checked, promoted].flatMap(({ outputs }) => Object.keys(outputs))
    const { outputs } = await readActionFile('promote-digest')

    expect([...new Set(names)].sort()).toEqual(Object.keys(outputs).sort())
  })
})
