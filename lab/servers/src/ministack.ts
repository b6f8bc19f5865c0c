import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainEnvironment } from './plain-env.ts'
import { type Server, startServer } from './server.ts'
import type { Tools } from './tools.ts'

export interface MinistackOptions {
  readonly tools: Pick<Tools, 'ministack'>
  /** Its state, log and temporary files; created when absent. Two emulators must not share one. */
  readonly directory: string
  /** The account of requests whose access key id names none. A key id of 12 digits is its account. */
  readonly accountId: string
  /** The region of requests that name none. */
  readonly region: string
  readonly port?: number
  /** Enforces IAM: policies, and the trust policy of each role that is assumed. The world of a rehearsal does. */
  readonly enforceIam: boolean
  /** Keeps the state in `directory`, for the next start there. Off unless told. */
  readonly keepState?: boolean
}

/** Starts the emulator so that it knows of a job's token what AWS does. */
const OF_GITHUB = fileURLToPath(new URL('../python/ministack_of_github.py', import.meta.url))

/**
 * Starts the AWS emulator: one server for all accounts and regions, empty unless it kept its state.
 * Nothing is in a container: what would need Docker (task containers, databases) only exists on paper.
 */
export async function startMinistack(options: MinistackOptions): Promise<Server> {
  const { directory } = options
  const temporary = join(directory, 'tmp')
  await mkdir(temporary, { recursive: true })
  return startServer({
    name: 'ministack',
    ...(options.port === undefined ? {} : { port: options.port }),
    healthPath: '/_ministack/health',
    command: port => ({
      // The Python of the folder that ministack is installed in.
      file: join(dirname(options.tools.ministack), 'python3'),
      args: [OF_GITHUB],
      cwd: directory,
      logFile: join(directory, 'ministack.log'),
      env: {
        ...plainEnvironment(),
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: options.accountId,
        MINISTACK_REGION: options.region,
        AUTH: String(options.enforceIam),
        PERSIST_STATE: options.keepState === true ? '1' : '0',
        S3_PERSIST: options.keepState === true ? '1' : '0',
        STATE_DIR: join(directory, 'state'),
        S3_DATA_DIR: join(directory, 's3'),
        TMPDIR: temporary,
        // Listeners on fixed ports, which a second emulator could not open.
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        // It removes containers that an earlier emulator left; whose containers those are is not ours to guess.
        DOCKER_HOST: `unix://${join(directory, 'no-docker.sock')}`
      }
    })
  })
}
