import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** GitHub's API at a later time. */
export interface LaterGitHub {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Puts a server in front of GitHub's API that changes nothing but the time of its answers. Records cannot be made in the past: the ledger's
 * time runs forwards.
 * @param by how much later, in milliseconds.
 */
export async function githubLater(url: string, by: number): Promise<LaterGitHub> {
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', headers, url: path = '/' } = incoming
    const forwarded = request(new URL(path, url), { method, headers }, answer => {
      const date = new Date(Date.now() + by).toUTCString()
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, date })
      answer.pipe(outgoing)
    })
    forwarded.on('error', error => outgoing.destroy(error))
    incoming.pipe(forwarded)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    }
  }
}
