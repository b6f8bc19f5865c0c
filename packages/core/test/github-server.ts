import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fastRetry, type GitHub, type GitHubOptions, githubClient, ManualClock } from '../src/index.ts'

/** One request as the server saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

/** A client, and the server that it talks to. */
export interface Scripted {
  readonly github: GitHub
  readonly clock: ManualClock
  readonly seen: readonly Seen[]
  /** What the client told. */
  readonly lines: readonly string[]
}

/** One answer of the server. */
export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the connection instead of answering. */
  readonly hangUp?: boolean
}

const stops: (() => Promise<void>)[] = []

/** Ends all servers that a test began. */
export async function stopServers(): Promise<void> {
  await Promise.all(stops.splice(0).map(async stop => stop()))
}

/** A client of a server that gives these answers, one after another, the last again and again. */
export async function serverThatSays(...replies: readonly [Reply, ...Reply[]]): Promise<Scripted> {
  return clientOf({}, ...replies)
}

/** The same, with options of the client. */
export async function clientOf(
  options: Partial<GitHubOptions>,
  ...replies: readonly [Reply, ...Reply[]]
): Promise<Scripted> {
  const seen: Seen[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const { status, body, headers, hangUp } = replies[Math.min(seen.length, replies.length - 1)] ?? replies[0]
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: Buffer.concat(chunks).toString('utf8')
    })
    if (hangUp) request.socket.destroy()
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  const clock = new ManualClock()
  const env = { GITHUB_API_URL: `http://127.0.0.1:${port}` }
  const lines: string[] = []
  const log = { info: (line: string) => lines.push(line) }
  return {
    github: githubClient({ token: 'secret', env, clock, log, policy: fastRetry, ...options }),
    clock,
    seen,
    lines
  }
}
