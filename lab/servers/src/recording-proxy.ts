import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AwsRequest, issuedKey, recogniseAwsRequest } from './aws-request.ts'

/** A server in front of an AWS emulator that remembers every call; use its `url` as AWS endpoint. */
export interface RecordingProxy {
  readonly url: string
  /** The calls so far, in the order they came. */
  readonly requests: readonly AwsRequest[]
  /**
   * Tells of each call that AWS has answered. Its answer is passed on when every listener is done: until then AWS has done what was
   * asked, and who asked does not know. Returns what takes the listener off again.
   */
  onAnswer(listener: (call: AwsRequest) => void | Promise<void>): () => void
  stop(): Promise<void>
}

/** What a proxy must not pass on (RFC 9110, 7.6.1); Node has answered `Expect` already. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'expect'])

/**
 * Starts a proxy that counts.
 * It changes nothing: the Host header stays, so signatures stay valid, and bodies stream (forms are read to know the action).
 */
export async function startRecordingProxy(options: { readonly target: string }): Promise<RecordingProxy> {
  const target = new URL(options.target)
  const agent = new Agent({ keepAlive: true })
  const requests: AwsRequest[] = []
  const accounts = new Map<string, string>()
  const listeners = new Set<(call: AwsRequest) => void | Promise<void>>()

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isForm = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    const form = isForm ? await collect(incoming) : undefined
    const call = recogniseAwsRequest(
      {
        method: incoming.method ?? 'GET',
        target: incoming.url ?? '/',
        headers: incoming.headers,
        form: form?.toString('utf8') ?? ''
      },
      accounts
    )
    requests.push(call)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        agent,
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: endToEnd(incoming.rawHeaders)
      })
      outgoing.on('response', resolve)
      outgoing.on('error', reject)
      if (form === undefined) incoming.pipe(outgoing)
      else outgoing.end(form)
    })
    await Promise.all([...listeners].map(async listener => listener(call)))
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
    if (call.service === 'sts') {
      const body = await collect(answer)
      const issued = issuedKey(body.toString('utf8'))
      if (issued !== undefined) accounts.set(issued.key, issued.account)
      response.end(body)
    } else answer.pipe(response)
  }

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502)
      response.end(`The emulator at ${options.target} did not answer: ${String(error)}`)
    })
  })
  // Uploads and waits may take their time; the clients have deadlines of their own.
  server.requestTimeout = 0
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())))
  })
  server.unref()
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    onAnswer(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      agent.destroy()
      await closed
    }
  }
}

function portOf(address: AddressInfo | string | null): number {
  return address === null || typeof address === 'string' ? 0 : address.port
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Raw header pairs, repeated names and order kept, without those that concern one connection only. */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ''
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, raw[index + 1] ?? '')
  }
  return kept
}
