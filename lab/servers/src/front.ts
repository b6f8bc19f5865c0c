import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** A request as a front saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
}

/** A server between client and registry: counts what passes, and lies where a test wants it to. */
export interface Front {
  readonly host: string
  readonly url: string
  readonly seen: readonly Seen[]
  /** Ends it. */
  stop(): Promise<void>
}

/** An upstream's answer, for a front to change. */
export interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

/** Passes the request on; `change` sees the whole answer before the client does. */
export type Forward = (change?: (answer: Answer) => Answer | Promise<Answer>) => Promise<void>

/** What a front does with a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse, forward: Forward) => Promise<void> | void

/** Starts a front on a free port; without a handler it passes everything on to `upstream`. */
export async function startFront(
  upstream: string | undefined,
  handler: Handler = (_request, _response, forward) => forward()
): Promise<Front> {
  const seen: Seen[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming
    seen.push({ method, path: url, authorization: headers.authorization })
    void Promise.resolve(handler(incoming, outgoing, change => pass(upstream, incoming, outgoing, change))).catch(() =>
      outgoing.destroy()
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The front listens on no port.')
  const host = `127.0.0.1:${address.port}`
  return {
    host,
    url: `http://${host}`,
    seen,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

/** Answers with JSON, as registries answer errors. */
export function reply(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: unknown = undefined
): void {
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
}

async function pass(
  upstream: string | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  change: ((answer: Answer) => Answer | Promise<Answer>) | undefined
): Promise<void> {
  if (upstream === undefined) return reply(outgoing, 404)
  await new Promise<void>((resolve, reject) => {
    const onward = request(
      new URL(incoming.url ?? '/', upstream),
      // The front's own host goes on, so that the registry gives addresses that lead here again.
      { method: incoming.method ?? 'GET', headers: { ...incoming.headers } },
      answer => {
        if (change === undefined) {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(outgoing)
          answer.on('end', resolve)
          return
        }
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          Promise.resolve(
            change({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) })
          )
            .then(changed => {
              for (const [name, value] of Object.entries(changed.headers)) {
                if (value !== undefined) outgoing.setHeader(name, value)
              }
              outgoing.writeHead(changed.status)
              outgoing.end(changed.body)
            })
            .then(resolve, reject)
        })
      }
    )
    onward.on('error', reject)
    incoming.pipe(onward)
  })
}
