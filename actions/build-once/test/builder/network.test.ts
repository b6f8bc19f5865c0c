import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { type BuildkitOptions, ensureTools, startBuildkit } from '@sluice-lab/servers'
import { confine } from '../../src/builder/builder-container.ts'
import { buildContext } from './context.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-network-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('a step of a build by the BuildKit of the rehearsal', () => {
  let server: Server
  let connections = 0

  beforeAll(async () => {
    server = createServer(socket => {
      connections += 1
      socket.destroy()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })

  afterAll(() => {
    server.close()
  })

  async function connectionsFromRun(network: BuildkitOptions['network'] & string): Promise<number> {
    const tools = await ensureTools({ only: ['buildkitd', 'buildctl', 'runc'] })
    const { port } = server.address() as { readonly port: number }
    // A static program that connects, and fails.
    const run = ['/connect', '--addr', `tcp://127.0.0.1:${port}`, '--timeout', '1', 'debug', 'workers']
    const context = await buildContext({ Dockerfile: `FROM scratch\nCOPY connect /\nRUN ${JSON.stringify(run)}\n` })
    await copyFile(tools.buildctl, join(context, 'connect'))
    const buildkit = await startBuildkit({ tools, directory: join(folder, 'buildkit'), network })
    connections = 0
    try {
      const built = await runCommand(tools.buildctl, [
        ...['--addr', buildkit.address, 'build', '--progress=plain', '--frontend=dockerfile.v0'],
        ...[`--local=context=${context}`, `--local=dockerfile=${context}`]
      ])
      expect(built.stderr).toContain('/connect --addr')
      return connections
    } finally {
      await buildkit.stop()
      await rm(context, { recursive: true })
    }
  }

  it("does not reach the loopback of this machine, where the rehearsal's AWS and registry listen", async () => {
    expect(await connectionsFromRun('own')).toBe(0)
  }, 60_000)

  it('would reach it by the network of the machine', async () => {
    expect(await connectionsFromRun('host')).toBeGreaterThan(0)
  }, 60_000)
})

describe("the way from a builder's container to the machine", () => {
  const processes: ChildProcess[] = []
  let machine = 0
  let container = 0

  afterEach(async () => {
    for (const child of processes.splice(0).reverse()) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })

  /** A network namespace, by the process that holds it. */
  async function networkNamespace(): Promise<number> {
    const holder = spawn('unshare', ['--net', 'sleep', '300'], { stdio: 'ignore' })
    processes.push(holder)
    const { pid } = holder
    if (pid === undefined) throw new Error('unshare did not start.')
    const ours = await readlink('/proc/self/ns/net')
    for (let tries = 0; (await readlink(`/proc/${pid}/ns/net`)) === ours; tries += 1) {
      if (tries > 200) throw new Error('unshare made no namespace.')
      await sleep(20)
    }
    return pid
  }

  async function inside(pid: number, ...command: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand('nsenter', [`--net=/proc/${pid}/ns/net`, ...command])
    return code === 0 ? stdout.toString('utf8').trim() : `${code}: ${stderr}`
  }

  /** Two namespaces like a machine with docker's bridge and a container behind it. Nothing of them is connected to anything else. */
  async function connect(): Promise<void> {
    machine = await networkNamespace()
    container = await networkNamespace()
    const commands: readonly (readonly [number, string])[] = [
      [machine, `ip link add bridge0 type veth peer name eth0 netns ${container}`],
      [machine, 'ip link set lo up'],
      [machine, 'ip address add 172.30.0.1/24 dev bridge0'],
      // The metadata service of a cloud, and a server of the internet (RFC 5737), both behind the machine.
      [machine, 'ip address add 169.254.169.254/32 dev lo'],
      [machine, 'ip address add 192.0.2.1/32 dev lo'],
      [machine, 'ip link set bridge0 up'],
      [container, 'ip link set lo up'],
      [container, 'ip address add 172.30.0.2/24 dev eth0'],
      [container, 'ip link set eth0 up'],
      [container, 'ip route add default via 172.30.0.1']
    ]
    for (const [pid, command] of commands)
      expect([command, await inside(pid, ...command.split(' '))]).toEqual([command, ''])
    const listener = spawn(
      'nsenter',
      [
        `--net=/proc/${machine}/ns/net`,
        process.execPath,
        '-e',
        'require("net").createServer(s => s.destroy()).listen(8080, "0.0.0.0", () => console.log("listening"))'
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] }
    )
    processes.push(listener)
    if (listener.stdout !== null) await once(listener.stdout, 'data')
  }

  async function reaches(address: string): Promise<boolean> {
    const script = `const s = require("net").connect({ host: "${address}", port: 8080, timeout: 3000 })
      s.on("connect", () => { console.log("connected"); process.exit() })
      s.on("timeout", () => process.exit(1)); s.on("error", () => process.exit(1))`
    return (await inside(container, process.execPath, '-e', script)) === 'connected'
  }

  /** A `docker` that has this container, and runs what is asked for in its network. */
  async function docker(facts: string): Promise<NodeJS.ProcessEnv> {
    const script = `#!/bin/sh
case "$1" in
  inspect) echo '${facts}' ;;
  exec) shift 2; exec nsenter --net=/proc/${container}/ns/net "$@" ;;
esac`
    await writeFile(join(folder, 'docker'), script)
    await chmod(join(folder, 'docker'), 0o755)
    return { PATH: `${folder}:${process.env['PATH']}` }
  }

  it('is closed, to its metadata service, too, and the way beyond it stays open', async () => {
    await connect()
    const addresses = ['172.30.0.1', '169.254.169.254', '192.0.2.1']
    expect(await Promise.all(addresses.map(reaches))).toEqual([true, true, true])
    const env = await docker('bridge v4=172.30.0.1 v6=')

    expect(await confine(env, ['tea0'])).toBeUndefined()
    expect(await Promise.all(addresses.map(reaches))).toEqual([false, false, true])

    // Each job does it, and the container lives on.
    expect(await confine(env, ['tea0'])).toBeUndefined()
  }, 30_000)

  it('that cannot be closed is told', async () => {
    await connect()
    // An address of the container itself is always reached.
    const env = await docker('bridge v4=172.30.0.2 v6=')

    expect(await confine(env, ['tea0'])).toBe(
      'the way from its container to this machine cannot be closed (172.30.0.2 is still reached)'
    )
  }, 30_000)

  it('of a container that docker does not show is told, and of no container', async () => {
    const nothing = { PATH: folder }
    await writeFile(join(folder, 'docker'), '#!/bin/sh\necho "Error: No such object: $4" >&2; exit 1')
    await chmod(join(folder, 'docker'), 0o755)

    expect(await confine(nothing, ['tea0'])).toBe(
      'docker does not show the container buildx_buildkit_tea0 (Error: No such object: buildx_buildkit_tea0)'
    )
    expect(await confine(nothing, [])).toBe('docker does not say in which containers it runs')
  })
})
