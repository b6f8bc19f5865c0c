import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import {
  DOCKER_TOOLS,
  type Docker,
  type DockerOptions,
  ensureTools,
  IMPORT_CHANGES,
  startDocker
} from '@sluice-lab/servers'
import { type Builder, detectBuilder } from '../../src/builder/index.ts'
import { buildContext } from './context.ts'
import { recordedLog } from './recorded-log.ts'

/** The image that the suite asks for: docker has it here, as a runner that can reach Docker Hub would. */
const [IMAGE = '', DIGEST = ''] =
  /moby\/buildkit:v[\d.]+@(sha256:[0-9a-f]{64})/.exec(
    await readFile(fileURLToPath(new URL('../../src/builder/buildx.ts', import.meta.url)), 'utf8')
  ) ?? []
/** Names the BuildKit that the other tests build with. */
const TESTED = fileURLToPath(new URL('../../../../tools/buildkit/go.mod', import.meta.url))
const OWN = `sluice-${DIGEST.slice(7, 19)}`

let root = ''
let tools: DockerOptions['tools']
let docker: Docker
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-buildx-'))
  tools = await ensureTools({ only: DOCKER_TOOLS })
  docker = await startDocker({ tools, directory: join(root, 'docker'), buildkit: [DIGEST] })
}, 600_000)

afterAll(async () => {
  await docker.stop()
  await rm(root, { recursive: true, force: true })
})

beforeEach(async () => {
  // A user's own state: which builders there are, and which one is selected.
  env = { PATH: process.env['PATH'], HOME: root, ...docker.env, BUILDX_CONFIG: await mkdtemp(join(root, 'builders-')) }
})

afterEach(async () => {
  const left = (await run('ps', '--all', '--quiet')).split('\n').filter(line => line !== '')
  if (left.length > 0) await run('rm', '--force', '--volumes', ...left)
})

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(tools.docker, args, { env })
  return code === 0 ? stdout.toString('utf8').trim() : `${code}: ${stderr.trim()}`
}

async function probe(more: NodeJS.ProcessEnv = {}): Promise<Builder> {
  return detectBuilder('buildx', {
    env: { ...env, ...more },
    sandbox: 'required',
    log: recordedLog()
  })
}

const containers = async () => run('ps', '--all', '--format', '{{.Names}} {{.Image}} {{.State}}')
const builders = async () => [...new Set((await run('buildx', 'ls', '--format', '{{.Builder.Name}}')).split('\n'))]

describe('on a runner with nothing but docker', () => {
  it('makes a builder of its own from the image that it names by digest, and builds with it', async () => {
    const context = await buildContext()

    const builder = await probe()
    await builder.runTarget({
      context,
      dockerfile: 'Dockerfile',
      args: {},
      platforms: [],
      log: recordedLog(),
      target: 'test'
    })

    expect(builder).toMatchObject({ name: `buildx ${OWN} (docker-container)`, sandboxed: true })
    expect(await run('exec', `buildx_buildkit_${OWN}0`, 'ip', 'route', 'show', 'type', 'prohibit')).toContain(
      '169.254.0.0/16'
    )
    expect(await containers()).toBe(`buildx_buildkit_${OWN}0 ${IMAGE.split('@')[0]} running`)
    expect(await run('inspect', '--format', '{{.Config.Image}}', `buildx_buildkit_${OWN}0`)).toBe(IMAGE)
    // Which builder the user has selected stays as it is.
    expect(await run('buildx', 'inspect')).toMatch(/^Name: +default$/m)
    await rm(context, { recursive: true })
  })

  it('takes the release of BuildKit that is tested here', async () => {
    const [, tested] = /moby\/buildkit (v\S+)/.exec(await readFile(TESTED, 'utf8')) ?? []

    expect(IMAGE).toContain(`:${tested}@`)
  })

  it('makes one, and finds the same one, in jobs that begin at the same moment', async () => {
    const found = await Promise.all([probe(), probe(), probe()])

    expect(new Set(found.map(({ name }) => name))).toEqual(new Set([`buildx ${OWN} (docker-container)`]))
    expect((await containers()).split('\n')).toHaveLength(1)
  })
})

