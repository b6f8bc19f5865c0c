import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, UserError } from '@sluice/core'
import { lastLines, type ProcessOptions, type SupervisedProcess, supervise } from './supervise.ts'

/** A third-party server on this machine, on loopback, ready for requests. It ends when this process ends. */
export interface Server {
  /** Where it listens: `http://127.0.0.1:<port>`, no path. */
  readonly url: string
  /** Leader of its process group. */
  readonly pid: number
  /** Its output. */
  readonly logFile: string
  /** Ends it and all its children; safe to call twice. */
  stop(): Promise<void>
}

export interface ServerOptions {
  /** How it is called in messages. */
  readonly name: string
  /** A port that the caller insists on; without it, a free one. */
  readonly port?: number
  /** The program for a port. Called again with another port when somebody else took the first one meanwhile. */
  readonly command: (port: number) => Promise<ProcessOptions> | ProcessOptions
  /** A path that answers 2xx when the server is ready. */
  readonly healthPath: string
  /** Longest time until it is ready, in milliseconds; a minute unless told. */
  readonly deadline?: number
}

/** Somebody may take a free port before the server does; a second miss in a row has another reason. */
const PORT_ATTEMPTS = 3
const PORT_TAKEN = /address (already )?in use|already in use|EADDRINUSE/i

/**
 * Starts an HTTP server and waits until it is ready.
 * @throws Failure with the last lines of its log when it ends or is not ready in time; UserError when `port` is in use.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new UserError(
      `${options.name} cannot listen on 127.0.0.1:${options.port}: the port is in use. Stop what listens there, or leave the port out to get a free one.`
    )
  }
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const command = await options.command(port)
    const server = supervise(command)
    const url = `http://127.0.0.1:${port}`
    const problem = await untilReady(
      server,
      deadline => answers(`${url}${options.healthPath}`, deadline),
      options.deadline
    )
    if (problem === undefined) return { url, pid: server.pid, logFile: command.logFile, stop: () => server.stop() }
    await server.stop(GRACE_UNREADY)
    const log = await lastLines(command.logFile)
    const portLost = PORT_TAKEN.test(log) && options.port === undefined
    if (!portLost || attempt === PORT_ATTEMPTS) {
      throw new Failure(`${options.name} ${problem}. Last lines of ${command.logFile}:\n${log}`)
    }
  }
}

/** How long a server may take to get ready, in milliseconds. */
const READY_LIMIT = 60_000

/** How long one question whether it is ready may take, and the wait until the next one, in milliseconds. */
const QUESTION_LIMIT = 2_000
const PAUSE = 30

/** How long a server that did not get ready may take to end, in milliseconds. */
const GRACE_UNREADY = 1_000

/** Waits until `ready` says yes. @returns what went wrong, or nothing. */
export async function untilReady(
  server: SupervisedProcess,
  ready: (timeout: number) => Promise<boolean>,
  deadline = READY_LIMIT
): Promise<string | undefined> {
  const start = Date.now()
  let ended: number | undefined
  void server.exited.then(code => {
    ended = code
  })
  while (Date.now() - start < deadline) {
    if (ended !== undefined) return `ended with code ${ended} before it was ready`
    if ((await ready(QUESTION_LIMIT)) && ended === undefined) return undefined
    await sleep(PAUSE)
  }
  return `was not ready after ${Math.round(deadline / 1000)} s`
}

async function answers(url: string, timeout: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const port = await listen(0)
  if (port === undefined) throw new Failure('This machine has no free port on 127.0.0.1.')
  return port
}

async function isFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined
}

async function listen(port: number): Promise<number | undefined> {
  const server = createServer()
  return new Promise(resolve => {
    server.on('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address === null || typeof address === 'string' ? undefined : address.port))
    })
  })
}
