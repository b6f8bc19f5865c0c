import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@sluice/core'
import { probeBuildx } from '../../src/builder/buildx.ts'
import type { Builder, ImageRequest } from '../../src/builder/index.ts'
import { layoutIn, type Stored } from './layout.ts'
import { pathWith } from './programs.ts'
import { recordedLog } from './recorded-log.ts'

// What buildx answers, by a `docker` that is a script; buildx.test.ts has a real one.

const WORKERS = ' worker.executor: oci\n worker.oci.process-mode: sandbox\n worker.network: cni'
const tool = { uri: 'https://shop.example/tool', digest: { sha256: 'b' } }
const image = { uri: 'pkg:docker/tea@1', digest: { sha256: 'a' } }

let folder: string
let built: Stored

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-answers-'))
  await mkdir(join(folder, 'context'))
  await knows('', 'tea', 'remote')
  const layout = await layoutIn(join(folder, 'image'))
  built = await layout.image()
  await layout.index(built)
  await reports({ 'buildx.build.provenance': { materials: [] } })
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Has buildx know a builder by this name, or as the selected one. */
async function knows(name: string, called: string, driver: string, more = ''): Promise<void> {
  await writeFile(
    join(folder, `builder-${name}`),
    `Name: ${called}\nDriver: ${driver}\n${more}\nNodes:\nName: ${called}0\n${WORKERS}\n`
  )
}

/** What buildx writes of a build. */
async function reports(metadata: unknown): Promise<void> {
  await writeFile(join(folder, 'metadata'), JSON.stringify(metadata))
}

async function environment(before = ''): Promise<NodeJS.ProcessEnv> {
  const docker = `echo "$*" >> '${folder}/calls'
${before}
case "$1 $2" in
  'inspect --format') case "$3" in *Image*) cat '${folder}/running';; *) echo 'bridge v4= v6=';; esac ;;
  'image inspect') echo sha256:wanted ;;
  'buildx inspect') cat '${folder}/builder-'"$4" 2>/dev/null || { echo 'ERROR: no builder found' >&2; exit 1; } ;;
  'buildx rm') rm -f '${folder}/builder-'"$4" ;;
  'buildx build')
    echo "provenance: $BUILDX_METADATA_PROVENANCE"
    for option; do case "$option" in
      --output=*) to="\${option#*\\"dest=}"; cp -R '${folder}/image/.' "\${to%%\\"*}" ;;
      --metadata-file=*) cp '${folder}/metadata' "\${option#*=}" ;;
    esac; done ;;
  'buildx history') for option; do case "$option" in --platform=*) cat '${folder}/'"\${option#*/}" || exit 1;; esac; done ;;
esac`
  return { PATH: await pathWith(folder, { docker }) }
}

async function builder(before = ''): Promise<Builder> {
  const probe = await probeBuildx(await environment(before))
  if ('absent' in probe) throw new Error(probe.absent)
  return probe.builder
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
}

function request(more: Partial<ImageRequest> = {}): ImageRequest {
  const [context, layout] = [join(folder, 'context'), join(folder, 'layout')]
  return { context, dockerfile: 'Dockerfile', args: {}, platforms: [], layout, log: recordedLog(), ...more }
}

