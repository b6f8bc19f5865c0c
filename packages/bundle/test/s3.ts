import { once } from 'node:events'
import { createServer, type IncomingMessage, request as requestTo, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that stands for S3. */
export interface AnsweringS3 {
  readonly url: string
  /** Method and path of each request, in the order in which they came. */
  readonly asked: readonly string[]
  stop(): Promise<void>
}

/** An S3 that answers as a test says, and remembers what it was asked. @param forward may answer itself, before the request is read */
export async function answeringS3(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  forward: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
): Promise<AnsweringS3> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (forward(request, response)) return
    request.resume().on('end', () => answer(request, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

/** An S3 in which nothing is. @returns whether it has answered. */
export function isEmpty(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET') return false
  if (request.url?.includes('/.sluice/') !== true) response.end('<ListBucketResult/>')
  else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  return true
}

/**
 * Another server, seen by a process that dies with its last call: so many go through, and nothing after them.
 * @param moment the last call has arrived and nobody hears of its answer, or its answer has come.
 */
export async function dyingAfter(
  upstream: string,
  calls: number,
  moment: 'unheard' | 'answered'
): Promise<AnsweringS3> {
  let left = calls
  return answeringS3(
    (_request, response) => {
      response.socket?.destroy()
    },
    (request, response) => {
      if (left-- <= 0) return false
      const isLast = left === 0 && moment === 'unheard'
      const { hostname, port } = new URL(upstream)
      const { method, headers, url: path } = request
      const forward = requestTo({ hostname, port, method, headers, path }, answer => {
        if (isLast) {
          answer.resume().on('end', () => response.socket?.destroy())
          return
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
      request.pipe(forward)
      return true
    }
  )
}
