import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, UserError } from '@sluice/core'
import { probeBuildctl } from '../../src/builder/buildctl.ts'
import type { Builder, ImageRequest } from '../../src/builder/index.ts'
import type { Stored } from './layout.ts'
import { pathWith } from './programs.ts'
import { recordedLog } from './recorded-log.ts'
import { answersIn, BASE, scriptedBuildctl, WORKERS, writeHistory } from './scripted-buildctl.ts'

const ADDRESS = 'unix:///run/test.sock'

let folder: string
let context: string
let built: Stored

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-buildctl-'))
  context = join(folder, 'context')
  await mkdir(join(context, 'docker'), { recursive: true })
  built = await answersIn(folder)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function builder(before = '', env: NodeJS.ProcessEnv = { BUILDKIT_HOST: ADDRESS }): Promise<Builder> {
  const PATH = await pathWith(folder, { buildctl: scriptedBuildctl(folder, before) })
  const probe = await probeBuildctl({ PATH, ...env })
  if ('absent' in probe) throw new Error(probe.absent)
  return probe.builder
}

function request(more: Partial<ImageRequest> = {}): ImageRequest {
  return {
    context,
    dockerfile: 'docker/Tea.Dockerfile',
    args: {},
    platforms: [],
    layout: join(folder, 'out', 'layout'),
    log: recordedLog(),
    ...more
  }
}

async function calls(): Promise<readonly string[]> {
  const written = await readFile(join(folder, 'calls'), 'utf8')
  return written
    .trim()
    .split('\n')
    .map(call => call.replace(/(?<=--ref-file=)\S+\/report$/, 'REPORT'))
}

describe('buildctl', () => {
  const client = `--addr ${ADDRESS} --timeout 10`
  const common = () =>
    `--local=context=${context} --local=dockerfile=${join(context, 'docker')} --opt=filename=Tea.Dockerfile --opt=build-arg:SOURCE_DATE_EPOCH=0 --opt=build-arg:BUILDKIT_CACHE_MOUNT_NS=${basename(context)}`

  it('has the daemon forget earlier contexts, builds the image, and asks what it fetched', async () => {
    const tea = await builder()

    const image = await tea.buildImage(
      request({ args: { LEAF: 'green' }, platforms: ['linux/amd64', 'linux/arm64'], target: 'cup' })
    )

    expect(image).toEqual({ digest: built.digest, base: [BASE], resolvedDependencies: [] })
    expect(await calls()).toEqual([
      `${client} debug workers --verbose`,
      `${client} prune --filter=type==source.local`,
      `${client} build --progress=plain --frontend=dockerfile.v0 ${common()} --opt=build-arg:LEAF=green --opt=platform=linux/amd64,linux/arm64 --opt=target=cup --output=type=oci,"dest=${folder}/out/layout",tar=false,rewrite-timestamp=true,oci-mediatypes=true,compression=gzip,force-compression=true --ref-file=REPORT`,
      `${client} debug histories --format {{json .}}`,
      `${client} debug get sha256:p`
    ])
  })

  it('names no target and no platform that nobody asked for', async () => {
    await (await builder()).buildImage(request())

    expect((await calls())[2]).not.toMatch(/--opt=(target|platform)/)
  })

  it('keeps nothing of a test target, and asks nothing about it', async () => {
    await (await builder()).runTarget({ ...request(), target: 'test' })

    expect((await calls()).slice(2)).toEqual([
      `${client} build --progress=plain --frontend=dockerfile.v0 ${common()} --opt=target=test`
    ])
  })

  it('speaks to the daemon at its usual address when no other is named', async () => {
    expect((await builder('', {})).name).toBe('buildkit at unix:///run/buildkit/buildkitd.sock')
    expect((await calls())[0]).toMatch(/^--addr unix:\/\/\/run\/buildkit\/buildkitd\.sock /)
  })

  it('tells the last line of what it says when no daemon answers', async () => {
    await expect(builder('echo trying >&2; echo "error: refused " >&2; exit 1')).rejects.toThrow(
      `no buildkitd is reachable at ${ADDRESS} (error: refused)`
    )
  })

  it('leaves no report behind, whether a build ends well or not', async () => {
    await (await builder()).buildImage(request())
    await expect((await builder('case $1 in build) exit 1; esac')).buildImage(request())).rejects.toThrow(UserError)

    const reports = [...(await readFile(join(folder, 'calls'), 'utf8')).matchAll(/--ref-file=(\S+)\/report$/gm)]
    expect(reports).toHaveLength(2)
    for (const [, report = folder] of reports) await expect(readdir(report)).rejects.toThrow('ENOENT')
  })

  it('does not build when the daemon cannot be made to forget', async () => {
    const tea = await builder('case $1 in prune) echo " it is busy " >&2; exit 1;; esac')

    const error = await tea.buildImage(request()).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toMatch(/could not have its daemon forget the files of earlier builds: it is busy$/)
    expect((await calls()).some(call => call.includes(' build '))).toBe(false)
  })
})

