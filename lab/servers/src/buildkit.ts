import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, runCommand, UserError } from '@sluice/core'
import { plainEnvironment } from './plain-env.ts'
import { untilReady } from './server.ts'
import { lastLines, supervise } from './supervise.ts'
import type { Tools } from './tools.ts'

export interface BuildkitOptions {
  readonly tools: Pick<Tools, 'buildkitd' | 'buildctl' | 'runc'>
  /** Its cache and log; created when absent. Two daemons must not share one. */
  readonly directory: string
  /**
   * What `RUN` reaches: nothing but a loopback of its own, while the daemon pulls by this machine's network; all of this machine's
   * network; or nothing, and nothing is pulled either. `own` unless told.
   */
  readonly network?: 'own' | 'host' | 'none'
}

/** A BuildKit daemon of one's own. */
export interface Buildkit {
  /** For `buildctl --addr` and the variable `BUILDKIT_HOST`: `unix:///…/buildkitd.sock`. */
  readonly address: string
  readonly pid: number
  readonly logFile: string
  /** Ends the daemon and every build in it, and leaves no mount behind; safe to call twice. */
  stop(): Promise<void>
}

/** It waits for running builds when asked to end; nobody waits for those any more. */
const GRACE = 1_000

/**
 * Starts BuildKit with runc as its worker: no containerd, no Docker.
 *
 * The daemon is the first process of a PID namespace and has a mount namespace: when it ends, by whatever signal, the
 * kernel ends every process of every build and takes every mount away with it.
 * @throws UserError without root, which runc's containers need; Failure when it is not ready in time.
 */
export async function startBuildkit(options: BuildkitOptions): Promise<Buildkit> {
  if (process.getuid?.() !== 0) {
    throw new UserError('BuildKit with runc needs root to isolate builds. Run the command again as root, or with sudo.')
  }
  const { tools, directory } = options
  await mkdir(directory, { recursive: true })
  // The path of a socket has at most 107 bytes; a clone may lie deeper than that.
  const sockets = await mkdtemp(join(await realpath(tmpdir()), 'sluice-bk-'))
  const address = `unix://${join(sockets, 'buildkitd.sock')}`
  const logFile = join(directory, 'buildkitd.log')
  const configuration = await writeConfiguration(directory, options.network ?? 'own')
  const daemon = supervise({
    file: 'unshare',
    args: [
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      ...(options.network === 'none' ? ['--net'] : []),
      tools.buildkitd,
      '--config',
      configuration,
      '--addr',
      address,
      '--root',
      join(directory, 'root'),
      '--containerd-worker=false',
      '--oci-worker=true',
      '--oci-worker-binary',
      tools.runc,
      '--oci-worker-gc=false',
      '--cdi-disabled'
    ],
    logFile,
    temporary: sockets,
    env: plainEnvironment()
  })
  const problem = await untilReady(daemon, () => hasWorker(tools.buildctl, address))
  if (problem !== undefined) {
    await daemon.stop(GRACE)
    throw new Failure(`buildkitd ${problem}. Last lines of ${logFile}:\n${await lastLines(logFile)}`)
  }
  return { address, pid: daemon.pid, logFile, stop: () => daemon.stop(GRACE) }
}

/** Python is there wherever these programs are, and tools for interfaces are not. */
const PLUGIN = `#!/bin/sh
# A plugin by the Container Network Interface, version 0.3.1: it switches the loopback on, and connects to nothing.
case "$CNI_COMMAND" in
ADD)
  nsenter --net="$CNI_NETNS" python3 -c 'import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))' || exit 1
  echo "{\\"cniVersion\\":\\"0.3.1\\",\\"interfaces\\":[{\\"name\\":\\"$CNI_IFNAME\\",\\"sandbox\\":\\"$CNI_NETNS\\"}]}"
  ;;
esac
`

/** BuildKit asks for a loopback by this name, and for a network of ours besides. */
const PLUGINS = ['loopback', 'alone']

/** Writes what the daemon reads when it starts. Its options for this are not all obeyed, so it is a file. */
async function writeConfiguration(directory: string, network: 'own' | 'host' | 'none'): Promise<string> {
  const [file, plugins, cni] = [join(directory, 'buildkitd.toml'), join(directory, 'cni'), join(directory, 'cni.json')]
  await mkdir(plugins, { recursive: true })
  for (const name of PLUGINS) await writeFile(join(plugins, name), PLUGIN, { mode: 0o755 })
  await writeFile(cni, JSON.stringify({ cniVersion: '0.3.1', name: 'alone', type: 'alone' }))
  const lines =
    network === 'own'
      ? [`networkMode = "cni"`, `cniConfigPath = ${JSON.stringify(cni)}`, `cniBinaryPath = ${JSON.stringify(plugins)}`]
      : ['networkMode = "host"']
  await writeFile(file, ['[worker.oci]', ...lines, ''].join('\n'))
  return file
}

async function hasWorker(buildctl: string, address: string): Promise<boolean> {
  const { code, stdout } = await runCommand(buildctl, ['--addr', address, '--timeout', '1', 'debug', 'workers'])
  return code === 0 && stdout.toString('utf8').trim().split('\n').length > 1
}
