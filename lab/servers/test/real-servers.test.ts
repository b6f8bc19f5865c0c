import { randomInt } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { hexOf, runCommand, sha256 } from '@sluice/core'
import { type Buildkit, startBuildkit } from '../src/buildkit.ts'
import { startMinistack } from '../src/ministack.ts'
import { startMoto } from '../src/moto.ts'
import { runningProcesses } from '../src/processes.ts'
import { startRegistry } from '../src/registry.ts'
import { ensureTools, type Tools } from '../src/tools.ts'
import { eventually } from './eventually.ts'
import { startParent } from './parent.ts'
import { scratchDirectory } from './scratch.ts'

const NEEDED = [
  'actionlint',
  'buildctl',
  'buildkitd',
  'dockerRegistry',
  'ministack',
  'motoServer',
  'runc',
  'skopeo'
] as const

let tools: Pick<Tools, (typeof NEEDED)[number]>

beforeAll(async () => {
  tools = await ensureTools({ only: NEEDED })
}, 600_000)

describe('ministack', () => {
  const aws = (directory: string) => ({
    tools,
    directory,
    accountId: '111111111111',
    region: 'eu-west-1',
    enforceIam: false
  })

  it('runs twice at once, each with its own state', async () => {
    const root = scratchDirectory()

    const servers = await Promise.all([startMinistack(aws(join(root, '1'))), startMinistack(aws(join(root, '2')))])
    const [one, two] = servers
    await fetch(`${one.url}/bucket`, { method: 'PUT' })
    const found = await Promise.all(servers.map(async ({ url }) => (await fetch(`${url}/bucket`)).status))
    await Promise.all(servers.map(server => server.stop()))

    expect(one.url).not.toBe(two.url)
    expect(found).toEqual([200, 404])
  })

  it('forgets everything at its end, unless it is told to keep its state', async () => {
    const root = scratchDirectory()
    const seenByNextStart = async (keepState: boolean): Promise<number> => {
      const options = { ...aws(join(root, String(keepState))), keepState }
      const first = await startMinistack(options)
      await fetch(`${first.url}/bucket`, { method: 'PUT' })
      await first.stop()
      const second = await startMinistack(options)
      const { status } = await fetch(`${second.url}/bucket`)
      await second.stop()
      return status
    }

    expect(await seenByNextStart(false)).toBe(404)
    expect(await seenByNextStart(true)).toBe(200)
  })
})

describe('moto', () => {
  it('answers as AWS would', async () => {
    const server = await startMoto({ tools, directory: scratchDirectory() })

    const response = await fetch(`${server.url}/?Action=GetCallerIdentity&Version=2011-06-15`, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/sts/aws4_request' }
    })
    const text = await response.text()
    await server.stop()

    expect(text).toContain('<Account>123456789012</Account>')
  })
})

describe('the registry', () => {
  it('keeps what was pushed for the next start', async () => {
    const storage = join(scratchDirectory(), 'storage')
    const layout = imageLayout(scratchDirectory())
    const image = ({ host }: { host: string }) => `docker://${host}/product/unit:tag`

    const first = await startRegistry({ tools, storage })
    const pushed = await runCommand(tools.skopeo, [
      'copy',
      '--dest-tls-verify=false',
      `oci:${layout}:tag`,
      image(first)
    ])
    await first.stop()
    const second = await startRegistry({ tools, storage })
    const inspected = await runCommand(tools.skopeo, ['inspect', '--tls-verify=false', '--raw', image(second)])
    await second.stop()

    expect(pushed).toMatchObject({ code: 0 })
    expect(inspected.code).toBe(0)
    expect(JSON.parse(inspected.stdout.toString('utf8'))).toMatchObject({ schemaVersion: 2 })
  })
})

