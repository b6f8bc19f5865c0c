import { createServer } from 'node:http'

/** What an ECR answers to one action: a body, or an error by its type. */
export type EcrAnswer = object | { readonly __type: string; readonly message: string }

/** An ECR whose control plane says what a test wants it to. */
export interface Ecr {
  readonly url: string
  /** The actions that were asked for, with their requests. */
  readonly asked: readonly (readonly [string, Record<string, unknown>])[]
  stop(): Promise<void>
}

/** @param answers by action; any other action is one that the role may not take. */
export async function startEcr(answers: Readonly<Record<string, (request: never) => EcrAnswer>>): Promise<Ecr> {
  const asked: (readonly [string, Record<string, unknown>])[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      asked.push([action, body])
      const answer = answers[action]?.(body as never) ?? { __type: 'AccessDeniedException', message: `no ${action}` }
      response.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('ECR listens on no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
