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

/** A way to a server on which some requests come to grief. */
export interface UnreliableWay {
  readonly url: string
  /** How many did. */
  readonly faults: number
  stop(): Promise<void>
}

/** Starts a proxy that asks `spoil` about each request. */
export async function startUnreliableWay(
  target: string,
  spoil: (request: PassingRequest) => Fault | undefined
): Promise<UnreliableWay> {
  const { hostname, port } = new URL(target)
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
    const fault = spoil({ method, path, headers, body: body.toString('utf8') })
    if (fault?.when !== 'before') {
      const answer = await forward(incoming, body)
      if (fault === undefined) {
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
    async stop() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    }
  }
}

/** GitHub on a bad day: gateway errors, some of them after the work was done, and branches that moved meanwhile. */
export function badDayOfGitHub(): (request: PassingRequest) => Fault | undefined {
  const gateway = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Unicorn!</html>' }
  const stale = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      data: { createCommitOnBranch: null },
      errors: [{ type: 'STALE_DATA', path: ['createCommitOnBranch'], message: 'The branch moved.' }]
    })
  }
  let reads = 0
  let commits = 0
  return ({ path, body }) => {
    if (path === '/graphql' && body.includes('createCommitOnBranch')) {
      commits += 1
      const fault = [stale, gateway, undefined, gateway][commits % 4]
      return fault === undefined ? undefined : { when: commits % 4 === 3 ? 'after' : 'before', ...fault }
    }
    reads += 1
    return reads % 10 === 0 ? { when: 'before', ...gateway } : undefined
  }
}

/** AWS that is asked too often, by too many: every eighth call is refused. */
export function throttlingAws(): (request: PassingRequest) => Fault | undefined {
  let calls = 0
  return ({ headers }) => {
    calls += 1
    return calls % 8 === 0 ? throttled(headers) : undefined
  }
}

/** What a service says when it is asked too often, in the protocol that it is asked in. */
function throttled(headers: IncomingHttpHeaders): Fault {
  const xml = (status: number, root: string): Fault => ({
    when: 'before',
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0"?>${root}`
  })
  if (headers['x-amz-target'] !== undefined) {
    return {
      when: 'before',
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'ThrottlingException' },
      body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' })
    }
  }
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return xml(
      400,
      '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>'
    )
  }
  return xml(503, '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>')
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
