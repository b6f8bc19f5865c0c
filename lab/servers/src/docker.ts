import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure, runCommand, UserError } from '@sluice/core'
import { archiveBuildkit, IMPORT_CHANGES } from './buildkit-image.ts'
import { COMPILED } from './compiled.ts'
import { plainEnvironment } from './plain-env.ts'
import { untilReady } from './server.ts'
import { lastLines, type SupervisedProcess, supervise } from './supervise.ts'
import type { Tools } from './tools.ts'

/** The programs that `startDocker` takes. */
export const DOCKER_TOOLS = [
  'buildctl',
  'buildkitd',
  'buildx',
  'containerd',
  'containerdShim',
  'docker',
  'dockerd',
  'dockerInit',
  'ip',
  'node24',
  'runc'
] as const

export interface DockerOptions {
  readonly tools: Pick<Tools, (typeof DOCKER_TOOLS)[number]>
  /** Its images, containers and log; created when absent. Two daemons must not share one. */
  readonly directory: string
  /**
   * Digests of images `moby/buildkit` that this daemon has. They are names here: no registry can be reached, so what runs is the
   * BuildKit of `tools/buildkit`.
   */
  readonly buildkit?: readonly string[]
}

/** A docker daemon of one's own, with buildx. */
export interface Docker {
  /** For clients: where the daemon listens, and their configuration, which has buildx for a plugin and the client itself in `bin`. */
  readonly env: { readonly DOCKER_HOST: string; readonly DOCKER_CONFIG: string }
  /** The image with BuildKit, for builders that are made by hand. */
  readonly image: string
  readonly pid: number
  readonly logFile: string
  /** Ends the daemon and every container; safe to call twice. */
  stop(): Promise<void>
}

/** The discard service's port, where nobody listens. Requests to this machine itself take no proxy. */
const NOBODY = 'http://127.0.0.1:9'

const IMAGE = 'sluice-lab/buildkit:latest'

/** It takes that long to end its containers when asked to, in seconds; then it kills them. */
const SHUTDOWN = 2
const GRACE = 8_000

/**
 * Starts docker's daemon on a socket of its own, without bridges and without a word to the machine's firewall.
 *
 * The daemon is the first process of a PID namespace and has a mount namespace: when it ends, by whatever signal, the
 * kernel ends containerd, every container and every mount with it.
 * @throws UserError without root; Failure when it is not ready in time.
 */
export async function startDocker(options: DockerOptions): Promise<Docker> {
  if (process.getuid?.() !== 0) {
    throw new UserError('docker needs root to isolate containers. Run the command again as root, or with sudo.')
  }
  const { tools, directory, buildkit = [] } = options
  await mkdir(directory, { recursive: true })
  const config = await makeClientConfig(tools, directory)
  const programs = await makePrograms(tools, directory)
  const archive = await archiveBuildkit(tools, directory)

  let daemon = await startDaemon(tools, directory, programs)
  const env = { DOCKER_CONFIG: config, DOCKER_HOST: daemon.address }
  try {
    const imported = await runCommand(tools.docker, ['import', ...IMPORT_CHANGES, archive, IMAGE], {
      env: { ...plainEnvironment(), ...env }
    })
    if (imported.code !== 0) throw new Failure(`docker could not import its image: ${imported.stderr.trim()}`)
    if (buildkit.length > 0) {
      // It reads the names of its images when it starts, and gives a digest to none that it did not pull.
      await daemon.process.stop(GRACE)
      await nameByDigest(directory, buildkit)
      daemon = await startDaemon(tools, directory, programs)
    }
  } catch (error: unknown) {
    await daemon.process.stop(GRACE)
    throw error
  }
  const { process: running, logFile, address } = daemon
  return {
    env: { ...env, DOCKER_HOST: address },
    image: IMAGE,
    pid: running.pid,
    logFile,
    stop: () => running.stop(GRACE)
  }
}

interface Daemon {
  readonly process: SupervisedProcess
  readonly address: string
  readonly logFile: string
}

