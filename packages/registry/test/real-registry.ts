import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommand } from '@sluice/core'
import { ensureTools, startRegistry, startServer } from '@sluice-lab/servers'

/** Debian's docker-registry, with skopeo beside it as the second opinion. */
export interface RealRegistry {
  readonly host: string
  readonly url: string
  /** A new empty directory. */
  directory(): Promise<string>
  /** A manifest's bytes, as skopeo reads them. */
  raw(image: string): Promise<Buffer>
  /** What skopeo says a tag names. */
  digestOf(image: string): Promise<string>
  /** Copies an image out by skopeo, all platforms; throws when skopeo finds a fault. */
  copy(image: string, directory: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a registry. `auth` is its own configuration of authentication (distribution, "Configuration"). */
export async function startRealRegistry(auth?: (directory: string) => Promise<object>): Promise<RealRegistry> {
  const root = await mkdtemp(path.join(tmpdir(), 'registry-'))
  const tools = await ensureTools({ only: ['dockerRegistry', 'skopeo'] })
  const storage = path.join(root, 'storage')
  const server =
    auth === undefined
      ? await startRegistry({ tools, storage })
      : await startGuarded(tools.dockerRegistry, storage, await auth(root))
  const host = new URL(server.url).host
  let count = 0
  const skopeo = async (...args: readonly string[]): Promise<Buffer> => {
    const { code, stdout, stderr } = await runCommand(tools.skopeo, args)
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  return {
    host,
    url: server.url,
    async directory() {
      const directory = path.join(root, `d${count++}`)
      await mkdir(directory)
      return directory
    },
    raw: image => skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/${image}`),
    digestOf: async image =>
      (
        await skopeo(
          'inspect',
          '--no-tags',
          '--format',
          '{{.Digest}}',
          '--tls-verify=false',
          `docker://${host}/${image}`
        )
      )
        .toString()
        .trim(),
    copy: async (image, directory) => {
      await skopeo('copy', '--all', '--src-tls-verify=false', `docker://${host}/${image}`, `oci:${directory}:copy`)
    },
    async stop() {
      await server.stop()
      await rm(root, { recursive: true })
    }
  }
}

async function startGuarded(
  dockerRegistry: string,
  storage: string,
  auth: object
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  await mkdir(storage, { recursive: true })
  return startServer({
    name: 'docker-registry',
    // Everything below /v2/ asks for credentials.
    healthPath: '/',
    command: async port => {
      const file = path.join(storage, 'registry.yml')
      await writeFile(
        file,
        JSON.stringify({
          version: 0.1,
          storage: { filesystem: { rootdirectory: storage } },
          http: { addr: `127.0.0.1:${port}`, secret: 'loopback' },
          auth
        })
      )
      return {
        file: dockerRegistry,
        args: ['serve', file],
        logFile: path.join(storage, 'registry.log'),
        env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' }
      }
    }
  })
}
