import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure, isDigest, messageOf, runTool, UserError } from '@sluice/core'
import { buildArguments } from './build-args.ts'
import { runBuild } from './build-deadline.ts'
import { secretFiles } from './build-secrets.ts'
import type { BaseImage, Builder, BuildRequest, Probe } from './builder.ts'
import { checkLayout } from './check-layout.ts'
import { requireFiles } from './made-files.ts'
import { EPOCH } from './timestamps.ts'

/** Debian's buildah. It needs no daemon, and isolates nothing: what a Dockerfile runs can read this job's processes. */
export async function probeBuildah(env: NodeJS.ProcessEnv): Promise<Probe> {
  try {
    const { code, stdout, stderr } = await runTool('buildah', ['--version'], { env })
    if (code !== 0) return { absent: `buildah does not run (${stderr.trim()})` }
    const version = /version (\S+)/.exec(stdout.toString('utf8'))?.[1] ?? 'of unknown version'
    return { builder: buildahBuilder(`buildah ${version} (chroot)`, env) }
  } catch (error: unknown) {
    return { absent: messageOf(error) }
  }
}

function buildahBuilder(name: string, env: NodeJS.ProcessEnv): Builder {
  return {
    name,
    sandboxed: false,
    exposes: 'its steps can read the processes of this job',
    async buildImage({ layout, target, ...request }) {
      await mkdir(layout, { recursive: true })
      return inStore(env, async store => {
        await build(name, store, request, target, ['--tag=sluice'])
        const push = [...store.options, 'push', '--quiet', 'sluice', `oci:${resolve(layout)}`]
        const pushed = await runTool('buildah', push, { env: withoutRegistries(store.env) })
        if (pushed.code !== 0) throw new Failure(`buildah could not write ${layout}: ${pushed.stderr.trim()}`)
        const { digest, annotations } = await checkLayout(layout)
        return { digest, base: annotatedBase(annotations) }
      })
    },
    async buildFiles({ folder, target, ...request }) {
      // It tells no bases of what it writes as files.
      await inStore(env, store => build(name, store, request, target, [`--output=type=local,dest=${resolve(folder)}`]))
      await requireFiles({ folder, ...(target && { target }) })
      return { base: [] }
    },
    async runTarget({ target, ...request }) {
      await inStore(env, store => build(name, store, request, target, []))
    }
  }
}

/** Where a build keeps what it needs. */
interface Store {
  readonly options: readonly string[]
  /** A folder that goes with the store. */
  readonly temporary: string
  readonly env: NodeJS.ProcessEnv
}

/** A store for one build: nothing is taken from, or left in, the machine's own. */
async function inStore<T>(env: NodeJS.ProcessEnv, work: (store: Store) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-buildah-'))
  try {
    const [root, run, temporary] = [join(folder, 'root'), join(folder, 'run'), join(folder, 'tmp')]
    await mkdir(temporary)
    // buildah keeps cache mounts in the temporary folder, for all builds of this user.
    return await work({
      options: ['--storage-driver=vfs', `--root=${root}`, `--runroot=${run}`],
      temporary,
      env: { ...env, TMPDIR: temporary }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function build(
  name: string,
  store: Store,
  request: BuildRequest,
  target: string | undefined,
  result: readonly string[]
): Promise<void> {
  if (request.platforms.length > 1) {
    throw new UserError(
      `${name} builds only one platform, but the unit requires ${request.platforms.join(', ')}. Use BuildKit, or a single platform.`
    )
  }
  const dockerfile = resolve(request.context, request.dockerfile)
  const command = [
    'buildah',
    ...store.options,
    'build',
    '--isolation=chroot',
    '--format=oci',
    '--layers=false',
    '--identity-label=false',
    `--timestamp=${EPOCH}`,
    ...(await secretFiles(request, join(store.temporary, 'secrets'))),
    ...buildArguments(request.args).map(argument => `--build-arg=${argument}`),
    ...request.platforms.map(platform => `--platform=${platform}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...result,
    `--file=${dockerfile}`,
    resolve(request.context)
  ] as const
  const named = { builder: name, dockerfile, ...(target === undefined ? {} : { target }) }
  await runBuild({ ...named, command, env: store.env }, request)
}

/** A folder needs no credentials, and buildah stops when their file is announced but absent. */
function withoutRegistries({
  DOCKER_CONFIG: _docker,
  REGISTRY_AUTH_FILE: _file,
  ...env
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env
}

/** buildah tells the base of the last stage only, as annotations of the manifest. */
function annotatedBase(annotations: Readonly<Record<string, string>>): readonly BaseImage[] {
  const name = annotations['org.opencontainers.image.base.name']
  const digest = annotations['org.opencontainers.image.base.digest']
  return name !== undefined && name !== '' && isDigest(digest) ? [{ name, digest }] : []
}
