import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request on its way through a bad network. */
export interface PassingRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What becomes of a request instead of an answer of the server behind. */
export interface Fault {
  /** `before`: the server never hears of it. `after`: it does what was asked, and its answer is lost. */
  readonly when: 'before' | 'after'
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** A way to a server on which requests can come to grief, and answers can be held back. */
export interface Way {
  readonly url: string
  /** How many requests came to grief. */
  readonly faults: number
  /**
   * Tells of each request that the server has answered. The answer is passed on when every listener is done. Returns what takes the
   * listener off again.
   */
  onAnswer(listener: Listener): () => void
  stop(): Promise<void>
}

type Listener = (request: PassingRequest) => Promise<void>

/** Starts a proxy that asks `spoil` about each request. */
export async function startWay(
  target: string,
  spoil: (request: PassingRequest) => Fault | undefined = () => undefined
): Promise<Way> {
  const { hostname, port } = new URL(target)
  const listeners = new Set<Listener>()
  let faults = 0

  const forward = async (incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, url: path, headers } = incoming
      const outgoing = request({ hostname, port, method, path, headers, agent: false }, resolve)
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await collect(incoming)
    const { method = 'GET', url: path = '/', headers } = incoming
    const asked = { method, path, headers, body: body.toString('utf8') }
    const fault = spoil(asked)
    if (fault?.when !== 'before') {
      const answer = await forward(incoming, body)
      if (fault === undefined) {
        await Promise.all([...listeners].map(async listener => listener(asked)))
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
        return
      }
      await collect(answer)
    }
    faults += 1
    response.writeHead(fault.status, fault.headers).end(fault.body)
  }

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get faults() {
      return faults
    },
    onAnswer(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    }
  }
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