async function startDaemon(tools: DockerOptions['tools'], directory: string, programs: string): Promise<Daemon> {
  // The path of a socket has at most 107 bytes; a clone may lie deeper than that.
  const run = await mkdtemp(join(await realpath(tmpdir()), 'sluice-docker-'))
  const socket = join(run, 'docker.sock')
  const logFile = join(directory, 'dockerd.log')
  const configuration = join(directory, 'daemon.json')
  await writeFile(configuration, '{}')
  const daemon = supervise({
    file: 'unshare',
    args: [
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'env',
      `PATH=${programs}`,
      tools.dockerd,
      `--config-file=${configuration}`,
      `--host=unix://${socket}`,
      `--data-root=${join(directory, 'data')}`,
      `--exec-root=${join(run, 'exec')}`,
      `--pidfile=${join(run, 'docker.pid')}`,
      `--storage-driver=${STORAGE}`,
      `--shutdown-timeout=${SHUTDOWN}`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-forward=false',
      '--ip-masq=false'
    ],
    logFile,
    temporary: run,
    // What it asks of other machines' registries fails here, at once: no image comes from outside.
    env: { ...plainEnvironment(), HTTP_PROXY: NOBODY, HTTPS_PROXY: NOBODY }
  })
  const problem = await untilReady(daemon, timeout => answersPing(socket, timeout))
  if (problem !== undefined) {
    await daemon.stop(GRACE)
    throw new Failure(`dockerd ${problem}. Last lines of ${logFile}:\n${await lastLines(logFile)}`)
  }
  return { process: daemon, address: `unix://${socket}`, logFile }
}

/** It works on every file system, and needs no module of the kernel. */
const STORAGE = 'vfs'

async function answersPing(socketPath: string, timeout: number): Promise<boolean> {
  return new Promise(resolve => {
    const ping = request({ socketPath, path: '/_ping', timeout }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.on('timeout', () => ping.destroy())
    ping.on('error', () => resolve(false))
    ping.end()
  })
}

/** The client's configuration: nothing of the user's, and buildx. */
async function makeClientConfig(
  { buildx, docker }: Pick<Tools, 'buildx' | 'docker'>,
  directory: string
): Promise<string> {
  const config = join(directory, 'client')
  await rm(config, { recursive: true, force: true })
  await mkdir(join(config, 'cli-plugins'), { recursive: true })
  await symlink(buildx, join(config, 'cli-plugins', 'docker-buildx'))
  await mkdir(join(config, 'bin'))
  await symlink(docker, join(config, 'bin', 'docker'))
  await writeFile(join(config, 'config.json'), '{}')
  return config
}

/** A folder for the daemon's PATH: what it starts, and before runc what keeps capabilities within the bounds of this machine. */
async function makePrograms(tools: DockerOptions['tools'], directory: string): Promise<string> {
  const programs = join(directory, 'programs')
  await rm(programs, { recursive: true, force: true })
  await mkdir(programs, { recursive: true })
  await symlink(tools.containerd, join(programs, 'containerd'))
  await symlink(tools.containerdShim, join(programs, 'containerd-shim-runc-v2'))
  await symlink(tools.dockerInit, join(programs, 'docker-init'))
  const bounded = fileURLToPath(import.meta.url).replace(/docker(\.\w+)$/, 'bounded-runc$1')
  await writeFile(
    join(programs, 'runc'),
    `#!/bin/sh
# Only what starts a process asks for capabilities. Docker runs runc for much more, and Node would be most of what that takes.
for arg; do
  case "$arg" in --bundle | --process)
    export NODE_COMPILE_CACHE=${quote(COMPILED)}
    exec ${[tools.node24, bounded, tools.runc].map(quote).join(' ')} "$@" ;;
  esac
done
exec ${quote(tools.runc)} "$@"
`
  )
  await chmod(join(programs, 'runc'), 0o755)
  return programs
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Names the image as if it had been pulled by these digests. */
async function nameByDigest(directory: string, digests: readonly string[]): Promise<void> {
  const file = join(directory, 'data', 'image', STORAGE, 'repositories.json')
  const names = JSON.parse(await readFile(file, 'utf8')) as {
    Repositories: Record<string, Record<string, string>>
  }
  const id = names.Repositories[IMAGE.split(':')[0] ?? '']?.[IMAGE]
  if (id === undefined) throw new Failure(`docker does not name ${IMAGE} in ${file}.`)
  const named = Object.fromEntries(digests.map(digest => [`moby/buildkit@${digest}`, id]))
  const repositories = { ...names.Repositories, 'moby/buildkit': named }
  await writeFile(file, JSON.stringify({ Repositories: repositories }))
}
