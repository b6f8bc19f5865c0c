import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeBundle } from '@sluice/bundle'
import { type Digest, hexOf, sha256 } from '@sluice/core'
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
    await push(run, 'api', one.digest, one.directory)

    const step = await push(run, 'api', other.digest, other.directory)

    expectRefusal(step, `is immutable and already points to ${one.digest}, not ${other.digest}.`)
    expect((await seed.registry.resolve('shop/api', await sourceTag(run, 'api')))?.digest).toBe(one.digest)
  })

  it('is pushed without the signature beside it, which is named', async () => {
    const run = await newRun()
    const { digest, directory } = await writeImage(join(folder, `signed-${letters}`), `signed ${letters}`)
    const file = join(directory, 'index.json')
    const index = JSON.parse(await readFile(file, 'utf8')) as { readonly manifests: readonly object[] }
    const [subject] = index.manifests
    const text = JSON.stringify({ schemaVersion: 2, config: subject, layers: [], subject })
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const signature = { mediaType, digest: sha256(text), size: text.length }
    await writeFile(join(directory, 'blobs', 'sha256', hexOf(signature.digest)), text)
    await writeFile(file, JSON.stringify({ ...index, manifests: [subject, signature] }))

    const step = await push(run, 'api', digest, directory)

    expect(step.outputs).toEqual({ digest, pushed: 'true' })
    expect(step.warnings).toEqual([
      `The layout also holds ${signature.digest}, which refers to ${digest} and was left out: an image is pushed with what its own digest leads to. Push signatures and the like with the tool that made them.`
    ])
    expect(await seed.registry.resolve('shop/api', signature.digest)).toBeUndefined()
  })

  it('that is not in its layout is refused, and gets no tag', async () => {
    const run = await newRun()
    const { directory } = await writeImage(join(folder, `layout-${letters}`), `layout ${letters}`)

    const step = await push(run, 'api', sha256('elsewhere'), directory)

    expectRefusal(step, sha256('elsewhere'))
    expect(await seed.registry.resolve('shop/api', await sourceTag(run, 'api'))).toBeUndefined()
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

  it('of a unit that does not exist is refused', async () => {
    expectRefusal(await push(await newRun(), 'apis', sha256('x'), folder), 'no unit "apis"', 'It has: api, site')
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

  it('with the fingerprint of another is refused, and both digests are named', async () => {
    const run = await newRun()
    const one = await newBundle(`one ${letters}`)
    const other = await newBundle(`other ${letters}`)
    await push(run, 'site', one.digest, one.file)

    const step = await push(run, 'site', other.digest, other.file)

    expectRefusal(step, one.digest, other.digest)
  })

  it('that is not what its digest says is refused', async () => {
    const { file } = await newBundle(`liar ${letters}`)

    expectRefusal(await push(await newRun(), 'site', sha256('liar'), file), sha256('liar'))
  })
})
