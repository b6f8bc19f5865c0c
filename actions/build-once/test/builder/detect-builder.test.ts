import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { type Buildkit, ensureTools, makeSearchPath, startBuildkit, type Tools } from '@sluice-lab/servers'
import { type Builder, type BuilderChoice, detectBuilder } from '../../src/builder/index.ts'
import { buildContext } from './context.ts'
import { pathWith } from './programs.ts'
import { recordedLog } from './recorded-log.ts'

let folder = ''
/** A folder without any builder. */
let system = ''

beforeAll(async () => {
  system = await makeSearchPath('setup')
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-detect-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

interface Job {
  readonly env: NodeJS.ProcessEnv
  readonly sandbox?: 'required' | 'none'
}

async function detect(choice: BuilderChoice, job: Job): Promise<{ builder: Builder; told: readonly string[] }> {
  const log = recordedLog()
  const { env, sandbox = 'required' } = job
  const builder = await detectBuilder(choice, { env, sandbox, log })
  return { builder, told: [...log.lines, ...log.warnings.map(warning => `warning: ${warning}`)] }
}

const NO_DAEMON = { BUILDKIT_HOST: 'unix:///nonexistent/buildkitd.sock' }

describe('with BuildKit', () => {
  let root = ''
  let buildkit: Buildkit
  let tools: Pick<Tools, 'buildkitd' | 'buildctl' | 'runc'>

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sluice-detect-buildkit-'))
    tools = await ensureTools({ only: ['buildkitd', 'buildctl', 'runc'] })
    buildkit = await startBuildkit({ tools, directory: root })
  }, 600_000)

  afterAll(async () => {
    await buildkit.stop()
    await rm(root, { recursive: true, force: true })
  })

  it.each(['auto', 'buildkit'] as const)(
    '%s takes the daemon at BUILDKIT_HOST, with its sandbox, and says so',
    async choice => {
      const env = { PATH: `${dirname(tools.buildctl)}:${system}`, BUILDKIT_HOST: buildkit.address }

      const { builder, told } = await detect(choice, { env })

      expect(builder.sandboxed).toBe(true)
      expect(told).toEqual([`Builder: buildkit at ${buildkit.address}.`])
    }
  )

  it('says at which address no daemon answers', async () => {
    const env = { PATH: `${dirname(tools.buildctl)}:${system}`, ...NO_DAEMON }

    await expect(detect('buildkit', { env })).rejects.toThrow(
      /No builder was found \(buildkit: no buildkitd is reachable at unix:\/\/\/nonexistent\/buildkitd\.sock .*BUILDKIT_HOST/
    )
  })

  it('does not trust workers that run without a process sandbox, or that do not say', async () => {
    const workers =
      'org.mobyproject.buildkit.worker.executor: oci\norg.mobyproject.buildkit.worker.oci.process-mode: no-sandbox'
    const weak = { PATH: await pathWith(folder, { buildctl: `echo '${workers}'` }), ...NO_DAEMON }
    await expect(detect('buildkit', { env: weak })).rejects.toThrow('does not sandbox Dockerfile steps')

    const silent = { PATH: await pathWith(folder, { buildctl: 'echo' }), ...NO_DAEMON }
    await expect(detect('buildkit', { env: silent })).rejects.toThrow('does not sandbox Dockerfile steps')
  })

  it.each([
    ['the network of the machine', 'worker.network: host', 'its steps have the network of its machine'],
    ['no word about it', '', 'its workers do not say which network steps have']
  ])('does not trust workers with %s', async (_, network, message) => {
    const workers = `worker.executor: oci\n${network}\nworker.oci.process-mode: sandbox`
    const env = { PATH: await pathWith(folder, { buildctl: `echo '${workers}'` }), ...NO_DAEMON }

    await expect(detect('buildkit', { env })).rejects.toThrow(`does not sandbox Dockerfile steps (${message}`)
  })
})

describe('with buildah', () => {
  const env = { PATH: process.env['PATH'], ...NO_DAEMON }

  it('refuses it whatever the job may do, since none that builds is without a token', async () => {
    const error = await detect('buildah', { env }).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(
      /buildah \S+ \(chroot\) does not sandbox Dockerfile steps.*this job's tokens.*BUILDKIT_HOST.*builds: { sandbox: none }/
    )
  })

  it('takes it with a warning when delivery.yml accepts it', async () => {
    const { builder, told } = await detect('buildah', { env, sandbox: 'none' })

    expect(builder.sandboxed).toBe(false)
    expect(told).toEqual([
      expect.stringMatching(
        /^warning: Builder: buildah \S+ \(chroot\), without a sandbox: its steps can read the processes of this job\.$/
      )
    ])
  })

  it('is what auto falls back to, and auto is refused where it is', async () => {
    const only = {
      PATH: await pathWith(folder, { buildah: `exec ${join(process.env['PATH'] ?? '', 'buildah')} "$@"` }),
      ...NO_DAEMON
    }

    const { builder } = await detect('auto', { env: only, sandbox: 'none' })

    expect(builder.name).toMatch(/^buildah/)
    await expect(detect('auto', { env: only })).rejects.toThrow(
      /does not sandbox Dockerfile steps.*buildkit: .*buildx: /
    )
  })

  it('is absent when it does not run', async () => {
    const broken = { PATH: await pathWith(folder, { buildah: 'echo no subuid >&2; exit 1' }) }

    await expect(detect('buildah', { env: broken })).rejects.toThrow('buildah does not run (no subuid)')
  })
})

describe('with buildx', () => {
  const LABELS = `Labels:
 org.mobyproject.buildkit.worker.executor:         oci
 org.mobyproject.buildkit.worker.oci.process-mode: sandbox
 org.mobyproject.buildkit.worker.network:          cni`

  const inspected = (name: string, driver: string, labels = LABELS): string =>
    `Name:          ${name}\nDriver:        ${driver}\nLast Activity: 2026-11-20\n\nNodes:\nName:  ${name}0\n${labels}`

  /** A `docker` that writes down its arguments, knows these builders, and makes others as it is told; buildx.test.ts has a real one. */
  async function docker(
    known: Readonly<Record<string, string>>,
    made = '',
    network = 'bridge v4=172.17.0.1 v6='
  ): Promise<NodeJS.ProcessEnv> {
    for (const [name, text] of Object.entries(known)) await writeFile(join(folder, `builder-${name}`), text)
    const script = `case "$1" in
  inspect) echo '${network}'; exit ;;
  exec) exit 0 ;;
esac
echo "$*" >> '${folder}/calls'
case "$2" in
  inspect) cat "${folder}/builder-\${4:-default}" 2>/dev/null || { echo 'ERROR: no builder found' >&2; exit 1; } ;;
  create) echo '${made}' > "${folder}/builder-$4" ;;
  build) echo '#1 [1/1] FROM docker.io/library/tea:1@sha256:${'a'.repeat(64)}'; exit 1 ;;
esac`
    return { PATH: await pathWith(folder, { docker: script }), ...NO_DAEMON }
  }

  const calls = async (): Promise<readonly string[]> =>
    (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')

  it.each(['docker-container', 'remote', 'kubernetes'])('takes the selected builder with driver %s', async driver => {
    const { builder, told } = await detect('auto', { env: await docker({ default: inspected('tea', driver) }) })

    expect(builder).toMatchObject({ name: `buildx tea (${driver})`, sandboxed: true })
    expect(told).toEqual([`Builder: buildx tea (${driver}).`])
  })

  it.each([
    ['host v4= v6=', /its steps have the network host: make the builder without/],
    ['container:abc v4= v6=', /its steps have the network container:abc/],
    ['bridge v4=172.17.0.1 v6=2001:db8::2', /its container has an IPv6 address/]
  ])('refuses one whose container has the network %s', async (network, message) => {
    const env = await docker({ default: inspected('tea', 'docker-container') }, '', network)

    await expect(detect('auto', { env })).rejects.toThrow(message)
  })

  it.each(['remote', 'kubernetes'])(
    'refuses one with driver %s whose steps have the network of its machine',
    async driver => {
      const text = inspected('tea', driver, LABELS.replace('cni', 'host'))

      await expect(detect('auto', { env: await docker({ default: text }) })).rejects.toThrow(
        'its steps have the network of its machine'
      )
    }
  )

  it.each([
    ['no builder', {}, 'docker buildx cannot start its builder (no builder found)'],
    ['an answer without a driver', { default: 'nothing' }, 'docker buildx inspect reports no driver']
  ] as const)('says so when there is %s', async (_what, known, message) => {
    await expect(detect('buildx', { env: await docker(known) })).rejects.toThrow(message)
  })

  it('says so when the builder it made does not start', async () => {
    const env = await docker({ default: inspected('default', 'docker') }, 'Name: sluice\nError: image not found')

    await expect(detect('buildx', { env })).rejects.toThrow('cannot use its builder (image not found)')
  })

  it('asks for the same deterministic build as buildctl does', async () => {
    const { builder } = await detect('buildx', { env: await docker({ default: inspected('tea', 'remote') }) })
    const context = await buildContext()
    const layout = join(folder, 'layout')
    const request = {
      context,
      dockerfile: 'Dockerfile',
      args: { A: '1' },
      platforms: ['linux/amd64'],
      log: recordedLog()
    }

    await expect(builder.buildImage({ ...request, layout, target: 'out' })).rejects.toThrow(
      'failed in buildx tea (remote)'
    )
    await expect(builder.runTarget({ ...request, target: 'test' })).rejects.toThrow('target test, failed in')

    const common = `buildx build --builder=tea --progress=plain --provenance=false --sbom=false --file=${context}/Dockerfile --build-arg=SOURCE_DATE_EPOCH=0 --build-arg=BUILDKIT_CACHE_MOUNT_NS=${basename(context)} --build-arg=A=1 --platform=linux/amd64`
    expect((await calls()).slice(1).map(call => call.replace(/(?<=--metadata-file=)\S+\/report/, 'REPORT'))).toEqual([
      `${common} --target=out --output=type=oci,"dest=${layout}",tar=false,rewrite-timestamp=true,oci-mediatypes=true,compression=gzip,force-compression=true --metadata-file=REPORT ${context}`,
      `${common} --target=test --output=type=cacheonly ${context}`
    ])
    await rm(context, { recursive: true })
  })
})

it('says what each builder lacks when there is none', async () => {
  await expect(detect('auto', { env: { PATH: folder } })).rejects.toThrow(
    /^No builder was found \(buildkit: buildctl could not be run.*; buildx: docker could not be run.*; buildah: buildah could not be run.*\)\. Start buildkitd/
  )
})

it('gives builders no token and no key of the job', async () => {
  const PATH = await pathWith(folder, {
    buildah: `env > '${folder}/env'; echo buildah version 1`,
    env: `exec ${join(system, 'env')}`
  })
  const secret = {
    GITHUB_TOKEN: 'x',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
    ACTIONS_RUNTIME_TOKEN: 'x',
    'INPUT_GITHUB-TOKEN': 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    NODE_OPTIONS: 'x'
  }

  await detect('buildah', {
    env: { PATH, HOME: '/root', HTTPS_PROXY: 'http://127.0.0.1:1', ...secret },
    sandbox: 'none'
  })

  const names = (await readFile(join(folder, 'env'), 'utf8')).split('\n').map(line => line.split('=')[0])
  expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'HTTPS_PROXY']))
  expect(names.filter(name => name !== undefined && name in secret)).toEqual([])
})