describe('what buildx says of a build', () => {
  it('is asked for apart from attestations, and names what was fetched', async () => {
    const log = recordedLog()
    await reports({ 'buildx.build.provenance': { materials: [tool] } })

    const tea = await (await builder()).buildImage(request({ log }))

    expect(tea).toEqual({ digest: built.digest, base: [], resolvedDependencies: [tool] })
    expect(log.lines).toEqual(['| provenance: min'])
  })

  it('is asked of its history for each of several platforms, by the name of the build', async () => {
    await reports({ 'buildx.build.ref': 'tea/tea0/b1' })
    await writeFile(join(folder, 'amd64'), JSON.stringify({ materials: [image] }))
    await writeFile(join(folder, 'arm64'), JSON.stringify({ materials: [tool] }))

    const tea = await (await builder()).buildImage(request({ platforms: ['linux/amd64', 'linux/arm64'] }))

    expect(tea.resolvedDependencies).toEqual([tool, image])
    const asked = (await calls()).filter(call => call.includes('history')).sort()
    expect(asked).toEqual(
      ['amd64', 'arm64'].map(
        cpu => `buildx history inspect attachment --builder=tea --type=provenance --platform=linux/${cpu} b1`
      )
    )
  })

  it('must be something, or the image is not taken', async () => {
    await reports({})

    const one = await (await builder()).buildImage(request()).catch((error: unknown) => error)
    const several = (await builder(`case "$2" in history) echo 'ERROR: no such build ' >&2; exit 1;; esac`)).buildImage(
      request({ platforms: ['linux/s390x'] })
    )

    expect(one).toBeInstanceOf(Failure)
    expect(String(one)).toContain('docker buildx does not say what the build fetched. Use a newer buildx.')
    await expect(several).rejects.toThrow(
      'docker buildx does not say what the build for linux/s390x fetched (no such build). Use a newer buildx.'
    )
    await expect(several).rejects.toThrow(Failure)
  })

  it('names no target and no platform that nobody asked for', async () => {
    await (await builder()).buildImage(request())

    expect((await calls()).at(-1)).not.toMatch(/--(target|platform)/)
    expect((await calls()).at(-1)).toMatch(
      /^buildx build --builder=tea --progress=plain --provenance=false --sbom=false --file=\S+\/Dockerfile --build-arg=\S+ --build-arg=\S+ --output=\S+ --metadata-file=\S+ \S+\/context$/
    )
  })
})

describe('the builder of the suite, where docker has only the one of its daemon', () => {
  let [own, pinned] = ['', '']

  beforeEach(async () => {
    await knows('', 'default', 'docker')
    await probeBuildx(await environment())
    // What it asks docker for: the name of the builder, and the image.
    const asked = /^buildx create --name (\S+) .*image=(\S+)$/m.exec(await readFile(join(folder, 'calls'), 'utf8'))
    own = asked?.[1] ?? ''
    pinned = asked?.[2] ?? ''
    await rm(join(folder, 'calls'))
    await writeFile(join(folder, 'running'), 'sha256:wanted\n')
  })

  const found = (): string => `cp '${folder}/builder-made' '${folder}/builder-${own}'`

  it('is made from the image that is named by digest, and confined', async () => {
    await knows('made', own, 'docker-container')

    expect(await builder(`case "$2" in create) ${found()};; esac`)).toMatchObject({
      name: `buildx ${own} (docker-container)`,
      sandboxed: true
    })

    expect(pinned).toMatch(/^moby\/buildkit:v[\d.]+@sha256:[0-9a-f]{64}$/)
    expect(own).toBe(`sluice-${pinned.split('sha256:')[1]?.slice(0, 12)}`)
    expect((await calls()).slice(0, 4)).toEqual([
      'buildx inspect --bootstrap',
      `buildx inspect --bootstrap ${own}`,
      `buildx create --name ${own} --driver docker-container --driver-opt image=${pinned}`,
      `buildx inspect --bootstrap ${own}`
    ])
    expect(await calls()).toContainEqual(expect.stringMatching(`^exec buildx_buildkit_${own}0 sh -c for address; do`))
  })

  it('is taken as it is when it runs that image', async () => {
    await knows(own, own, 'docker-container')

    await builder()

    expect((await calls()).some(call => /buildx (create|rm)/.test(call))).toBe(false)
  })

  it('is removed and made anew when it runs another', async () => {
    await knows(own, own, 'docker-container')
    await knows('made', own, 'docker-container')
    await writeFile(join(folder, 'running'), 'sha256:evil\n')

    await builder(`case "$2" in create) ${found()};; esac`)

    const changes = (await calls()).filter(call => /buildx (create|rm)/.test(call))
    expect(changes).toEqual([`buildx rm --force ${own}`, expect.stringMatching(`^buildx create --name ${own} `)])
  })

  it('is taken when another job made it at the same moment', async () => {
    await knows('made', own, 'docker-container')
    const meanwhile = `${found()}; echo 'ERROR: existing instance for "${own}"' >&2; exit 1`

    expect((await builder(`case "$2" in create) ${meanwhile};; esac`)).name).toBe(`buildx ${own} (docker-container)`)
  })

  it('is removed when it was made and does not start', async () => {
    await expect(builder()).rejects.toThrow(`docker buildx cannot start ${own} (no builder found)`)

    expect((await calls()).at(-1)).toBe(`buildx rm --force ${own}`)
  })

  it('is left to whoever made it when it does not start', async () => {
    const there = `echo 'ERROR: existing instance for "${own}"' >&2; exit 1`

    await expect(builder(`case "$2" in create) ${there};; esac`)).rejects.toThrow(
      `docker buildx cannot start ${own} (no builder found)`
    )
    expect((await calls()).filter(call => call.includes('buildx rm'))).toEqual([])
  })

  it('that cannot be made is told with the reason', async () => {
    const refused = `echo one >&2; echo 'ERROR: read-only file system' >&2; exit 1`

    await expect(builder(`case "$2" in create) ${refused};; esac`)).rejects.toThrow(
      /^docker buildx could not create a builder \(read-only file system\)$/
    )
  })

  it('is not looked for when somebody chose the builder of the daemon', async () => {
    const probe = await probeBuildx({ ...(await environment()), BUILDX_BUILDER: 'default' })

    expect(probe).toEqual({
      absent:
        'docker buildx builder default has driver docker, which cannot write reproducible layouts; supported drivers: docker-container, remote, kubernetes'
    })
    expect(await calls()).toEqual(['buildx inspect --bootstrap'])
  })
})

