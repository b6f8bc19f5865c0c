import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, Refusal, SlowCloud, type SlowCloudFormationOptions } from './slow-cloud.ts'

/**
 * A CloudFormation in which time passes: operations take as long as they are told, answers are throttled as often, and everything is remembered. It knows no
 * resources, so nothing ever fails; what a template means, the emulators know. Its answers have the members of the service's model (botocore), which a test
 * compares.
 */
export interface SlowCloudFormation {
  readonly url: string
  /** When each stack's last operation ended or ends, in milliseconds since the epoch, by name. */
  readonly ends: ReadonlyMap<string, number>
  /** Calls answered, by operation; `Throttling` are those that were refused. */
  readonly calls: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startSlowCloudFormation(options: SlowCloudFormationOptions): Promise<SlowCloudFormation> {
  const cloud = new SlowCloud(options)
  const server = createServer((request, response) => {
    void answer(cloud, request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    ends: cloud.ends,
    calls: cloud.calls,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function answer(cloud: SlowCloud, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  const action = form.get('Action') ?? ''
  const send = (status: number, body: string): void => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(`<?xml version="1.0"?>${body}`)
  }
  try {
    const result = xml(cloud.call(action, form))
    send(200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`)
  } catch (error: unknown) {
    if (!(error instanceof Refusal)) throw error
    const { code, message } = error
    send(400, `<ErrorResponse><Error>${xml({ Type: 'Sender', Code: code, Message: message })}</Error></ErrorResponse>`)
  }
}

function xml(answer: Answer): string {
  return Object.entries(answer)
    .map(([name, value]) => {
      if (value === undefined) return ''
      if (typeof value === 'object')
        return `<${name}>${value.map(it => `<member>${xml(it)}</member>`).join('')}</${name}>`
      const text = String(value).replace(/[&<>]/g, found => `&#${found.charCodeAt(0)};`)
      return `<${name}>${text}</${name}>`
    })
    .join('')
}
