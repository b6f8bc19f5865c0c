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
let edits = 0

beforeAll(async () => {
  scene = await openScene(inRepository('examples', 'storefront'))
  seed = seedOf(scene)
  await scene.write('other-ledger.yml', await configuration('tampered-ledger'))
  await scene.write('anew.yml', await configuration('ledger-begun-anew'))
  await scene.commit('first')
}, 60_000)

afterAll(() => scene.stop())

/** The product's delivery.yml with another ledger, which is not anchored: the anchors of the product are those of its first ledger. */
async function configuration(branch: string): Promise<string> {
  const text = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
  return text
    .replace('level: production', 'level: preproduction')
    .replace(/^ {2}anchors: .*\n/m, '')
    .replace(/^ledger:\n(?: {2}branch: .*\n)?/m, `ledger:\n  branch: ${branch}\n`)
}

/** Changes one unit, so that it was never built. */
async function edit(path: string): Promise<string> {
  const file = join(scene.world.product.work, path)
  edits += 1
  await scene.write(path, `${await readFile(file, 'utf8')}# ${edits}\n`)
  return scene.commit(`Edit ${path} ${edits}`)
}

function buildOnce(inputs: Readonly<Record<string, string>>, run: Run): Promise<StepRun> {
  return run.step('build-once', inputs, { job: inputs['mode'] ?? '' })
}

/** What a run would build, and the step that told it. */
async function resolveIn(
  run: Run,
  inputs: Readonly<Record<string, string>> = {}
): Promise<{ readonly step: StepRun; readonly missing: readonly string[] }> {
  const step = await buildOnce({ mode: 'resolve', ...inputs }, run)
  expect(step.errors).toEqual([])
  return { step, missing: JSON.parse(step.outputs['missing'] ?? '') as readonly string[] }
}

/** The steps of deliver.yml's build job. */
async function deliverUnit(unit: string, run: Run, inputs: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  const built = await buildOnce({ mode: 'build', unit, ...inputs }, run)
  const { digest = '', fingerprint = '', layout = '', events = '', 'detail-path': facts = '' } = built.outputs
  const of = { unit, digest, ...(inputs['config'] === undefined ? {} : { config: inputs['config'] }) }
  const recorded = await run.step(
    'record-audit',
    { ...of, event: events, fingerprint, 'detail-path': facts },
    { job: 'build' }
  )
  const pushed = await run.step('push-to-ops-registry', { ...of, layout }, { job: 'build' })
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
  let commit: string
  let run: Run
  let first: { readonly step: StepRun; readonly missing: readonly string[] }
  let early: StepRun
  let worker: StepRun
  let site: StepRun
  let released: StepRun
  const elsewhere = (): string => join(scene.world.directory, 'elsewhere', 'site.zip')

  beforeAll(async () => {
    await edit('services/api/Dockerfile')
    await edit('services/worker/greeting.txt')
    commit = await edit('site/edition.txt')
    run = scene.run(commit)
    first = await resolveIn(run)
    early = await buildOnce({ mode: 'release' }, run)
    worker = await deliverUnit('worker', run)
    site = await deliverUnit('site', run, { layout: elsewhere() })
    await deliverUnit('report', run)
    const of = await fingerprint(commit, 'api')
    const unit = { name: 'api', kind: 'image', digest: await plantImage('api', of), fingerprint: of } as const
    await seed.record({ event: 'tested', unit })
    await seed.record({ event: 'built', unit, detail: { sandbox: true } })
    released = await buildOnce({ mode: 'release' }, run)
  }, 60_000)

  it('is built once, and released by digest', async () => {
    const { release = '' } = released.outputs
    const recorded = await run.step('record-audit', { event: 'released', release }, { job: 'release' })

    expect(first.missing).toEqual(['api', 'worker', 'site', 'report'])
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
    expect(document.units['worker']?.digest).toBe(worker.outputs['digest'])
    expect(document.units['site']?.digest).toBe(site.outputs['digest'])
    const tag = `src-${hexOf(document.units['worker']?.fingerprint ?? sha256(''))}`
    expect((await seed.registry.resolve('storefront/worker', tag))?.digest).toBe(document.units['worker']?.digest)

    const again = scene.run(commit)
    expect((await resolveIn(again)).missing).toEqual([])
    const same = await buildOnce({ mode: 'release' }, again)
    expect(same.outputs).toEqual({ ...released.outputs, recorded: 'true' })
  })

  it('says which environments there are, as the default branch has them', () => {
    expect(JSON.parse(first.step.outputs['environments'] ?? '')).toEqual([
      { name: 'integration', gate: 'continuous' },
      { name: 'staging', gate: 'approval' },
      { name: 'production', gate: 'approval' }
    ])
  })

  it('has the tests of its unit run, and says who built it, in which sandbox', async () => {
    const { outputs, summary } = worker

    expect(outputs['events']).toBe('tested,built')
    expect(JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8'))).toMatchObject({
      sandbox: true,
      builder: expect.stringContaining('buildkit'),
      resolvedDependencies: []
    })
    expect(summary).toContain('### Built worker')
    expect(summary).toContain('| tests | passed |')
  })

  it('comes out the same from other builders with empty caches', async () => {
    await scene.world.forgetBuilds()

    const second = await buildOnce({ mode: 'build', unit: 'worker' }, run)

    expect(second.outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(second.outputs['digest']).toBe(worker.outputs['digest'])
  })

  it('has its builds where the workflow wants them', async () => {
    expect(site.outputs['layout']).toBe(elsewhere())
    expect(sha256(await readFile(elsewhere()))).toBe(site.outputs['digest'])
  })

  it('has the outputs of action.yml', async () => {
    const { outputs } = await readActionFile('build-once')

    const seen = [first.step, worker, site, released].flatMap(step => Object.keys(step.outputs))
    expect([...new Set(seen)].sort()).toEqual(Object.keys(outputs).sort())
  })
})

