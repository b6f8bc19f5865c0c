import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Report, runCommand, sha256 } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { type Buildkit, ensureTools, startBuildkit, type Tools } from '@sluice-lab/servers'
import { build } from '../src/build-mode.ts'
import { copyShell } from './builder/shell.ts'
import { DELIVERY, type Product, startProduct } from './product.ts'

const BUILT = DELIVERY.replace(
  'image: { context: api, test: test }',
  'bundle: { build: { context: api, target: files, test: test } }'
)
const COPIED = DELIVERY.replace('image: { context: api, test: test }', 'bundle: { path: api }')

/** Steps that make files of others, a test of those, and a last stage that is not asked for. */
const DOCKERFILE = `FROM scratch AS made
COPY bin /bin
COPY lib /lib
COPY lib64 /lib64
WORKDIR /work
COPY greeting.txt .
RUN echo "<p>$(read -r it < greeting.txt; echo "$it")</p>" > index.html

FROM made AS test
RUN read -r page < index.html && echo "It says $page"

FROM scratch AS files
COPY --from=made /work/index.html /index.html
COPY --from=made /work/greeting.txt /assets/greeting.txt

FROM made
`
const FILES = { Dockerfile: DOCKERFILE, 'greeting.txt': 'Hello.\n' }
const MONDAY = 1_700_000_000

let root = ''
let tools: Pick<Tools, 'buildkitd' | 'buildctl' | 'runc'>
let buildkit: Buildkit
let product: Product

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-built-'))
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

async function buildAt(builder: 'buildkit' | 'buildah', commit: string, delivery = BUILT): Promise<Report> {
  const pipeline = { ...product.pipeline(commit), at: async () => parseDelivery(delivery, 'delivery.yml') }
  const env = {
    ...process.env,
    PATH: `${dirname(tools.buildctl)}:${process.env['PATH']}`,
    BUILDKIT_HOST: buildkit.address
  }
  return build({ mode: 'build', unit: 'api', builder, layout: undefined }, pipeline, env)
}

/** What `unzip` finds in a bundle. */
async function contentOf({ outputs }: Report): Promise<Readonly<Record<string, string>>> {
  const script =
    'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))'
  const { stdout } = await runCommand('python3', ['-c', script, outputs['layout'] ?? ''])
  return JSON.parse(stdout.toString('utf8')) as Record<string, string>
}

describe.each(['buildkit', 'buildah'] as const)('a bundle that a Dockerfile makes, with %s,', builder => {
  it('holds the files of its stage and nothing else, and is tested as an image is (promise 2)', async () => {
    const report = await buildAt(builder, await product.commit(FILES, MONDAY))

    expect(await contentOf(report)).toEqual({ 'assets/greeting.txt': 'Hello.\n', 'index.html': '<p>Hello.</p>\n' })
    expect(report.outputs['digest']).toBe(sha256(await readFile(report.outputs['layout'] ?? '')))
    expect(report.outputs['events']).toBe('tested,built')
    expect(JSON.parse(await readFile(report.outputs['detail-path'] ?? '', 'utf8'))).toMatchObject({
      builder: expect.stringContaining(builder),
      sandbox: builder === 'buildkit',
      files: 2
    })
  })

  it('is one digest for two commits with the same tree, and another fingerprint than the folder itself', async () => {
    const one = await buildAt(builder, await product.commit(FILES, MONDAY))
    const other = await buildAt(builder, await product.commit({}, MONDAY + 86_400))
    const folder = await buildAt(builder, await product.commit({}, MONDAY), COPIED)

    expect(other.outputs).toEqual(one.outputs)
    expect(folder.outputs['fingerprint']).not.toBe(one.outputs['fingerprint'])
    expect(folder.outputs['events']).toBe('built')
  })

  it('is refused when its tests fail', async () => {
    const commit = await product.commit({ ...FILES, Dockerfile: DOCKERFILE.replace('read -r page', 'false') }, MONDAY)

    await expect(buildAt(builder, commit)).rejects.toThrow(/Dockerfile, target test, failed in build/)
  })

  it('takes nothing of the machine that its files point at', async () => {
    const Dockerfile = `FROM scratch AS test\nCOPY greeting.txt /\nFROM scratch AS files\nCOPY leaving.txt /leaving.txt\n`
    await product.commit({ Dockerfile, 'greeting.txt': 'Hello.\n' }, MONDAY)
    await runCommand('ln', ['-s', '../../../../../../../../etc/hostname', join(product.directory, 'api/leaving.txt')])

    await expect(product.commit({}, MONDAY).then(async commit => buildAt(builder, commit))).rejects.toThrow(
      /leaving\.txt/
    )
  })

  it('needs a file', async () => {
    const Dockerfile = `FROM scratch AS test\nCOPY greeting.txt /\nFROM scratch AS files\nLABEL a=b\n`
    const commit = await product.commit({ ...FILES, Dockerfile }, MONDAY)

    await expect(buildAt(builder, commit)).rejects.toThrow(
      'The stage files holds no files. Copy what was built into it'
    )
  })
})