describe('BuildKit', () => {
  it('builds twice at once, from empty caches, the same digest', async () => {
    const root = scratchDirectory()
    const context = buildContext(join(root, 'context'), '["/app", "-version"]')

    const daemons = await Promise.all(
      ['1', '2'].map(name => startBuildkit({ tools, directory: join(root, name), network: 'none' }))
    )
    const digests = await Promise.all(
      daemons.map(async (daemon, index) => {
        const output = join(root, `image-${index}`)
        const { code, stderr } = await build(daemon, context, output)
        expect([code, stderr]).toEqual([0, expect.stringContaining('built with go')])
        return JSON.parse(readFileSync(join(output, 'index.json'), 'utf8')).manifests[0].digest
      })
    )
    await Promise.all(daemons.map(daemon => daemon.stop()))

    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(digests[1]).toBe(digests[0])
    for (const { address } of daemons) expect(existsSync(address.slice('unix://'.length))).toBe(false)
  })

  it.each([
    ['stopped', (daemon: Buildkit) => daemon.stop()],
    ['killed', async (daemon: Buildkit) => void process.kill(-daemon.pid, 'SIGKILL')]
  ])('leaves nothing of a running build behind when it is %s', async (_, end) => {
    const root = scratchDirectory()
    // Nobody answers there: the step has a network of its own, and asks until it is ended.
    const asked = `127.0.0.1:${randomInt(1024, 65_536)}`
    const context = buildContext(
      join(root, 'context'),
      `["/app", "--addr", "tcp://${asked}", "--timeout", "600", "--wait", "debug", "workers"]`,
      tools.buildctl
    )
    const daemon = await startBuildkit({ tools, directory: join(root, 'daemon') })
    const building = build(daemon, context, join(root, 'image'))
    const runs = (): boolean => runningProcesses().some(({ command }) => command.includes(asked))
    expect(await eventually(runs, 50_000)).toBe(true)

    await end(daemon)

    expect((await building).code).not.toBe(0)
    expect(await eventually(() => !runs())).toBe(true)
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(root)
    await daemon.stop()
    expect(existsSync(daemon.address.slice('unix://'.length))).toBe(false)
  })

  it('says what its last words were when it does not start', async () => {
    const root = scratchDirectory()
    const started = startBuildkit({ tools: { ...tools, runc: '/does/not/exist' }, directory: root })

    await expect(started).rejects.toThrow(
      /^buildkitd ended with code 1 before it was ready.*failed to find \/does\/not\/exist/s
    )
  })
})

describe('all servers', () => {
  it('are gone when their parent was killed with SIGKILL', async () => {
    const root = scratchDirectory()
    const parent = await startParent(`
      const tools = await machine.ensureTools({ only: ${JSON.stringify(NEEDED)} })
      const servers = await Promise.all([
        machine.startMinistack({
          tools, directory: ${JSON.stringify(join(root, 'aws'))}, accountId: '111111111111', region: 'eu-west-1',
          enforceIam: false
        }),
        machine.startRegistry({ tools, storage: ${JSON.stringify(join(root, 'registry'))} }),
        machine.startMoto({ tools, directory: ${JSON.stringify(join(root, 'moto'))} }),
        machine.startBuildkit({ tools, directory: ${JSON.stringify(join(root, 'buildkit'))} })
      ])
      print(servers.map(server => server.pid))
      await new Promise(resolve => setTimeout(resolve, 600_000))
    `)
    const groups = new Set(Array.isArray(parent.said) ? parent.said : [])
    expect(runningProcesses().filter(({ group }) => groups.has(group)).length).toBeGreaterThanOrEqual(8)

    parent.child.kill('SIGKILL')
    await parent.exited

    expect(await eventually(() => !runningProcesses().some(({ group }) => groups.has(group)))).toBe(true)
  })
})

/** A context whose Dockerfile needs no network: one static program, which the build runs. */
function buildContext(directory: string, run: string, program = tools.actionlint): string {
  mkdirSync(directory, { recursive: true })
  copyFileSync(program, join(directory, 'app'))
  writeFileSync(join(directory, 'Dockerfile'), `FROM scratch\nCOPY app /app\nRUN ${run}\nENTRYPOINT ["/app"]\n`)
  return directory
}

async function build(daemon: Buildkit, context: string, output: string) {
  return runCommand(tools.buildctl, [
    ...['--addr', daemon.address, 'build', '--progress', 'plain', '--frontend', 'dockerfile.v0'],
    ...['--local', `context=${context}`, '--local', `dockerfile=${context}`],
    ...['--opt', 'build-arg:SOURCE_DATE_EPOCH=1700000000'],
    ...['--output', `type=oci,dest=${output},tar=false,rewrite-timestamp=true`]
  ])
}

/** The smallest image there is: a configuration and no layers, as an OCI layout. */
function imageLayout(directory: string): string {
  const blob = (content: unknown, mediaType: string) => {
    const bytes = Buffer.from(JSON.stringify(content))
    const digest = sha256(bytes)
    mkdirSync(join(directory, 'blobs', 'sha256'), { recursive: true })
    writeFileSync(join(directory, 'blobs', 'sha256', hexOf(digest)), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const config = blob(
    { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, config: {} },
    'application/vnd.oci.image.config.v1+json'
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = blob({ schemaVersion: 2, mediaType, config, layers: [] }, mediaType)
  const annotations = { 'org.opencontainers.image.ref.name': 'tag' }
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(
    join(directory, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  )
  return directory
}
