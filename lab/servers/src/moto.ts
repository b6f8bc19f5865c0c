import { join } from 'node:path'
import { plainEnvironment } from './plain-env.ts'
import { type Server, startServer } from './server.ts'
import type { Tools } from './tools.ts'

export interface MotoOptions {
  readonly tools: Pick<Tools, 'motoServer'>
  /** Where its log goes; created when absent. */
  readonly directory: string
  readonly port?: number
}

/** Starts moto, the second opinion on AWS in tests: every service, all in memory, changes happen at once. */
export async function startMoto(options: MotoOptions): Promise<Server> {
  return startServer({
    name: 'moto',
    ...(options.port === undefined ? {} : { port: options.port }),
    healthPath: '/moto-api/data.json',
    command: port => ({
      file: options.tools.motoServer,
      args: ['-H', '127.0.0.1', '-p', String(port)],
      logFile: join(options.directory, 'moto.log'),
      env: plainEnvironment()
    })
  })
}
