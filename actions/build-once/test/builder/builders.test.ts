import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, hexOf, runCommand, sha256 } from '@sluice/core'
import {
  type Buildkit,
  DOCKER_TOOLS,
  type Docker,
  type DockerOptions,
  ensureTools,
  type Server,
  startBuildkit,
  startDocker,
  startRegistry,
  type Tools
} from '@sluice-lab/servers'
import { type Builder, type BuilderChoice, detectBuilder, type ImageRequest } from '../../src/builder/index.ts'
import { buildContext } from './context.ts'
import { recordedLog } from './recorded-log.ts'
import { copyShell } from './shell.ts'

let root = ''
let tools: DockerOptions['tools'] & Pick<Tools, 'dockerRegistry' | 'skopeo'>
let buildkit: Buildkit
let docker: Docker
let registry: Server & { readonly host: string }
const made: string[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-builders-'))
  tools = await ensureTools({ only: [...DOCKER_TOOLS, 'dockerRegistry', 'skopeo'] })
  const starting = [
    startBuildkit({ tools, directory: join(root, 'buildkit') }),
    startRegistry({ tools, storage: join(root, 'registry') }),
    startDocker({ tools, directory: join(root, 'docker') })
  ] as const
  buildkit = await starting[0]
  registry = await starting[1]
  docker = await starting[2]
  // As docker/setup-buildx-action does, on this machine's network, where the registry is.
  const options = ['--driver', 'docker-container', '--driver-opt', `image=${docker.image},network=host`]
  const selected = await runCommand(tools.docker, ['buildx', 'create', '--name', 'tea', '--use', ...options], {
    env: { ...process.env, ...docker.env }
  })
  expect([selected.code, selected.stderr]).toEqual([0, ''])
}, 600_000)

afterAll(async () => {
  await Promise.all([buildkit.stop(), registry.stop(), docker.stop()])
  await rm(root, { recursive: true, force: true })
})

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function context(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await buildContext(files)
  made.push(directory)
  return directory
}

async function builder(choice: BuilderChoice): Promise<Builder> {
  const env = {
    ...process.env,
    PATH: `${dirname(tools.buildctl)}:${process.env['PATH']}`,
    BUILDKIT_HOST: buildkit.address,
    ...docker.env
  }
  return detectBuilder(choice, { env, sandbox: 'none', log: recordedLog() })
}

async function imageRequest(directory: string, more: Partial<ImageRequest> = {}): Promise<ImageRequest> {
  const layout = await mkdtemp(join(root, 'layout-'))
  const dockerfile = 'Dockerfile'
  return { context: directory, dockerfile, args: {}, platforms: [], layout, log: recordedLog(), ...more }
}

async function blob(layout: string, digest: Digest): Promise<Record<string, never>> {
  return JSON.parse(await readFile(join(layout, 'blobs/sha256', hexOf(digest)), 'utf8'))
}

