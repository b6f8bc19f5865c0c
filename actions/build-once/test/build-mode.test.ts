import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, hexOf, isDigest, runCommand } from '@sluice/core'
import { type Buildkit, ensureTools, startBuildkit, type Tools } from '@sluice-lab/servers'
import { build } from '../src/build-mode.ts'
import { copyShell } from './builder/shell.ts'
import { type Product, startProduct } from './product.ts'

/** Steps that leave files, folders and times of their own, besides what they copy. */
const DOCKERFILE = `FROM scratch AS service
COPY bin /bin
COPY lib /lib
COPY lib64 /lib64
WORKDIR /srv/shop
COPY greeting.txt .
RUN echo "made in the build" > made.txt

FROM service AS test
RUN read -r greeting < greeting.txt && echo "It says $greeting"

FROM service
ENTRYPOINT ["/bin/sh"]
`

const FILES = { Dockerfile: DOCKERFILE, 'greeting.txt': 'Hello.\n' }
const MONDAY = 1_700_000_000
const TUESDAY = MONDAY + 86_400

let root = ''
let tools: Pick<Tools, 'buildkitd' | 'buildctl' | 'runc'>
let buildkit: Buildkit
let product: Product

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-build-'))
  tools = await ensureTools({ only: ['buildkitd', 'buildctl', 'runc'] })
  buildkit = await startBuildkit({ tools, directory: root })
}, 600_000)

afterAll(async () => {
  await buildkit.stop()
  await rm(root, { recursive: true, force: true })
})

beforeEach(async () => {
  product = await startProduct(copyShell)
})

afterEach(async () => {
  await rm(product.directory, { recursive: true, force: true })
})

interface Built {
  readonly digest: Digest
  readonly fingerprint: string
  readonly log: string
  /** Every file of the image with its time, as `tar` lists it. */
  readonly files: string
  /** A file of the image. */
  read(path: string): Promise<string>
}

async function buildAt(builder: 'buildkit' | 'buildah', commit: string): Promise<Built> {
  const layout = await mkdtemp(join(root, 'layout-'))
  const pipeline = product.pipeline(commit)
  const lines: string[] = []
  const log = { ...pipeline.log, info: (line: string) => lines.push(line) }
  const env = {
    ...process.env,
    PATH: `${dirname(tools.buildctl)}:${process.env['PATH']}`,
    BUILDKIT_HOST: buildkit.address
  }
  const { outputs } = await build({ mode: 'build', unit: 'api', builder, layout }, { ...pipeline, log }, env)
  const { digest, fingerprint = '' } = outputs
  if (!isDigest(digest)) throw new Error('no digest')
  const manifest = JSON.parse(await readFile(join(layout, 'blobs/sha256', hexOf(digest)), 'utf8')) as {
    readonly layers: readonly { readonly digest: Digest }[]
  }
  const tar = async (...args: readonly string[]): Promise<string> => {
    const outputs = manifest.layers.map(async layer => {
      const file = join(layout, 'blobs/sha256', hexOf(layer.digest))
      return (await runCommand('tar', ['--utc', '--full-time', '-zf', file, ...args])).stdout.toString('utf8')
    })
    return (await Promise.all(outputs)).join('')
  }
  return {
    digest,
    fingerprint,
    log: lines.join('\n'),
    files: await tar('-tv'),
    read: async path => tar('-xO', path)
  }
}

describe.each(['buildkit', 'buildah'] as const)('build with %s', builder => {
  it('gives one digest to two commits with the same tree', async () => {
    const one = await buildAt(builder, await product.commit(FILES, MONDAY))
    const other = await buildAt(builder, await product.commit({}, TUESDAY))

    expect([other.fingerprint, other.digest]).toEqual([one.fingerprint, one.digest])
  })

  it('gives every file of the image one time', async () => {
    const { files } = await buildAt(builder, await product.commit(FILES, MONDAY))

    const lines = files.trim().split('\n')
    expect(files).toContain('srv/shop/made.txt')
    expect(lines.filter(line => !line.includes(' 1970-01-01 00:00:00 '))).toEqual([])
  })

  it('never takes a file of another commit for one of the same name and size', async () => {
    const hello = await buildAt(builder, await product.commit(FILES, MONDAY))
    const howdy = await buildAt(builder, await product.commit({ 'greeting.txt': 'Howdy.\n' }, MONDAY))

    expect(await hello.read('srv/shop/greeting.txt')).toBe('Hello.\n')
    expect(await howdy.read('srv/shop/greeting.txt')).toBe('Howdy.\n')
  })

  it('shows no cache mount of one build to another', async () => {
    const step = 'RUN --mount=type=cache,target=/kept if test -e /kept/left; then exit 7; else echo > /kept/left; fi\n'
    const Dockerfile = DOCKERFILE.replace('RUN', `${step}RUN`)

    await buildAt(builder, await product.commit({ ...FILES, Dockerfile }, MONDAY))
    await buildAt(builder, await product.commit({ 'greeting.txt': 'Howdy.\n' }, TUESDAY))
  })

  it('leaves no copy of the tree behind', async () => {
    const commit = await product.commit(FILES, MONDAY)

    await buildAt(builder, commit)

    const { temp } = product.pipeline(commit).run
    // What is to be recorded of the build is for the next step.
    expect(await readdir(temp, { recursive: true })).toEqual(['sluice', 'sluice/builds', 'sluice/builds/api.json'])
  })
})

describe('build with a daemon that lives on', () => {
  it('gives the same digest whatever the daemon built before', async () => {
    const commit = await product.commit(FILES, MONDAY)
    await buildAt('buildkit', await product.commit({ 'greeting.txt': 'Howdy.\n' }, MONDAY))

    const warm = await buildAt('buildkit', commit)
    const again = await buildAt('buildkit', commit)
    const pruned = await runCommand(tools.buildctl, ['--addr', buildkit.address, 'prune', '--all'])
    const cold = await buildAt('buildkit', commit)

    expect(pruned.code).toBe(0)
    expect([again.digest, cold.digest]).toEqual([warm.digest, warm.digest])
    expect(again.log).toMatch(/COPY greeting\.txt \.\n\| #\d+ CACHED/)
    expect(cold.log).toMatch(/COPY greeting\.txt \.\n\| #\d+ DONE/)
  })

  it('runs the steps that the test target and the image share only once', async () => {
    const { log } = await buildAt('buildkit', await product.commit({ ...FILES, 'greeting.txt': 'Once.\n' }, MONDAY))

    expect(log).toMatch(/It says Once\./)
    expect(log).toMatch(/\| #\d+ CACHED/)
  })
})
