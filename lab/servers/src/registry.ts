import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plainEnvironment } from './plain-env.ts'
import { type Server, startServer } from './server.ts'
import type { Tools } from './tools.ts'

export interface RegistryOptions {
  readonly tools: Pick<Tools, 'dockerRegistry'>
  /** What is pushed lives here and is found again by the next start; created when absent. */
  readonly storage: string
  readonly port?: number
}

/**
 * Starts the reference OCI registry (CNCF Distribution), without credentials, on plain HTTP.
 * `host` is what image references begin with.
 */
export async function startRegistry(options: RegistryOptions): Promise<Server & { readonly host: string }> {
  const { storage } = options
  await mkdir(storage, { recursive: true })
  const server = await startServer({
    name: 'docker-registry',
    ...(options.port === undefined ? {} : { port: options.port }),
    healthPath: '/v2/',
    command: async port => {
      const configuration = join(storage, 'registry.yml')
      await writeFile(configuration, configurationFor(storage, port))
      return {
        file: options.tools.dockerRegistry,
        args: ['serve', configuration],
        logFile: join(storage, 'registry.log'),
        env: { ...plainEnvironment(), OTEL_TRACES_EXPORTER: 'none' }
      }
    }
  })
  return { ...server, host: new URL(server.url).host }
}

/** JSON is YAML, and quotes any path. */
function configurationFor(storage: string, port: number): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'loopback' }
  })
}
