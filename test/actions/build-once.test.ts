import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, decodeRelease, hexOf, parseDigest, releaseId, sha256 } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import { githubStore } from '@sluice/ledger'
import {
  inRepository,
  obeyed,
  openScene,
  type Run,
  readActionFile,
  type Scene,
  type Seed,
  type StepRun,
  seedOf,
  writeImage
} from '../harness/index.ts'

let scene: Scene
let seed: Seed
const seen = new Set<string>()
let edits = 0

beforeAll(async () => {
  scene = await openScene(inRepository('examples', 'storefront'))
  seed = seedOf(scene)
  await scene.write('other-ledger.yml', await configuration('tampered-ledger'))
  await scene.commit('first')
}, 60_000)

afterAll(() => scene.stop())

/** The product's delivery.yml with another ledger. */
async function configuration(branch: string): Promise<string> {
  const text = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
  return text.replace('branch: sluice-ledger', `branch: ${branch}`)
}

/** Changes one unit, so that it was never built. */
async function edit(path: string): Promise<string> {
  const file = join(scene.world.product.work, path)
  edits += 1
  await scene.write(path, `${await readFile(file, 'utf8')}# ${edits}\n`)
  return scene.commit(`Edit ${path} ${edits}`)
}

async function buildOnce(inputs: Readonly<Record<string, string>>, run: Run, env = {}): Promise<StepRun> {
  const step = await run.step('build-once', inputs, { job: inputs['mode'] ?? '', env })
  for (const name of Object.keys(step.outputs)) seen.add(name)
  return step
}

async function missingIn(run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { outputs, errors } = await buildOnce({ mode: 'resolve', ...inputs }, run)
  expect(errors).toEqual([])
  return JSON.parse(outputs['missing'] ?? '') as readonly string[]
}

/** The steps of deliver.yml's build job. */
async function deliverUnit(unit: string, run: Run): Promise<StepRun> {
  const built = await buildOnce({ mode: 'build', unit }, run)
  const { digest = '', fingerprint = '', layout = '', events = '', detail = '' } = built.outputs
  const recorded = await run.step(
    'record-audit',
    { event: events, unit, digest, fingerprint, detail },
    { job: 'build' }
  )
  const pushed = await run.step('push-to-ops-registry', { unit, digest, layout }, { job: 'build' })
  expect([...built.errors, ...pushed.errors, ...recorded.errors]).toEqual([])
  return built
}

async function fingerprint(commit: string, unit: string): Promise<Digest> {
  return fingerprintOf(openRepository(scene.world.product.work), commit, unitNamed(scene.world.delivery, unit))
}

/** Puts an image where a build would have put it, without a word on the ledger. */
async function plantImage(unit: string, of: Digest): Promise<Digest> {
  const { digest, directory } = await writeImage(join(scene.world.directory, `plant-${hexOf(of)}`), `planted ${of}`)
  await seed.registry.pushLayout(`storefront/${unit}`, directory, digest)
  await seed.registry.tagOnce(`storefront/${unit}`, digest, `src-${hexOf(of)}`)
  return digest
}

