import { once } from 'node:events'
import { createServer } from 'node:http'
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

/** ECS and CloudWatch Logs as a test tells them to be, by action; for what no emulator does: circuit breakers, stopped tasks, refusals. */
export async function fakeAws(answers: Readonly<Record<string, (input: Members) => Answer>>): Promise<FakeAws> {
  const asked: (readonly [string, Members])[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const action = String(request.headers['x-amz-target']).replace(/^.*\./, '')
      const input = JSON.parse(body) as Members
      asked.push([action, input])
      const answer = answers[action]?.(input) ?? {}
      if (!('refused' in answer)) return response.writeHead(200).end(JSON.stringify(answer))
      const [status, code, message] = answer.refused as readonly [number, string, string]
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
