import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, type Jwk, ManualClock, sha256 } from '@sluice/core'
import { githubVoucher } from '../src/github-voucher.ts'
import { claimsOf, recordOf, type TestIssuer, testIssuer } from './test-issuer.ts'

const [first, second] = [testIssuer('one'), testIssuer('two')]
const HASH = sha256('record')

/** GitHub's endpoint for tokens and the keys of its issuer, in one server. */
interface Counterpart {
  readonly url: string
  readonly asked: string[]
  signer: TestIssuer
  published: readonly Jwk[]
  /** Another text in place of the next token. */
  instead: string | undefined
  down: boolean
}

let there: Counterpart
let stop: () => Promise<void>

beforeEach(async () => {
  there = { url: '', asked: [], signer: first, published: [first.jwk], instead: undefined, down: false }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', there.url)
    there.asked.push(`${url.pathname} ${url.searchParams.get('audience') ?? ''}`.trim())
    if (url.pathname === '/.well-known/jwks') {
      response.writeHead(there.down ? 503 : 200).end(JSON.stringify({ keys: there.published }))
      return
    }
    const claims = claimsOf(recordOf(), { iss: there.url, aud: url.searchParams.get('audience') })
    response.end(JSON.stringify({ value: there.instead ?? there.signer.token(claims) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  there = { ...there, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  stop = async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
})

afterEach(async () => stop())

function voucher() {
  const env = {
    GITHUB_API_URL: there.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${there.url}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer'
  }
  return githubVoucher({ env, clock: new ManualClock(), policy: fastRetry })
}

const KEYS = '/.well-known/jwks'
const TOKEN = `/token sluice:${HASH.slice('sha256:'.length)}`

describe('the voucher of a job', () => {
  it('asks for a token that speaks for the record, and once for the keys', async () => {
    const job = voucher()

    const { token, keys } = await job.vouch(HASH)
    await job.vouch(HASH)

    expect(token.split('.')).toHaveLength(3)
    expect(keys).toEqual([first.jwk])
    expect(there.asked).toEqual([TOKEN, KEYS, TOKEN])
  })

  it('asks for the keys again when the issuer signs with a new one', async () => {
    const job = voucher()
    await job.vouch(HASH)
    there.signer = second
    there.published = [first.jwk, second.jwk]

    const { keys } = await job.vouch(HASH)

    expect(keys).toEqual([first.jwk, second.jwk])
    expect(there.asked).toEqual([TOKEN, KEYS, TOKEN, KEYS])
  })

  it('does not remember that the keys could not be read', async () => {
    const job = voucher()
    there.down = true
    await expect(job.vouch(HASH)).rejects.toThrow('HTTP 503')
    there.down = false

    expect((await job.vouch(HASH)).keys).toEqual([first.jwk])
  })

  it('asks the issuer of the job for keys, whatever a token says', async () => {
    there.instead = first.token(claimsOf(recordOf(), { iss: 'https://evil.example' }))

    expect((await voucher().vouch(HASH)).keys).toEqual([first.jwk])
  })

  it('fails when what GitHub issued is no token', async () => {
    there.instead = 'not a token'

    const failed = voucher().vouch(HASH)

    await expect(failed).rejects.toThrow(Failure)
    await expect(failed).rejects.toThrow('GitHub issued an OIDC token that cannot be read: it has not three parts.')
  })
})