function expectRefusal(step: StepRun, message: RegExp): void {
  expect(step.errors).toEqual([expect.stringMatching(message)])
  expect([step.exitCode, step.outputs]).toEqual([1, {}])
  expect(step.summary).toMatch(/^### Build once: refused\n/)
  expect(step.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('a commit', () => {
  it('is built once, and released by digest', async () => {
    await edit('services/api/Dockerfile')
    await edit('services/worker/greeting.txt')
    const commit = await edit('site/edition.txt')
    const run = scene.run(commit)
    expect(await missingIn(run)).toEqual(['api', 'worker', 'site'])

    const early = await buildOnce({ mode: 'release' }, run)
    for (const unit of ['api', 'worker', 'site']) await deliverUnit(unit, run)
    const released = await buildOnce({ mode: 'release' }, run)
    const { release = '' } = released.outputs
    const recorded = await run.step('record-audit', { event: 'released', release }, { job: 'release' })

    expectRefusal(early, /^Unit api has no trusted build: never built\. Re-run the build job of api\.$/)
    expect(released.outputs).toEqual({
      release,
      'release-id': releaseId(parseDigest(release)),
      recorded: 'false',
      built: 'false'
    })
    expect(recorded.errors).toEqual([])
    const bytes = await seed.registry.getDocument('storefront/releases', parseDigest(release))
    const document = decodeRelease(bytes ?? new Uint8Array(), parseDigest(release), 'storefront')
    expect(document).toMatchObject({ commit, repository: String(scene.world.product.repositoryId) })
    const tag = `src-${hexOf(document.units['worker']?.fingerprint ?? sha256(''))}`
    expect((await seed.registry.resolve('storefront/worker', tag))?.digest).toBe(document.units['worker']?.digest)

    const again = scene.run(commit)
    expect(await missingIn(again)).toEqual([])
    const same = await buildOnce({ mode: 'release' }, again)
    expect(same.outputs).toEqual({ ...released.outputs, recorded: 'true' })
  })

  it('that changes one unit has that one built, and one that changes none has none', async () => {
    const run = scene.run(await edit('services/worker/greeting.txt'))
    for (const unit of await missingIn(run)) await deliverUnit(unit, run)

    const worker = scene.run(await edit('services/worker/greeting.txt'))
    expect(await missingIn(worker)).toEqual(['worker'])
    await deliverUnit('worker', worker)

    expect(await missingIn(scene.run(await edit('README.md')))).toEqual([])
  })

  it('says which environments there are, as the default branch has them', async () => {
    const { outputs } = await buildOnce({ mode: 'resolve' }, scene.run(await edit('README.md')))

    expect(JSON.parse(outputs['environments'] ?? '')).toEqual([
      { name: 'integration', gate: 'continuous' },
      { name: 'staging', gate: 'approval' },
      { name: 'production', gate: 'approval' }
    ])
  })
})

describe('a build', () => {
  it('runs the tests of the unit, and says who built it, in which sandbox', async () => {
    const { outputs, summary } = await buildOnce({ mode: 'build', unit: 'worker' }, scene.run(await edit('README.md')))

    expect(outputs['events']).toBe('tested,built')
    expect(JSON.parse(outputs['detail'] ?? '')).toMatchObject({
      sandbox: true,
      builder: expect.stringContaining('buildkit')
    })
    expect(summary).toContain('### Built worker')
    expect(summary).toContain('| tests | passed |')
  })

  it('comes out the same from other builders with empty caches', async () => {
    const run = scene.run(await edit('README.md'))
    const first = await buildOnce({ mode: 'build', unit: 'api' }, run)
    await scene.world.forgetBuilds()

    const second = await buildOnce({ mode: 'build', unit: 'api' }, run)

    expect(second.outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(second.outputs['digest']).toBe(first.outputs['digest'])
  })

  it('goes where the workflow wants it', async () => {
    const layout = join(scene.world.directory, 'elsewhere', 'site.zip')

    const { outputs } = await buildOnce({ mode: 'build', unit: 'site', layout }, scene.run(await edit('README.md')))

    expect(outputs['layout']).toBe(layout)
    expect(sha256(await readFile(layout))).toBe(outputs['digest'])
  })

  it('fails when the tests fail, and prints what they said without obeying it', async () => {
    const file = 'services/worker/Dockerfile'
    const before = await readFile(join(scene.world.product.work, file), 'utf8')
    const hostile = before.replace(/RUN .*/, 'RUN ["/worker", "::error::forged", "--no-such-flag"]')
    expect(hostile).not.toBe(before)
    await scene.write(file, hostile)
    const run = scene.run(await scene.commit('Break the tests'))
    await scene.write(file, before)
    await scene.commit('Mend the tests')

    const { exitCode, errors, outputs, lines } = await buildOnce({ mode: 'build', unit: 'worker' }, run)

    expect([exitCode, outputs, errors.length]).toEqual([1, {}, 1])
    expect(errors[0]).toMatch(/test/)
    expect(obeyed(lines).filter(line => /^\s*::(?!group|endgroup|error::)/.test(line))).toEqual([])
  })

  it('of files that are not committed is refused', async () => {
    const run = scene.run(await edit('README.md'))
    await scene.write('services/worker/notes.txt', 'not committed')

    const [resolved, built] = [
      await buildOnce({ mode: 'resolve' }, run),
      await buildOnce({ mode: 'build', unit: 'worker' }, run)
    ]

    await scene.git(['clean', '--force', '--quiet', 'services/worker'])
    for (const step of [resolved, built]) expectRefusal(step, /services\/worker\/notes\.txt/)
  })

  it('of a unit that does not exist is refused', async () => {
    const step = await buildOnce({ mode: 'build', unit: 'wroker' }, scene.run(await edit('README.md')))

    expectRefusal(step, /no unit "wroker".*worker.*It has: api, worker, site/)
  })
})

describe('what lies in the registry is not trusted', () => {
  it('without a signed record of its build', async () => {
    const commit = await edit('services/worker/greeting.txt')
    await plantImage('worker', await fingerprint(commit, 'worker'))
    const run = scene.run(commit)

    expect(await missingIn(run)).toContain('worker')
    const { summary } = await buildOnce({ mode: 'resolve' }, run)
    expect(summary).toContain('in the registry, but the ledger holds no signed record of its build')
  })

  it('when its record is of another digest', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    await plantImage('worker', of)
    await seed.record({
      event: 'built',
      unit: { name: 'worker', kind: 'image', digest: sha256('another'), fingerprint: of }
    })

    expect(await missingIn(scene.run(commit))).toContain('worker')
  })

  it('when it was built from a ref that is no delivery ref', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    const unit = { name: 'worker', kind: 'image', digest: await plantImage('worker', of), fingerprint: of }
    const run = {
      repository: String(scene.world.product.repositoryId),
      id: '77',
      attempt: 1,
      job: 'build',
      ref: 'refs/tags/main',
      workflow: 'deliver.yml',
      workflowSha: commit,
      runner: 'github-hosted'
    }
    await seed.record({ event: 'built', unit, run })
    expect(await missingIn(scene.run(commit))).toContain('worker')

    await seed.record({ event: 'built', unit, run: { ...run, id: '78', ref: 'refs/heads/main' } })
    expect(await missingIn(scene.run(commit))).not.toContain('worker')
  })

  it('when a key signed its record that delivery.yml does not pin: nothing at all is decided then', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    const digest = await plantImage('worker', of)
    const { publicKey, sign } = seed.signer('prod')
    await seed.record(
      { event: 'built', unit: { name: 'worker', kind: 'image', digest, fingerprint: of } },
      {
        signer: { account: 'ops', publicKey, sign },
        ledger: githubStore({
          github: seed.github,
          repository: scene.world.product.repository,
          branch: 'tampered-ledger'
        })
      }
    )

    const step = await buildOnce({ mode: 'resolve', config: 'other-ledger.yml' }, scene.run(commit))

    expectRefusal(step, /^Ledger record 1 cannot be trusted: /)
  })
})

describe('a run for a ref that is no delivery ref', () => {
  it.each([{ mode: 'resolve' }, { mode: 'build', unit: 'site' }, { mode: 'release' }])(
    'creates nothing: %j',
    async inputs => {
      const head = await openRepository(scene.world.product.work).head()

      const step = await buildOnce(inputs, scene.run(head, { branch: 'feature' }))

      expectRefusal(
        step,
        /^refs\/heads\/feature is not a delivery ref, so it cannot create releases\. Delivery refs: main\./
      )
      expect(step.calls).toEqual([])
    }
  )
})

describe('the outputs', () => {
  it('are those of action.yml', async () => {
    const run = scene.run(await edit('services/worker/greeting.txt'))
    for (const unit of await missingIn(run)) await deliverUnit(unit, run)
    await buildOnce({ mode: 'build', unit: 'site' }, run)
    await buildOnce({ mode: 'release' }, run)
    const { outputs } = await readActionFile('build-once')

    expect([...seen].sort()).toEqual(Object.keys(outputs).sort())
  })
})
