import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { probeBuildah } from '../../src/builder/buildah.ts'
import type { Builder, ImageRequest } from '../../src/builder/index.ts'
import { layoutIn, type WrittenLayout } from './layout.ts'
import { pathWith } from './programs.ts'
import { recordedLog } from './recorded-log.ts'

let folder: string
let image: WrittenLayout

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-scripted-'))
  await mkdir(join(folder, 'context'))
  image = await layoutIn(join(folder, 'image'))
  await image.index(await image.image())
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A `buildah` that writes down its arguments and its environment, and pushes the image that was written; builders.test.ts has a real one. */
async function builder(
  env: NodeJS.ProcessEnv = {},
  version = 'buildah version 1.2 (image-spec 1.1)',
  before = ''
): Promise<Builder> {
  const buildah = `case "$1" in --version) echo '${version}'; exit;; esac
echo "$*" >> '${folder}/calls'
${before}
test -d "$TMPDIR" && echo "TMPDIR=$TMPDIR DOCKER_CONFIG=$DOCKER_CONFIG REGISTRY_AUTH_FILE=$REGISTRY_AUTH_FILE LANG=$LANG" >> '${folder}/environments'
case "$4" in push) cp -R '${folder}/image/.' "\${7#oci:}";; esac`
  const probe = await probeBuildah({ PATH: await pathWith(folder, { buildah }), ...env })
  if ('absent' in probe) throw new Error(probe.absent)
  return probe.builder
}

function request(more: Partial<ImageRequest> = {}): ImageRequest {
  const layout = join(folder, 'out', 'layout')
  return {
    context: join(folder, 'context'),
    dockerfile: 'Dockerfile',
    args: {},
    platforms: [],
    layout,
    log: recordedLog(),
    ...more
  }
}

/** What was written down, with the store of the build by name. */
async function written(file: 'calls' | 'environments'): Promise<readonly string[]> {
  const text = await readFile(join(folder, file), 'utf8')
  return text
    .trim()
    .split('\n')
    .map(line => line.replace(/[^ =]*\/sluice-buildah-[^/]+/g, 'STORE'))
}

const STORE = '--storage-driver=vfs --root=STORE/root --runroot=STORE/run'
const BUILD = `${STORE} build --isolation=chroot --format=oci --layers=false --identity-label=false --timestamp=0`

describe('buildah', () => {
  it('builds in a store of this build alone, at the one time of all images, and writes the layout', async () => {
    const tea = await builder()

    await tea.buildImage(request({ args: { LEAF: 'green' }, platforms: ['linux/arm64'], target: 'cup' }))

    const context = join(folder, 'context')
    expect(await written('calls')).toEqual([
      `${BUILD} --build-arg=LEAF=green --platform=linux/arm64 --target=cup --tag=sluice --file=${context}/Dockerfile ${context}`,
      `${STORE} push --quiet sluice oci:${folder}/out/layout`
    ])
  })

  it('builds a test target for its effect alone', async () => {
    await (await builder()).runTarget({ ...request(), target: 'test' })

    const context = join(folder, 'context')
    expect(await written('calls')).toEqual([`${BUILD} --target=test --file=${context}/Dockerfile ${context}`])
  })

  it('that fails is told with its target, if it has one', async () => {
    const failing = await builder({}, 'buildah version 1', 'case "$4" in build) echo "error: cold"; exit 1;; esac')

    await expect(failing.runTarget({ ...request(), target: 'test' })).rejects.toThrow(
      'context/Dockerfile, target test, failed in buildah 1 (chroot): error: cold.'
    )
    await expect(failing.buildImage(request())).rejects.toThrow('context/Dockerfile failed in buildah 1 (chroot): ')
  })

  it('names no target and no platform that nobody asked for', async () => {
    await (await builder()).buildImage(request())

    expect((await written('calls'))[0]).not.toMatch(/--(target|platform|build-arg)=/)
  })

  it('keeps its cache mounts in the store, and hands no credentials to what writes a folder', async () => {
    await (await builder({ DOCKER_CONFIG: '/d', REGISTRY_AUTH_FILE: '/r', LANG: 'C', TMPDIR: tmpdir() })).buildImage(
      request()
    )

    expect(await written('environments')).toEqual([
      'TMPDIR=STORE/tmp DOCKER_CONFIG=/d REGISTRY_AUTH_FILE=/r LANG=C',
      'TMPDIR=STORE/tmp DOCKER_CONFIG= REGISTRY_AUTH_FILE= LANG=C'
    ])
  })

  it('leaves no store behind', async () => {
    const tea = await builder()
    await tea.buildImage(request())
    const [call = ''] = (await readFile(join(folder, 'calls'), 'utf8')).split('\n')

    const store = /--root=(\S+)\/root/.exec(call)?.[1] ?? folder

    await expect(readdir(store)).rejects.toThrow('ENOENT')
  })

  it('is told by its version, if it says one', async () => {
    expect((await builder()).name).toBe('buildah 1.2 (chroot)')
    expect((await builder({}, 'buildah')).name).toBe('buildah of unknown version (chroot)')
  })
})

describe('the base of an image by buildah', () => {
  const base = 'org.opencontainers.image.base'
  const digest = sha256('base')

  it('is what its annotations say', async () => {
    await image.index(await image.image({ annotations: { [`${base}.name`]: 'tea:1', [`${base}.digest`]: digest } }))

    expect((await (await builder()).buildImage(request())).base).toEqual([{ name: 'tea:1', digest }])
  })

  it.each([
    ['no annotations', {}],
    ['no name', { [`${base}.digest`]: digest }],
    ['an empty name, as from scratch', { [`${base}.name`]: '', [`${base}.digest`]: digest }],
    ['no digest', { [`${base}.name`]: 'tea:1' }],
    ['what is no digest', { [`${base}.name`]: 'tea:1', [`${base}.digest`]: '1' }]
  ])('is not known by %s', async (_, annotations) => {
    const built = await image.image({ annotations })
    await image.index(built)

    expect(await (await builder()).buildImage(request())).toEqual({ digest: built.digest, base: [] })
  })
})
