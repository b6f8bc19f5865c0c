import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AwsSession, fastRetry } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'

type Members = Readonly<Record<string, unknown>>

/** What one action answers: members of its answer, or an HTTP status with a code of AWS's. */
export type Answer = Members | { readonly refused: readonly [status: number, code: string, message: string] }

export interface FakeAws {
  readonly session: AwsSession
  /** What was asked, in order: the action with its input. */
  readonly asked: readonly (readonly [action: string, input: Members])[]
  stop(): Promise<void>
}

interface Question {
  readonly action: string
  readonly input: Members
}

function askedIn({ headers }: IncomingMessage, body: string): Question {
  const action = String(headers['x-amz-target']).replace(/^.*\./, '')
  return { action, input: JSON.parse(body) as Members }
}

/** `GET /2015-03-31/functions/<name>/configuration?Qualifier=<version>` is the one question that it is asked here. */
function askedOfLambda(path: string): Question {
  const url = new URL(path, 'http://127.0.0.1')
  const [, FunctionName] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(url.pathname) ?? []
  const version = url.searchParams.get('Qualifier')
  const input = { FunctionName, ...(version === null ? {} : { Qualifier: version }) }
  return { action: FunctionName === undefined ? path : 'GetFunctionConfiguration', input }
}

/** ECS, CloudWatch Logs and Lambda as a test tells them to be, by action; for what no emulator does: circuit breakers, stopped tasks, refusals. */
export async function fakeAws(answers: Readonly<Record<string, (input: Members) => Answer>>): Promise<FakeAws> {
  const asked: (readonly [string, Members])[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const { action, input } = request.method === 'GET' ? askedOfLambda(request.url ?? '') : askedIn(request, body)
      asked.push([action, input])
      const answer = answers[action]?.(input) ?? {}
      if (!('refused' in answer)) return response.writeHead(200).end(JSON.stringify(answer))
      const [status, code, message] = answer.refused as readonly [number, string, string]
      // Lambda says in a header what others say in the answer (AWS restJson1 and awsJson1_1 protocols, "Operation error serialization").
      if (request.method === 'GET')
        return response
          .writeHead(status, { 'x-amzn-errortype': `${code}:http://internal.amazon.com/lambda/` })
          .end(JSON.stringify({ Message: message }))
      return response.writeHead(status).end(JSON.stringify({ __type: `com.amazonaws.ecs#${code}`, message }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    session: emulatedSession(url, '222222222222', { retry: fastRetry }),
    asked,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
