import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { membersOf } from '../src/processes.ts'
import { type ServerOptions, startServer } from '../src/server.ts'
import { scratchDirectory } from './scratch.ts'

/** A server that answers 503 until it is ready, `delay` milliseconds after its start. */
function program(directory: string, port: number, delay = 0) {
  const script = `
    const start = Date.now()
    require('node:http').createServer((request, response) => {
      response.statusCode = Date.now() - start >= ${delay} ? 200 : 503
      response.end()
    }).listen(${port}, '127.0.0.1', () => console.log('listening'))
  `
  return { file: process.execPath, args: ['-e', script], logFile: join(directory, 'server.log') }
}

function options(directory: string, more: Partial<ServerOptions> = {}): ServerOptions {
  return { name: 'sample', healthPath: '/', command: port => program(directory, port), ...more }
}

const listeners: Server[] = []

afterEach(async () => {
  for (const listener of listeners.splice(0)) await close(listener)
})

/** Takes a port (0: any) as some other program would, until the end of the test. */
async function occupy(port: number): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(404).end())
  listeners.push(server)
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return server
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('starting a server', () => {
  it('resolves when the server is ready, and stops it', async () => {
    const directory = scratchDirectory()

    const server = await startServer(options(directory, { command: port => program(directory, port, 300) }))
    const status = (await fetch(server.url)).status
    await server.stop()
    await server.stop()

    expect(status).toBe(200)
    expect(membersOf(server.pid)).toEqual([])
    await expect(fetch(server.url)).rejects.toThrow()
  })

  it('uses the port it is told', async () => {
    const directory = scratchDirectory()
    const other = await occupy(0)
    const port = portOf(other)
    await close(other)

    const server = await startServer(options(directory, { port }))
    await server.stop()

    expect(server.url).toBe(`http://127.0.0.1:${port}`)
  })

  it('refuses a port that is in use, naming server and port', async () => {
    const port = portOf(await occupy(0))

    const started = startServer(options(scratchDirectory(), { port }))

    await expect(started).rejects.toThrow(`sample cannot listen on 127.0.0.1:${port}: the port is in use`)
  })

  it('takes another port when somebody was faster on the first one', async () => {
    const directory = scratchDirectory()
    const asked: number[] = []

    const server = await startServer(
      options(directory, {
        async command(port) {
          if (asked.length === 0) await occupy(port)
          asked.push(port)
          return program(directory, port)
        }
      })
    )
    await server.stop()

    expect(asked).toHaveLength(2)
    expect(server.url).toBe(`http://127.0.0.1:${asked[1]}`)
  })

  it('says with which code and last words a server ended that never got ready', async () => {
    const directory = scratchDirectory()
    const command = { file: 'sh', args: ['-c', 'echo no licence; exit 3'], logFile: join(directory, 'server.log') }

    const started = startServer(options(directory, { command: () => command }))

    await expect(started).rejects.toThrow(/^sample ended with code 3 before it was ready.*server\.log:\nno licence$/s)
  })

  it('gives up at the deadline and ends what it started', async () => {
    const directory = scratchDirectory()

    const started = startServer(
      options(directory, { deadline: 1_000, command: port => program(directory, port, 60_000) })
    )

    await expect(started).rejects.toThrow(/^sample was not ready after 1 s.*listening$/s)
  })
})
