import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { DOCKER_TOOLS, type Docker, type DockerOptions, startDocker } from '../src/docker.ts'
import { runningProcesses } from '../src/processes.ts'
import { ensureTools } from '../src/tools.ts'
import { eventually } from './eventually.ts'
import { startParent } from './parent.ts'
import { scratchDirectory } from './scratch.ts'

const DIGEST = `sha256:${'5'.repeat(64)}`

let tools: DockerOptions['tools']

beforeAll(async () => {
  tools = await ensureTools({ only: DOCKER_TOOLS })
}, 600_000)

async function docker(server: Pick<Docker, 'env'>, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], ...server.env }
  const { code, stdout, stderr } = await runCommand(tools.docker, args, { env })
  return code === 0 ? stdout.toString('utf8').trim() : `${code}: ${stderr.trim()}`
}

/** Processes that have this folder on their command line. */
const workingIn = (folder: string) => runningProcesses().filter(({ command }) => command.includes(folder))

it('runs privileged containers of BuildKit by digest, has buildx, asks nobody outside, and leaves nothing when it is stopped', async () => {
  const directory = scratchDirectory()
  const server = await startDocker({ tools, directory, buildkit: [DIGEST] })

  const containers = ['run', '--detach', '--privileged', `moby/buildkit:v1@${DIGEST}`] as const
  const id = await docker(server, ...containers)
  const workers = await eventuallyPrints(
    () => docker(server, 'exec', '--privileged', id, 'buildctl', 'debug', 'workers'),
    'linux/'
  )
  const networks = await docker(server, 'network', 'ls', '--format', '{{.Name}}')
  const buildx = await docker(server, 'buildx', 'ls')
  const pulled = await docker(server, 'pull', 'tea:latest')
  const socket = server.env.DOCKER_HOST.slice('unix://'.length)
  const before = workingIn(directory).length
  await server.stop()

  expect(id).toMatch(/^[0-9a-f]{64}$/)
  expect(workers).toContain('linux/')
  expect(networks.split('\n').sort()).toEqual(['host', 'none'])
  expect(buildx).toContain('default')
  expect(pulled).toMatch(/^1: .*127\.0\.0\.1:9/)
  expect(before).toBeGreaterThan(1)
  expect(workingIn(directory)).toEqual([])
  expect(existsSync(socket)).toBe(false)
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
  await server.stop()
}, 120_000)

it('ends with all its containers when the process that started it is killed', async () => {
  const directory = join(scratchDirectory(), 'docker')
  const parent = await startParent(`
    const tools = await machine.ensureTools({ only: ${JSON.stringify(DOCKER_TOOLS)} })
    const { env, image } = await machine.startDocker({ tools, directory: ${JSON.stringify(directory)} })
    print({ env, image })
    await new Promise(resolve => setTimeout(resolve, 600_000))
  `)
  const server = parent.said as Pick<Docker, 'env' | 'image'>
  const id = await docker(server, 'run', '--detach', '--privileged', server.image, '--addr', `unix://${directory}/sock`)
  const contained = () => runningProcesses().filter(({ command }) => command.includes(`unix://${directory}/sock`))
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  expect(contained().length).toBeGreaterThan(0)

  parent.child.kill('SIGKILL')
  await parent.exited

  expect(await eventually(() => workingIn(directory).length + contained().length === 0)).toBe(true)
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory)
}, 120_000)

it('says what its last words were when it does not start', async () => {
  const started = startDocker({ tools: { ...tools, containerd: '/does/not/exist' }, directory: scratchDirectory() })

  await expect(started).rejects.toThrow(/^dockerd ended with code 1 before it was ready.*containerd/s)
}, 60_000)

async function eventuallyPrints(ask: () => Promise<string>, text: string): Promise<string> {
  let said = ''
  for (let attempt = 0; attempt < 100 && !said.includes(text); attempt++) said = await ask()
  return said
}
