import { networkInterfaces } from 'node:os'
import { runTool } from '@sluice/core'

/** The container in which buildx's driver `docker-container` runs a node of a builder. */
function containerOf(node: string): string {
  return `buildx_buildkit_${node}`
}

/** Where clouds tell a machine about itself, and give it credentials (RFC 3927: addresses of one link). */
const LINK_LOCAL = '169.254.0.0/16'

/**
 * Takes the routes to the addresses away, and looks whether they are gone. The container has a network of its own, behind docker's
 * bridge, so this changes nothing for the machine; steps of a build share it, but may not change it.
 */
const TAKE_AWAY = `for address; do
  ip route replace prohibit "$address" || exit 1
  if ip route get "\${address%/*}" >/dev/null 2>&1; then echo "$address is still reached" >&2; exit 1; fi
done`

/**
 * Closes the way from a builder's containers to this machine and to its metadata service: behind docker's bridge both are in reach.
 * @returns what steps reach all the same, as a clause.
 */
export async function confine(env: NodeJS.ProcessEnv, nodes: readonly string[]): Promise<string | undefined> {
  if (nodes.length === 0) return 'docker does not say in which containers it runs'
  for (const node of nodes) {
    const exposure = await confineContainer(env, containerOf(node))
    if (exposure !== undefined) return exposure
  }
  return undefined
}

async function confineContainer(env: NodeJS.ProcessEnv, container: string): Promise<string | undefined> {
  const format =
    '{{.HostConfig.NetworkMode}}{{range .NetworkSettings.Networks}} v4={{.Gateway}} v6={{.GlobalIPv6Address}}{{end}}'
  const { code, stdout, stderr } = await docker(env, ['inspect', '--format', format, container])
  if (code !== 0) return `docker does not show the container ${container} (${lastLine(stderr)})`
  const [network = '', ...facts] = stdout.trim().split(' ')
  const all = (prefix: string): readonly string[] =>
    facts.filter(it => it.startsWith(prefix)).flatMap(it => it.slice(prefix.length) || [])
  if (network === 'host' || network.startsWith('container:'))
    return `its steps have the network ${network}: make the builder without the driver's option network`
  if (all('v6=').length > 0) return 'its container has an IPv6 address, by which its steps could reach this machine'
  // Docker's daemon may be on another machine than this process: the gateway is where the daemon is.
  const addresses = [...new Set([LINK_LOCAL, ...all('v4='), ...addressesOfThisMachine()])]
  const taken = await docker(env, ['exec', container, 'sh', '-c', TAKE_AWAY, 'confine', ...addresses])
  return taken.code === 0
    ? undefined
    : `the way from its container to this machine cannot be closed (${lastLine(taken.stderr)})`
}

/** Where services of this machine may listen, as seen from a container. */
function addressesOfThisMachine(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const foreign = all.filter(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.')
  )
  return [...new Set(foreign.map(({ address }) => address))].sort()
}

/** Whether all containers of a builder run an image: on a machine that is kept, another job may have left one by the same name. */
export async function runsImage(env: NodeJS.ProcessEnv, nodes: readonly string[], image: string): Promise<boolean> {
  const wanted = await docker(env, ['image', 'inspect', '--format', '{{.Id}}', image])
  const running = await docker(env, ['inspect', '--format', '{{.Image}}', ...nodes.map(containerOf)])
  if (wanted.code !== 0 || running.code !== 0 || nodes.length === 0) return false
  return running.stdout
    .trim()
    .split('\n')
    .every(id => id === wanted.stdout.trim())
}

async function docker(
  env: NodeJS.ProcessEnv,
  args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { code, stdout, stderr } = await runTool('docker', args, { env })
  return { code, stdout: stdout.toString('utf8'), stderr }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
