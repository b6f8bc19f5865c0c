import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, UserError } from '@sluice/core'
import { emulatedSession } from '@sluice-lab/samples'
import { invalidate } from '../src/index.ts'

interface Asked {
  readonly request: IncomingMessage
  readonly body: string
}

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async stop => stop()))
})

/** A CloudFront that answers so, in turn, and then that all is well. */
async function answering(
  ...answers: readonly (readonly [status: number, body: string])[]
): Promise<{ readonly url: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const [status, answer] = answers[asked.length] ?? [201, '<Invalidation/>']
      asked.push({ request, body })
      response.writeHead(status).end(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const session = (url: string, region = 'eu-west-1') =>
  emulatedSession(url, '222222222222', { retry: fastRetry, region })

const refused = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`

describe('an invalidation', () => {
  it.each([
    ['eu-west-1', 'us-east-1'],
    ['cn-north-1', 'cn-northwest-1']
  ])('of a distribution of %s is asked for in %s, signed, and for all files', async (region, home) => {
    const { url, asked } = await answering()

    await invalidate(session(url, region), 'E2EXAMPLE')

    expect(asked.map(({ request }) => `${request.method} ${request.url}`)).toEqual([
      'POST /2020-05-31/distribution/E2EXAMPLE/invalidation'
    ])
    const { authorization, host, 'content-length': length } = asked[0]?.request.headers ?? {}
    expect(authorization).toMatch(
      new RegExp(
        `^AWS4-HMAC-SHA256 Credential=222222222222/\\d{8}/${home}/cloudfront/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$`
      )
    )
    expect(host).toBe(new URL(url).host)
    expect(length).toBe(String(asked[0]?.body.length))
    expect(asked[0]?.body).toContain('<Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths>')
  })

  it('is asked for again where CloudFront is busy, as the same one', async () => {
    const { url, asked } = await answering([503, ''], [400, refused('Throttling', 'Rate exceeded')])

    await invalidate(session(url), 'E2EXAMPLE')

    expect(asked).toHaveLength(3)
    expect(new Set(asked.map(({ body }) => /<CallerReference>(.+)<\/CallerReference>/.exec(body)?.[1])).size).toBe(1)
  })

  it('fails with what CloudFront says', async () => {
    const { url } = await answering([400, refused('TooManyInvalidationsInProgress', 'Too many are under way.')])

    const asking = invalidate(session(url), 'E2EXAMPLE')

    await expect(asking).rejects.toThrow(Failure)
    await expect(asking).rejects.toThrow('CloudFront could not invalidate E2EXAMPLE: Too many are under way.')
  })

  it('names the permission that it lacks', async () => {
    const { url } = await answering([403, ''])

    const asking = invalidate(session(url), 'E2EXAMPLE')

    await expect(asking).rejects.toThrow(UserError)
    await expect(asking).rejects.toThrow('CloudFront could not invalidate E2EXAMPLE: HTTP 403. Grant the role of this')
  })

  it('passes on why the session has no credentials', async () => {
    const over = new UserError('The role could not be assumed.')
    const { url } = await answering()

    await expect(invalidate({ ...session(url), credentials: () => Promise.reject(over) }, 'E2EXAMPLE')).rejects.toThrow(
      over
    )
  })

  it.each([
    [
      'd111111abcdef8.cloudfront.net',
      'eu-west-1',
      '"d111111abcdef8.cloudfront.net" is not the id of a CloudFront distribution'
    ],
    ['../x', 'eu-west-1', '"../x" is not the id of a CloudFront distribution'],
    ['E2EXAMPLE', 'us-gov-west-1', 'There is no CloudFront in aws-us-gov. Remove `invalidate` from delivery.yml.']
  ])('is refused, before anything is asked, for %j in %s', async (distribution, region, message) => {
    const { url, asked } = await answering()

    await expect(invalidate(session(url, region), distribution)).rejects.toThrow(message)
    expect(asked).toEqual([])
  })
})