describe.each(['buildkit', 'buildx', 'buildah'] as const)('%s', choice => {
  it('writes an image layout of which every blob hashes to its name', async () => {
    const request = await imageRequest(await context())

    const { digest, base } = await (await builder(choice)).buildImage(request)

    const names = await readdir(join(request.layout, 'blobs/sha256'))
    const contents = await Promise.all(names.map(name => readFile(join(request.layout, 'blobs/sha256', name))))
    expect(contents.map(content => hexOf(sha256(content)))).toEqual(names)
    expect((await readdir(request.layout)).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
    expect(base).toEqual([])
    const inspected = await runCommand(tools.skopeo, ['inspect', '--format', '{{.Digest}}', `oci:${request.layout}`])
    expect(inspected.stdout.toString('utf8').trim()).toBe(digest)
  })

  it('builds the same bytes again, whatever time the files have', async () => {
    const directory = await context()
    const program = await builder(choice)

    const one = await program.buildImage(await imageRequest(directory))
    await utimes(join(directory, 'greeting.txt'), 2_000_000_000, 2_000_000_000)
    const again = await program.buildImage(await imageRequest(directory))

    expect(again.digest).toBe(one.digest)
  })

  it('passes build arguments and stages on', async () => {
    const directory = await context()
    const program = await builder(choice)

    const request = await imageRequest(directory, { args: { EDITION: 'a b "c" $HOME' }, target: 'service' })
    const { digest } = await program.buildImage(request)

    const manifest = (await blob(request.layout, digest)) as { readonly config?: { readonly digest: Digest } }
    const config = await blob(request.layout, manifest.config?.digest ?? sha256(''))
    expect(config).toMatchObject({ created: '1970-01-01T00:00:00Z', config: { Labels: { edition: 'a b "c" $HOME' } } })
    expect(config).not.toHaveProperty('config.Entrypoint')
  })

  it('gives the files of a stage, and no others', async () => {
    const { layout: folder, ...request } = await imageRequest(
      await context({ Dockerfile: 'FROM scratch AS files\nCOPY greeting.txt /a/b.txt\nFROM files\nCOPY bin /bin\n' })
    )

    const fetched = await (await builder(choice)).buildFiles({ ...request, target: 'files', folder })

    expect(await readdir(folder, { recursive: true })).toEqual(['a', 'a/b.txt'])
    expect(await readFile(join(folder, 'a/b.txt'), 'utf8')).toBe('Hello.\n')
    expect(fetched).toEqual(choice === 'buildah' ? { base: [] } : { base: [], resolvedDependencies: [] })
  })

  it('has a step mount a secret, which is in no layer and no log', async () => {
    const log = recordedLog()
    const directory = await context()
    await copyShell(directory)
    await writeFile(
      join(directory, 'Dockerfile'),
      `FROM scratch AS made
COPY bin /bin
COPY lib /lib
COPY lib64 /lib64
RUN --mount=type=secret,id=TOKEN read -r it < /run/secrets/TOKEN; [ "\${it%sesame}" = "open " ] && echo read > /made.txt
FROM scratch AS files
COPY --from=made /made.txt /
`
    )
    const { layout: folder, ...request } = await imageRequest(directory, { log, secrets: { TOKEN: 'open sesame' } })

    await (await builder(choice)).buildFiles({ ...request, target: 'files', folder })

    expect(await readFile(join(folder, 'made.txt'), 'utf8')).toBe('read\n')
    expect(log.lines.join('\n')).not.toContain('open sesame')
  })

  it('runs a test target and shows its output', async () => {
    const log = recordedLog()

    await (await builder(choice)).runTarget({ ...(await imageRequest(await context(), { log })), target: 'test' })

    expect(log.lines.join('\n')).toContain('self-test passed')
  })

  it('refuses the unit when its test target fails, and names Dockerfile and target', async () => {
    const request = { ...(await imageRequest(await context({ 'greeting.txt': '' }))), target: 'test' }

    await expect((await builder(choice)).runTarget(request)).rejects.toThrow(/Dockerfile, target test, failed in build/)
  })

  it('refuses a target that the Dockerfile lacks', async () => {
    const request = await imageRequest(await context(), { target: 'absent' })

    await expect((await builder(choice)).buildImage(request)).rejects.toThrow(/target absent, failed in .*absent/)
  })

  it('never prints a line of the build that the runner would obey', async () => {
    const evil = '::add-mask::x\r::set-output name=a::b ##[error]boom'
    const log = recordedLog()
    const dockerfile = `FROM scratch\nCOPY bin/worker greeting.txt /\nENV GREETING=/absent\nRUN ["/worker", "${evil.replace('\r', '')}"]\n`
    const request = await imageRequest(await context({ Dockerfile: dockerfile, 'greeting.txt': evil }), { log })

    await expect((await builder(choice)).buildImage(request)).rejects.toThrow()

    expect(log.lines.length).toBeGreaterThan(3)
    expect(log.lines.filter(line => !line.startsWith('| ') || line.includes('##[') || line.includes('\r'))).toEqual([])
  })

  it.each(['SOURCE_DATE_EPOCH', 'BUILDKIT_SYNTAX'])('refuses the build argument %s', async name => {
    const request = await imageRequest(await context(), { args: { [name]: '1' } })

    await expect((await builder(choice)).buildImage(request)).rejects.toThrow(`Build argument ${name} is reserved`)
  })

  it('reports what the base image resolved to', async () => {
    const program = await builder(choice)
    const baseRequest = await imageRequest(await context())
    const base = await program.buildImage(baseRequest)
    const name = `${registry.host}/tea/base`
    const copied = await runCommand(tools.skopeo, [
      'copy',
      '--dest-tls-verify=false',
      `oci:${baseRequest.layout}`,
      `docker://${name}:1`
    ])
    expect([copied.code, copied.stderr]).toEqual([0, ''])
    const configuration = join(root, 'registries.conf')
    await writeFile(configuration, `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`)
    process.env['CONTAINERS_REGISTRIES_CONF'] = configuration

    const built = await (await builder(choice)).buildImage(
      await imageRequest(await context({ Dockerfile: `FROM ${name}:1\nCOPY greeting.txt /again.txt\n` }))
    )

    expect(built.base).toEqual([{ name: `${name}:1`, digest: base.digest }])
    if (choice !== 'buildah')
      expect(built.resolvedDependencies).toEqual([
        {
          uri: expect.stringContaining(`pkg:docker/${name.replace(':', '%3A')}@1?platform=`),
          digest: { sha256: hexOf(base.digest) }
        }
      ])
  })

  it('keeps a link of the context inside of the context', async () => {
    const directory = await context({ Dockerfile: 'FROM scratch\nCOPY link /copied\n' })
    await symlink('/etc/hostname', join(directory, 'link'))

    await expect((await builder(choice)).buildImage(await imageRequest(directory))).rejects.toThrow('failed in')
  })
})

describe.each(['buildkit', 'buildx'] as const)('%s', choice => {
  it('builds what it was given, also where an earlier context had files of the same names, sizes and times', async () => {
    const program = await builder(choice)
    const build = async (greeting: string, label: string): Promise<Digest> => {
      const dockerfile = `FROM scratch\nCOPY greeting.txt /\nLABEL of=${label}\n`
      const directory = await context({ Dockerfile: dockerfile, 'greeting.txt': greeting })
      for (const name of ['Dockerfile', 'greeting.txt']) await utimes(join(directory, name), 400_000_000, 400_000_000)
      return (await program.buildImage(await imageRequest(directory))).digest
    }

    const digests = [await build('Hello.', 'tea'), await build('Howdy.', 'tea'), await build('Howdy.', 'mug')]

    expect(new Set(digests).size).toBe(3)
  })

  it('builds beside other builds on one daemon what it builds alone: none takes from another what that uses', async () => {
    const program = await builder(choice)
    const build = async (greeting: string, n: number): Promise<Digest> => {
      const dockerfile = 'FROM scratch AS one\nCOPY . /\nFROM scratch\nCOPY --from=one / /\nCOPY greeting.txt /last\n'
      const directory = await context({ Dockerfile: dockerfile, 'greeting.txt': greeting.repeat(100_000) })
      // As contexts have them: each a time of its own.
      for (const name of ['Dockerfile', 'greeting.txt'])
        await utimes(join(directory, name), 400_000_000 + n, 400_000_000 + n)
      return (await program.buildImage(await imageRequest(directory))).digest
    }
    const greetings = ['Hello, Ann', 'Hello, Bob', 'Hello, Cid', 'Hello, Dan']

    const together = await Promise.all(greetings.map(build))
    const alone: Digest[] = []
    for (const [n, greeting] of greetings.entries()) alone.push(await build(greeting, n))

    expect(together).toEqual(alone)
    expect(new Set(together).size).toBe(greetings.length)
  })

  it('reports nothing fetched where nothing was, for several platforms, too', async () => {
    const dockerfile = { Dockerfile: 'FROM scratch\nCOPY greeting.txt /\n' }
    const request = await imageRequest(await context(dockerfile), { platforms: ['linux/amd64', 'linux/arm64'] })

    expect((await (await builder(choice)).buildImage(request)).resolvedDependencies).toEqual([])
  })

  it('refuses an image that holds a download from the machine that built it, and names the download', async () => {
    const server = createServer((_, response) => response.end('secret'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { readonly port: number }
    const address = `http://127.0.0.1:${port}/latest/meta-data`
    const directory = await context({ Dockerfile: `FROM scratch\nADD ${address} /secret\n` })

    await expect((await builder(choice)).buildImage(await imageRequest(directory))).rejects.toThrow(
      `The build fetched "${address}", an address of the machine that built it.`
    )

    server.close()
  })

  it('builds one index for several platforms', async () => {
    const request = await imageRequest(await context({ Dockerfile: 'FROM scratch\nCOPY greeting.txt /\n' }), {
      platforms: ['linux/amd64', 'linux/arm64']
    })

    const { digest } = await (await builder(choice)).buildImage(request)

    expect(await blob(request.layout, digest)).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ platform: { architecture: 'amd64' } }, { platform: { architecture: 'arm64' } }]
    })
  })
})

it('comes to the same digest with buildkit and with buildx', async () => {
  const directory = await context()

  const one = await (await builder('buildkit')).buildImage(await imageRequest(directory))
  const other = await (await builder('buildx')).buildImage(await imageRequest(directory))

  expect(other.digest).toBe(one.digest)
})

describe('buildah', () => {
  it('refuses several platforms at once', async () => {
    const request = await imageRequest(await context(), { platforms: ['linux/amd64', 'linux/arm64'] })

    await expect((await builder('buildah')).buildImage(request)).rejects.toThrow('builds only one platform')
  })

  it('leaves nothing behind', async () => {
    const before = (await readdir(tmpdir())).filter(name => name.startsWith('sluice-buildah-'))

    await (await builder('buildah')).buildImage(await imageRequest(await context()))

    expect((await readdir(tmpdir())).filter(name => name.startsWith('sluice-buildah-'))).toEqual(before)
  })
})
