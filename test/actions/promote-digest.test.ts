import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { canonicalJson, type Digest, encodeRelease, releaseId, sha256 } from '@sluice/core'
import { APPROVER } from '@sluice-lab/rehearsal'
import {
  githubLater,
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

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  first = await seed.release(await scene.commit('first'))
  second = await seed.release(await scene.commit('second'))
  await accept(second, 'integration')
  await deploy(second, 'staging')
  third = await seed.release(await scene.commit('third'))
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

async function check(
  release: { readonly digest: Digest },
  environment: string,
  inputs: Readonly<Record<string, string>> = {},
  run: Run = scene.run(third.commit),
  env: Readonly<Record<string, string>> = {}
): Promise<StepRun> {
  const of = { mode: 'check', release: release.digest, 'release-id': releaseId(release.digest), environment }
  return run.step('promote-digest', { ...of, ...inputs }, { env })
}

/** One annotation, a summary, exit code 1, and AWS was not asked. */
function expectRefusal(run: StepRun, message: RegExp, outputs: Readonly<Record<string, string>> = {}): void {
  expect(run.errors).toEqual([expect.stringMatching(message)])
  expect([run.exitCode, run.outputs, run.calls]).toEqual([1, outputs, []])
  expect(run.summary).toMatch(/^### Promote the digest: refused\n/)
  expect(run.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('a gate that would let anybody through is refused before AWS is asked anything:', () => {
  it.each<[string, object, RegExp]>([
    ['no reviewers', { reviewers: [] }, /gate of staging is open: it has no required reviewers/],
    ['no branch policy', { branchPolicy: 'none' }, /every branch may deploy to it/],
    ['a branch policy that lets everything through', { branchPolicy: ['*'] }, /every branch may deploy to it/],
    ['bypass by administrators', { adminBypass: true }, /administrators can bypass it/]
  ])('%s', async (_what, change, message) => {
    scene.world.github.setEnvironment(scene.world.product.repository, 'staging', { ...SOUND, ...change })

    expectRefusal(await check(second, 'staging'), message)
  })

  it('no GitHub Environment at all', async () => {
    scene.world.github.removeEnvironment(scene.world.product.repository, 'staging')

    expectRefusal(await check(second, 'staging'), /there is no GitHub Environment staging/)
  })
})

describe('a release is refused before AWS is asked anything', () => {
  it('when it was not accepted in the environment before', async () => {
    expectRefusal(await check(third, 'staging'), /the ledger holds no record that it was accepted in integration/, {
      verdict: 'failed'
    })
  })

  it('when an environment would be skipped', async () => {
    expectRefusal(await check(second, 'production'), /the ledger holds no record that it was accepted in staging/, {
      verdict: 'failed'
    })
  })

  it('when something newer is deployed', async () => {
    expectRefusal(await check(first, 'staging'), /a newer release is deployed there/, { verdict: 'superseded' })
  })

  it('when the id that approvers read is not its own', async () => {
    expectRefusal(await check(second, 'staging', { 'release-id': releaseId(first.digest) }), /^Approvers would read/)
  })

  it('when the ledger does not know it', async () => {
    expectRefusal(await check({ digest: sha256('nothing') }, 'staging'), /ledger of shop holds no release sha256:/)
  })

  it('when the environment does not exist', async () => {
    expectRefusal(await check(second, 'stagin'), /no environment "stagin".*staging/)
  })

  it('when a rollback has no reason, or is none', async () => {
    expectRefusal(
      await check(second, 'staging', { kind: 'rollback' }),
      /^A rollback requires the input reason, which is recorded/
    )
    const forward = await check(third, 'staging', { kind: 'rollback', reason: 'haste' })
    expectRefusal(forward, /is not a rollback of staging/, { verdict: 'failed' })
  })
})

describe('a release that may enter', () => {
  it('is let in without a call to AWS, with its commit and what is live', async () => {
    const { exitCode, outputs, calls, summary, errors } = await check(second, 'staging')

    expect(errors).toEqual([])
    expect([exitCode, calls]).toEqual([0, []])
    expect(outputs).toEqual({ verdict: 'allowed', live: 'other', commit: second.commit })
    expect(summary).toContain(`### ${releaseId(second.digest)} may enter staging`)
    expect(summary).toContain(APPROVER.login)
  })

  it('enters when it has soaked in the environment before, and not earlier', async () => {
    const { product, github } = scene.world
    const policy = await readFile(`${product.work}/delivery.yml`, 'utf8')
    await scene.write('soak.yml', policy.replace('gate: approval', 'gate: approval, requires: { soak: 2h }'))
    const run = scene.run(await scene.commit('Ask for two hours of soaking'))
    const inputs = { config: 'soak.yml' }

    const early = await check(second, 'staging', inputs, run)
    const later = await githubLater(github.url, 3 * 3_600_000)
    const env = { GITHUB_API_URL: later.url, GITHUB_GRAPHQL_URL: `${later.url}/graphql` }
    const soaked = await check(second, 'staging', inputs, run, env).finally(later.stop)

    expectRefusal(early, /may not enter staging yet: it must soak in integration until \d{4}-/, { verdict: 'failed' })
    expect([soaked.errors, soaked.outputs['verdict']]).toEqual([[], 'allowed'])
  })

  it('needs no acceptance for the first environment', async () => {
    const { outputs } = await check(third, 'integration')

    expect(outputs['verdict']).toBe('allowed')
  })
})

describe('a rollback', () => {
  const REASON = 'Orders with two discounts are charged twice'
  const rollback = { kind: 'rollback', reason: REASON }
  let run: Run

  beforeEach(() => {
    run = scene.run(third.commit)
  })

  afterEach(() => scene.world.github.completeRun(scene.world.product.repository, run.id, 'success'))

  /** Announces the deployment in the run, as the deploy job does. */
  const announce = async (detail: string | undefined): Promise<StepRun> =>
    run.step('record-audit', {
      event: 'started',
      release: second.digest,
      environment: 'integration',
      'plan-digest': sha256('plan'),
      ...(detail === undefined ? {} : { detail })
    })

  it('has its reason on the ledger', async () => {
    const checked = await check(second, 'integration', rollback, run)
    const announced = await announce(checked.outputs['detail'])
    const again = await check(second, 'integration', rollback, run)

    expect([checked.errors, announced.errors, again.errors]).toEqual([[], [], []])
    expect(await recordAt(announced.outputs['sequence'])).toMatchObject({
      event: 'started',
      run: { id: String(run.id) },
      detail: { promotion: { kind: 'rollback', reason: REASON } }
    })
    expect(checked.summary).toContain(REASON)
  })

  it.each<[string, string | undefined]>([
    ['no reason', undefined],
    ['another reason', JSON.stringify({ promotion: { kind: 'rollback', reason: 'haste' } })],
    ['another kind', JSON.stringify({ promotion: { kind: 'hotfix', reason: REASON } })]
  ])('is refused when its intent has %s', async (_, detail) => {
    const { outputs } = await announce(detail)

    const expected = new RegExp(
      `^Record ${outputs['sequence']} is the intent to deploy to integration, but does not say that it is a rollback`
    )
    expectRefusal(await check(second, 'integration', rollback, run), expected)
    const inputs = { mode: 'promote', release: second.digest, environment: 'integration', ...rollback }
    expectRefusal(await run.step('promote-digest', inputs), expected)
  })

  it('is not recorded with facts of another form', async () => {
    const { errors, calls } = await announce(JSON.stringify({ promotion: { kind: 'sideways' } }))

    expect(errors).toEqual([expect.stringContaining('its member "detail.promotion.kind" is missing or malformed')])
    expect(calls).toEqual([])
  })
})

/** A record as the ledger holds it. */
async function recordAt(sequence: string | undefined): Promise<unknown> {
  const path = `records/0/${sequence}.json`
  return JSON.parse(Buffer.from((await seed.ledger.read([path])).get(path) ?? []).toString('utf8'))
}

describe('after a deployment', () => {
  const resolve = async (tag: string): Promise<Digest | undefined> =>
    (await seed.registry.resolve('shop/api', tag))?.digest
  /** Moves the tags, in a run that announced it. */
  const promote = async (release: SeededRelease): Promise<StepRun> => {
    const run = scene.run(release.commit)
    const { digest, commit } = release
    const intent = { event: 'started', environment: 'integration', release: { digest, commit } } as const
    await seed.record(intent, { of: run })
    const step = await run.step('promote-digest', { mode: 'promote', release: digest, environment: 'integration' })
    // So that other runs need not wait for this one.
    scene.world.github.completeRun(scene.world.product.repository, run.id, 'success')
    return step
  }

  it('nothing moves without an intent on the ledger', async () => {
    const step = await scene
      .run(first.commit)
      .step('promote-digest', { mode: 'promote', release: first.digest, environment: 'integration' })

    expectRefusal(step, /^This run has no `started` record for r-[0-9a-f]{12} in integration/)
  })

  it('env-* moves to the release, prev-* to what was before, and a second time changes nothing', async () => {
    const before = await promote(first)
    expect(before.errors).toEqual([])
    expect(await resolve('env-integration')).toBe(first.units['api']?.digest)
    expect(await resolve('prev-integration')).toBeUndefined()

    const changed = await releaseOfAnotherGreeting()
    const after = await promote(changed)
    const again = await promote(changed)

    const api = changed.units['api']?.digest
    expect(JSON.parse(after.outputs['promoted'] ?? '')).toEqual({ api })
    expect(after.outputs['verdict']).toBe('allowed')
    expect(again.outputs).toEqual(after.outputs)
    expect(await resolve('env-integration')).toBe(api)
    expect(await resolve('prev-integration')).toBe(first.units['api']?.digest)
    // Bundles have no tags.
    expect(after.summary).not.toContain('site')
  })

  async function releaseOfAnotherGreeting(): Promise<SeededRelease> {
    await scene.write('api/greeting.txt', 'Good evening.\n')
    return seed.release(await scene.commit('another greeting'))
  }

  it.each<[string, object, RegExp]>([
    ['another product', { product: 'bakery' }, /is a release of product "bakery", not of "shop"/],
    ['another repository', { repository: '1' }, /was created in repository 1, not in this one/]
  ])('a release of %s moves nothing', async (_what, change, message) => {
    const document = encodeRelease({ ...releaseDocument(), ...change })
    await seed.registry.putDocument('shop/releases', document.text, { artifactType: 'application/json' })
    const tags = [await resolve('env-integration'), await resolve('prev-integration')]

    const { errors, exitCode } = await promote({ ...second, digest: document.digest })

    expect([exitCode, errors]).toEqual([1, [expect.stringMatching(message)]])
    expect([await resolve('env-integration'), await resolve('prev-integration')]).toEqual(tags)
  })

  it('all outputs of action.yml were set, and no others', async () => {
    const steps = [
      await check(second, 'staging'),
      await check(second, 'integration', { kind: 'rollback', reason: 'it was better' }),
      await promote(first)
    ]
    const names = steps.flatMap(({ outputs }) => Object.keys(outputs))
    const { outputs } = await readActionFile('promote-digest')

    expect([...new Set(names)].sort()).toEqual(Object.keys(outputs).sort())
  })

  it('a document that is no release moves nothing', async () => {
    const text = canonicalJson({ version: 2 })
    await seed.registry.putDocument('shop/releases', text, { artifactType: 'application/json' })

    const { errors } = await promote({ ...second, digest: sha256(text) })

    expect(errors).toEqual([expect.stringContaining('is not a release document of version 1')])
  })

  function releaseDocument(): Parameters<typeof encodeRelease>[0] {
    return {
      version: 1,
      repository: String(scene.world.product.repositoryId),
      product: 'shop',
      commit: second.commit,
      units: second.units
    }
  }
})