describe('on a machine that is kept', () => {
  it('finds the builder of an earlier job, and starts it again when its container was stopped or removed', async () => {
    const container = `buildx_buildkit_${OWN}0`
    await probe()
    const first = await run('ps', '--quiet')

    await probe()
    expect(await run('ps', '--quiet')).toBe(first)

    await run('stop', '--time', '0', container)
    await probe()
    expect(await run('ps', '--quiet')).toBe(first)

    await run('rm', '--force', container)
    await probe()
    expect(await containers()).toContain(`${container} `)
    expect(await run('ps', '--quiet')).not.toBe(first)
  })

  it('does not take a builder by its name in which another image runs, and makes it anew', async () => {
    await run('import', ...IMPORT_CHANGES, join(root, 'docker', 'buildkit.tar'), 'evil/buildkit:latest')
    const options = ['--driver', 'docker-container', '--driver-opt', 'image=evil/buildkit:latest']
    await run('buildx', 'create', '--name', OWN, ...options)
    await run('buildx', 'inspect', '--bootstrap', OWN)
    expect(await containers()).toBe(`buildx_buildkit_${OWN}0 evil/buildkit:latest running`)

    expect((await probe()).name).toBe(`buildx ${OWN} (docker-container)`)

    expect(await run('inspect', '--format', '{{.Config.Image}}', `buildx_buildkit_${OWN}0`)).toBe(IMAGE)
  })

  it('does not take a builder that another release made of another image', async () => {
    await run(
      'buildx',
      'create',
      '--name',
      'sluice',
      '--driver',
      'docker-container',
      '--driver-opt',
      `image=${docker.image}`
    )

    expect((await probe()).name).toBe(`buildx ${OWN} (docker-container)`)
  })
})

describe('where the image cannot be had', () => {
  let bare: Docker

  beforeAll(async () => {
    bare = await startDocker({ tools, directory: join(root, 'bare') })
  }, 120_000)

  afterAll(async () => bare.stop())

  it('says why, and leaves nothing that is in the way of a later job', async () => {
    const there = env
    env = { ...env, ...bare.env, BUILDX_CONFIG: env['BUILDX_CONFIG'] }

    await expect(probe()).rejects.toThrow(new RegExp(`docker buildx cannot start ${OWN} \\(.*127\\.0\\.0\\.1:9`))
    await expect(probe()).rejects.toThrow(`docker buildx cannot start ${OWN}`)
    expect([await builders(), await containers()]).toEqual([['default'], ''])

    // The registry answers again.
    env = there
    expect((await probe()).name).toBe(`buildx ${OWN} (docker-container)`)
  })

  it('says why when somebody else made the builder, and leaves it to them', async () => {
    env = { ...env, ...bare.env, BUILDX_CONFIG: env['BUILDX_CONFIG'] }
    await run('buildx', 'create', '--name', OWN, '--driver', 'docker-container', '--driver-opt', `image=${IMAGE}`)

    await expect(probe()).rejects.toThrow(`docker buildx cannot start ${OWN}`)

    expect(await builders()).toContain(OWN)
  })
})

describe('where docker cannot be used', () => {
  it('says that no daemon answers', async () => {
    await expect(probe({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' })).rejects.toThrow(
      'docker buildx cannot use its builder (Cannot connect to the Docker daemon at unix:///nonexistent/docker.sock'
    )
  })

  it('says that docker has no buildx', async () => {
    await expect(probe({ DOCKER_CONFIG: join(root, 'nothing') })).rejects.toThrow('docker has no plugin buildx')
  })

  it('refuses the builder that is built into the daemon when somebody chose it', async () => {
    await expect(probe({ BUILDX_BUILDER: 'default' })).rejects.toThrow(
      'builder default has driver docker, which cannot'
    )
  })

  it('says that a builder does not exist which somebody chose', async () => {
    await expect(probe({ BUILDX_BUILDER: 'absent' })).rejects.toThrow('(no builder "absent" found)')
  })

  it('says why when docker lets nobody make a builder', async () => {
    const folder = await mkdtemp(join(root, 'path-'))
    await writeFile(
      join(folder, 'docker'),
      `#!/bin/sh\ncase "$2" in create) echo 'ERROR: read-only file system' >&2; exit 1;; esac\nexec '${tools.docker}' "$@"\n`
    )
    await chmod(join(folder, 'docker'), 0o755)

    await expect(probe({ PATH: `${folder}:${env['PATH']}` })).rejects.toThrow(
      'docker buildx could not create a builder (read-only file system)'
    )
  })
})
