import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeBundle } from '@sluice/bundle'
import { type Digest, hexOf, parseDigest, sha256 } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import {
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
let folder: string
let letters = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-push-'))
  scene = await openScene()
  seed = seedOf(scene)
}, 60_000)

afterAll(async () => {
  await scene.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A run for a commit in which both units are new. */
async function newRun(): Promise<Run> {
  letters += 1
  await scene.write('api/greeting.txt', `Good morning ${letters}.\n`)
  await scene.write('site/index.html', `<title>${letters}</title>\n`)
  return scene.run(await scene.commit())
}

async function sourceTag(run: Run, unit: string): Promise<string> {
  const delivered = unitNamed(scene.world.delivery, unit)
  return `src-${hexOf(await fingerprintOf(openRepository(scene.world.product.work), run.commit, delivered))}`
}

async function push(run: Run, unit: string, digest: Digest, layout: string): Promise<StepRun> {
  return run.step('push-to-ops-registry', { unit, digest, layout })
}

/** A zip that nobody else has. */
async function newBundle(text: string): Promise<{ readonly digest: Digest; readonly file: string }> {
  const directory = await mkdtemp(join(folder, 'site-'))
  await writeFile(join(directory, 'index.html'), text)
  return { ...(await writeBundle({ directory, file: `${directory}.zip` })), file: `${directory}.zip` }
}

function expectRefusal(step: StepRun, ...messages: readonly string[]): void {
  expect(step.errors).toHaveLength(1)
  for (const message of messages) expect(step.errors[0]).toContain(message)
  expect([step.exitCode, step.outputs]).toEqual([1, {}])
  expect(step.summary).toMatch(/^### Push to the ops registry: (refused|failed)\n/)
  expect(step.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('an image', () => {
  it('is pushed as it is, tagged by its fingerprint, and not sent twice', async () => {
    const run = await newRun()
    const { digest, directory } = await writeImage(join(folder, `image-${letters}`), `image ${letters}`)

    const first = await push(run, 'api', digest, directory)
    const second = await push(run, 'api', digest, directory)

    expect(first.errors).toEqual([])
    expect(first.outputs).toEqual({ digest, pushed: 'true' })
    expect(first.summary).toContain('### Pushed api')
    expect((await seed.registry.resolve('shop/api', await sourceTag(run, 'api')))?.digest).toBe(digest)
    expect(second.outputs).toEqual({ digest, pushed: 'false' })
    expect(second.summary).toContain('### Already there: api')
    expect(Object.keys(first.outputs).sort()).toEqual(
      Object.keys((await readActionFile('push-to-ops-registry')).outputs).sort()
    )
  })

  it('with the fingerprint of another is refused, and both digests are named', async () => {
    const run = await newRun()
    const one = await writeImage(join(folder, `one-${letters}`), `one ${letters}`)
    const other = await writeImage(join(folder, `other-${letters}`), `other ${letters}`)
    await seed.registry.pushLayout('shop/api', one.directory, one.digest)
    const tag = await sourceTag(run, 'api')
    await seed.registry.tagOnce('shop/api', one.digest, tag)
    await seed.record({
      event: 'built',
      unit: { name: 'api', kind: 'image', digest: one.digest, fingerprint: parseDigest(`sha256:${tag.slice(4)}`) },
      detail: { sandbox: true }
    })

    const step = await push(run, 'api', other.digest, other.directory)

    expectRefusal(step, `is immutable and already points to ${one.digest}, not ${other.digest}.`)
    expect((await seed.registry.resolve('shop/api', await sourceTag(run, 'api')))?.digest).toBe(one.digest)
  })

  it('with a layer that was changed on the way is refused, and gets no tag', async () => {
    const run = await newRun()
    const text = `layer ${letters}`
    const { digest, directory } = await writeImage(join(folder, `changed-${letters}`), text)
    await writeFile(join(directory, 'blobs', 'sha256', hexOf(sha256(text))), text.toUpperCase())

    const step = await push(run, 'api', digest, directory)

    expectRefusal(step, sha256(text))
    expect(await seed.registry.resolve('shop/api', await sourceTag(run, 'api'))).toBeUndefined()
  })
})

describe('a bundle', () => {
  it('is stored, and not sent twice', async () => {
    const run = await newRun()
    const { digest, file } = await newBundle(`bundle ${letters}`)

    const first = await push(run, 'site', digest, file)
    const second = await push(run, 'site', digest, file)

    expect(first.errors).toEqual([])
    expect([first.outputs, second.outputs]).toEqual([
      { digest, pushed: 'true' },
      { digest, pushed: 'false' }
    ])
    expect(second.calls.filter(({ action }) => action.startsWith('Put'))).toEqual([])
  })

  it('is not stopped by one that was planted under its fingerprint', async () => {
    const run = await newRun()
    const planted = await newBundle(`planted ${letters}`)
    const { digest, file } = await newBundle(`bundle ${letters}`)
    await seed.plantBundle('site', run.commit, planted)

    const { errors, warnings, outputs } = await push(run, 'site', digest, file)

    expect([errors, outputs]).toEqual([[], { digest, pushed: 'true' }])
    expect(warnings).toEqual([expect.stringContaining(`${planted.digest} already has the name src-`)])
  })
})
