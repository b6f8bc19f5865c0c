import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'

/** Who issues tokens on this machine, and shows the key that they are signed with. */
export interface Issuer {
  /** As AWS names it: without `http://`. */
  readonly name: string
  tokenFor(subject: string): string
  stop(): void
}

/** Starts an issuer of OIDC tokens on loopback. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const name = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    name,
    tokenFor(subject) {
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: `http://${name}`, sub: subject, aud: 'sts.amazonaws.com', iat: now, exp: now + 300 }
      const signed = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part(claims)}`
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
    },
    stop() {
      server.close()
      server.closeAllConnections()
    }
  }
}