describe('a builder that cannot be used', () => {
  it.each([
    ['docker has no buildx', 'unknown flag: --bootstrap', 'docker has no plugin buildx'],
    ['docker has none, in older words', 'unknown shorthand flag: b', 'docker has no plugin buildx'],
    ['docker has none, in newer words', "docker: 'buildx' is not a docker command.", 'docker has no plugin buildx'],
    ['it does not start', 'first\nERROR: it is broken \n', 'docker buildx cannot start its builder (it is broken)']
  ])('is absent because %s', async (_, said, absent) => {
    await writeFile(join(folder, 'said'), said)

    expect(await probeBuildx(await environment(`cat '${folder}/said' >&2; exit 1`))).toEqual({ absent })
  })

  it.each([
    [
      'it has an error',
      'Name: tea\nDriver: remote\nError: no route\n',
      'docker buildx cannot use its builder (no route)'
    ],
    ['it says no driver', 'Name: tea\n', 'docker buildx inspect reports no driver'],
    ['it says no name', 'Driver: remote\n', 'docker buildx inspect reports no driver']
  ])('is absent because %s', async (_, text, absent) => {
    await writeFile(join(folder, 'builder-'), text)

    expect(await probeBuildx(await environment())).toEqual({ absent })
  })

  it('runs steps among the processes of its machine, and is no sandbox in any container', async () => {
    const steps = ' worker.executor: oci\n worker.oci.process-mode: no-sandbox\n worker.network: cni\n'
    await writeFile(join(folder, 'builder-'), `Name: tea\nDriver: docker-container\nNodes:\nName: tea0\n${steps}`)

    expect(await builder()).toMatchObject({
      sandboxed: false,
      exposes: 'its steps can see the processes of its machine'
    })
  })

  it('has no container that docker would name', async () => {
    await writeFile(join(folder, 'builder-'), `Name: tea\nDriver: docker-container\n${WORKERS}\n`)

    expect(await builder()).toMatchObject({ exposes: 'docker does not say in which containers it runs' })
  })
})