describe('a build', () => {
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
    expect(obeyed(lines).filter(line => /^\s*::(?!group|endgroup|add-mask::|error::)/.test(line))).toEqual([])
  })
})

describe('a frontend', () => {
  it('that is not pinned is refused before anything is built, by file and line', async () => {
    const file = 'services/worker/Dockerfile'
    const before = await readFile(join(scene.world.product.work, file), 'utf8')
    await scene.write(file, `# syntax=docker/dockerfile:1\n${before}`)
    const run = scene.run(await scene.commit('Choose a frontend'))
    await scene.write(file, before)
    await scene.commit('Leave it to BuildKit')

    const step = await buildOnce({ mode: 'build', unit: 'worker' }, run)

    expectRefusal(step, /^services\/worker\/Dockerfile:1: the frontend "docker\/dockerfile:1" is not pinned/)
    expect(step.lines.filter(line => line.startsWith('| #'))).toEqual([])
  })
})

describe('what lies in the registry is not trusted', () => {
  it('without a signed record of its build', async () => {
    const commit = await edit('services/worker/greeting.txt')
    await plantImage('worker', await fingerprint(commit, 'worker'))

    const { step, missing } = await resolveIn(scene.run(commit))

    expect(missing).toContain('worker')
    expect(step.summary).toContain('in the registry, but the ledger holds no signed record of its build')
  })

  it('and does not stop its unit: what is built gets the next name, and is released', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    const planted = await plantImage('worker', of)
    const run = scene.run(commit)

    const { outputs } = await deliverUnit('worker', run)

    expect(outputs['digest']).not.toBe(planted)
    expect((await resolveIn(scene.run(commit))).missing).not.toContain('worker')
    const tags = await Promise.all(
      ['', '.1', '.2'].map(async place => seed.registry.resolve('storefront/worker', `src-${hexOf(of)}${place}`))
    )
    expect(tags.map(tag => tag?.digest)).toEqual([planted, outputs['digest'], undefined])
  })

  it('by a ledger that was begun anew, and does not stop its unit: it is built again, and comes out the same', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const { outputs: before } = await deliverUnit('worker', scene.run(commit))
    const anew = { config: 'anew.yml' }
    const { missing } = await resolveIn(scene.run(commit), anew)

    const { outputs } = await deliverUnit('worker', scene.run(commit), anew)

    expect(missing).toContain('worker')
    expect((await resolveIn(scene.run(commit), anew)).missing).not.toContain('worker')
    expect(outputs['digest']).toBe(before['digest'])
    const next = `src-${hexOf(await fingerprint(commit, 'worker'))}.1`
    expect(await seed.registry.resolve('storefront/worker', next)).toBeUndefined()
  })

  it('without a record of the tests that its unit has', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    const unit = { name: 'worker', kind: 'image', digest: await plantImage('worker', of), fingerprint: of } as const
    await seed.record({ event: 'built', unit, detail: { sandbox: true } })

    const { step, missing } = await resolveIn(scene.run(commit))

    expect(missing).toContain('worker')
    expect(step.summary).toContain('built without the tests that delivery.yml names now')
  })

  it('when a key signed its record that delivery.yml does not list for it: nothing at all is decided then', async () => {
    const commit = await edit('services/worker/greeting.txt')
    const of = await fingerprint(commit, 'worker')
    const digest = await plantImage('worker', of)
    await seed.record(
      { event: 'built', unit: { name: 'worker', kind: 'image', digest, fingerprint: of } },
      {
        signer: seed.signer('production/intent'),
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
        /^refs\/heads\/feature is not a delivery ref, so nothing is delivered from it\. Delivery refs: main\./
      )
      expect(step.calls).toEqual([])
    }
  )
})