describe('what the daemon says of a build', () => {
  const image = { uri: 'pkg:docker/tea@1', digest: { sha256: 'a' } }
  const tool = { uri: 'https://shop.example/tool', digest: { sha256: 'b' } }

  it('is taken of that build alone, for all of its platforms', async () => {
    await writeFile(join(folder, 'sha256:q'), JSON.stringify({ materials: [image] }))
    await writeFile(join(folder, 'sha256:r'), JSON.stringify({ materials: [tool] }))
    const other = { Ref: 'b0', Result: { Attestations: [{ digest: 'sha256:absent' }] } }
    const Results = {
      'linux/amd64': { Attestations: [{ digest: 'sha256:q' }] },
      'linux/arm64': { Attestations: [{ digest: 'sha256:r' }] },
      'linux/s390x': {}
    }
    await writeHistory(folder, [{}, { record: other }, { record: { Ref: 'b1', Results } }])

    const { resolvedDependencies } = await (await builder()).buildImage(request())

    expect(resolvedDependencies).toEqual([tool, image])
  })

  it('refuses the image when it fetched something from this machine', async () => {
    const own = { uri: 'http://127.0.0.1:80/x', digest: { sha256: 'c' } }
    await writeFile(join(folder, 'sha256:p'), JSON.stringify({ materials: [own] }))

    await expect((await builder()).buildImage(request())).rejects.toThrow(
      'The build fetched "http://127.0.0.1:80/x", an address of the machine that built it. Nothing of that may be in an image: add it to the context, or fetch it from a server.'
    )
  })

  it('may come a moment after its end', async () => {
    const late = `if test "$1 $2" = 'debug histories' && ! test -e '${folder}/asked'; then : > '${folder}/asked'; exit; fi`

    expect((await (await builder(late)).buildImage(request())).resolvedDependencies).toEqual([])
    expect((await calls()).filter(call => call.includes(' histories ')).length).toBe(2)
  })

  it('must be something: an image of which nobody knows what it fetched is none', async () => {
    await writeHistory(folder, [{ record: { Ref: 'b1', Result: {} } }])

    const error = await (await builder()).buildImage(request()).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain('BuildKit has no provenance of the build b1. BuildKit 0.11 is the oldest')
    expect((await calls()).filter(call => call.includes(' histories ')).length).toBe(30)
  }, 30_000)

  it('must be readable', async () => {
    const tea = await builder('case $2 in get) echo "it is gone " >&2; exit 1;; esac')

    await expect(tea.buildImage(request())).rejects.toThrow(/BuildKit does not say what the build fetched: it is gone$/)
  })
})

describe('the workers of a daemon', () => {
  it.each([
    ['no word on how they run steps', 'worker.network: cni', 'its workers do not say how they run steps'],
    [
      'one without a process sandbox among others',
      `${WORKERS}\nworker.oci.process-mode: no-sandbox`,
      'its steps can see the processes of its machine'
    ],
    [
      'one on the network of the machine among others',
      `${WORKERS}\nworker.network: host`,
      'its steps have the network of its machine: start buildkitd with --oci-worker-net=bridge or cni'
    ],
    ['no word on the network', 'worker.executor: oci', 'its workers do not say which network steps have']
  ])('with %s are no sandbox', async (_, workers, exposes) => {
    await writeFile(join(folder, 'workers'), workers)

    expect(await builder()).toMatchObject({ sandboxed: false, exposes })
  })

  it('that keep processes and network apart are one', async () => {
    const tea = await builder()

    expect(tea.sandboxed).toBe(true)
    expect(tea).not.toHaveProperty('exposes')
  })
})
