import { afterAll, describe, expect, it } from '@jest/globals'
import { Failure, fastRetry, ManualClock, sha256, UserError } from '@sluice/core'
import { connectRegistry, type Registry, RegistryFailure } from '@sluice/registry'
import { type Front, type Handler, reply, startFront } from '@sluice-lab/servers'
import { exchange } from '../src/http-exchange.ts'
import { guardStall } from '../src/stall.ts'

const fronts: Front[] = []

afterAll(async () => {
  await Promise.all(fronts.map(front => front.stop()))
})

async function front(handler: Handler): Promise<Front> {
  const started = await startFront(undefined, handler)
  fronts.push(started)
  return started
}

function connect(host: string, clock = new ManualClock(), stallLimit = 60_000): Registry {
  const credentials = async () => ({ username: 'AWS', password: 'secret' })
  return connectRegistry({ host, clock, credentials, policy: fastRetry, stallLimit })
}

const DOCUMENT = 'a document'
const DIGEST = sha256(DOCUMENT)

describe('the host of a registry', () => {
  it.each([
    ['registry.example.com', /points to registry\.example\.com, where credentials are never sent/],
    ['http://127.0.0.1:5000', /points to http, where credentials are never sent/],
    ['127.0.0.1:5000/v2', /no scheme and no path/],
    ['user@127.0.0.1:5000', /no scheme and no path/],
    ['', /not a URL/]
  ])('may not be %j', (host, message) => {
    const connected = (): unknown => connect(host)

    expect(connected).toThrow(UserError)
    expect(connected).toThrow(message)
  })

  it('may be an ECR registry', () => {
    const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com'

    expect(connect(host).host).toBe(host)
  })
})

describe('a redirect', () => {
  it('is followed to another host, without credentials', async () => {
    const storage = await front((_request, response) => reply(response, 200, {}, DOCUMENT))
    const registry = await front((_request, response) =>
      reply(response, 307, { location: `${storage.url}/stored?signature=1` })
    )

    const got = await connect(registry.host).getDocument('shop/releases', DIGEST)

    expect(Buffer.from(got ?? []).toString()).toBe(DOCUMENT)
    expect(registry.seen[0]?.authorization).toMatch(/^Basic /)
    expect(storage.seen).toEqual([{ method: 'GET', path: '/stored?signature=1', authorization: undefined }])
  })

  it('drops credentials on the same host as well', async () => {
    const registry = await front((request, response) =>
      request.url === '/elsewhere'
        ? reply(response, 200, {}, DOCUMENT)
        : reply(response, 302, { location: '/elsewhere' })
    )

    await connect(registry.host).getDocument('shop/releases', DIGEST)

    expect(registry.seen[1]).toEqual({ method: 'GET', path: '/elsewhere', authorization: undefined })
  })

  it('cannot replace what was asked for', async () => {
    const storage = await front((_request, response) => reply(response, 200, {}, 'another document'))
    const registry = await front((_request, response) => reply(response, 307, { location: storage.url }))

    const got = connect(registry.host).getDocument('shop/releases', DIGEST)

    await expect(got).rejects.toThrow(`returned content with digest ${sha256('another document')} for blob`)
  })

  it.each([
    [
      'without encryption',
      'http://storage.example.com/stored',
      /redirects to http:\/\/storage\.example\.com, which does not use https/
    ],
    ['to a file', 'file:///etc/hostname', /which does not use https/],
    ['to nowhere', undefined, /which does not use https/],
    ['to no address', 'http://[', /returned an invalid redirect URL/]
  ])('is not followed %s', async (_where, location, message) => {
    const registry = await front((_request, response) =>
      reply(response, 307, location === undefined ? {} : { location })
    )

    await expect(connect(registry.host).getDocument('shop/releases', DIGEST)).rejects.toThrow(message)
  })

  it('is not followed for ever', async () => {
    const registry = await front((request, response) => reply(response, 307, { location: `${request.url}+` }))

    const got = connect(registry.host).getDocument('shop/releases', DIGEST)

    await expect(got).rejects.toThrow(/redirects GET/)
    expect(registry.seen).toHaveLength(6)
  })
})

describe('an answer that is an error', () => {
  it.each([
    [429, '7', 7_000],
    [503, '600', 60_000],
    [503, 'Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [408, undefined, undefined]
  ])('of status %d is asked for again, after the wait it names (%s)', async (status, wait, waited) => {
    const clock = new ManualClock()
    let asked = 0
    const registry = await front((_request, response) => {
      if (asked++ > 0) return reply(response, 200, {}, DOCUMENT)
      reply(response, status, wait === undefined ? {} : { 'retry-after': wait })
    })

    await connect(registry.host, clock).getDocument('shop/releases', DIGEST)

    expect(asked).toBe(2)
    if (waited === undefined) expect(clock.slept[0]).toBeLessThanOrEqual(fastRetry.cap)
    else expect(clock.slept).toEqual([waited])
  })

  it('of the client is not asked for again', async () => {
    const registry = await front((_request, response) => reply(response, 400, {}, { errors: 'none' }))

    const error = await connect(registry.host)
      .getDocument('shop/releases', DIGEST)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(RegistryFailure)
    expect(error).toMatchObject({ status: 400, again: false })
    expect(registry.seen).toHaveLength(1)
  })

  it('keeps its status when its text cannot be read', async () => {
    const registry = await front((_request, response) => reply(response, 400, {}, 'x'.repeat(20_000)))

    const got = connect(registry.host).getDocument('shop/releases', DIGEST)

    await expect(got).rejects.toThrow('refused GET in shop/releases: HTTP 400.')
  })
})

describe('a registry that does not answer', () => {
  it('is given up when nothing moves', async () => {
    const registry = await front(() => undefined)

    const got = connect(registry.host, new ManualClock(), 50).getDocument('shop/releases', DIGEST)

    await expect(got).rejects.toThrow(/failed: the connection stalled for 0\.05 s/)
  })

  it('is given up when its answer stops in the middle', async () => {
    const registry = await front((_request, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half')
    })

    const got = connect(registry.host, new ManualClock(), 50).getDocument('shop/releases', DIGEST)

    await expect(got).rejects.toThrow(/the connection stalled for 0\.05 s/)
  })

  it('is left alone as long as something moves', async () => {
    const registry = await front(async (_request, response) => {
      response.writeHead(200)
      for (const letter of DOCUMENT) {
        response.write(letter)
        await new Promise(resolve => setTimeout(resolve, 40))
      }
      response.end()
    })

    const got = await connect(registry.host, new ManualClock(), 300).getDocument('shop/releases', DIGEST)

    expect(Buffer.from(got ?? []).toString()).toBe(DOCUMENT)
  })

  it('is named when it is not there', async () => {
    const gone = await startFront(undefined)
    await gone.stop()

    const error = await connect(gone.host)
      .getDocument('shop/releases', DIGEST)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(`GET ${gone.host}/v2/shop/releases/blobs/${DIGEST} failed: `)
    expect(String(error)).toContain('ECONNREFUSED')
  })

  it('is named when none of its addresses answers', async () => {
    const gone = await startFront(undefined)
    await gone.stop()
    const host = gone.host.replace('127.0.0.1', 'localhost')

    await expect(connect(host).getDocument('shop/releases', DIGEST)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('one exchange', () => {
  it('speaks TLS where the address says https', async () => {
    const plain = await front((_request, response) => reply(response, 200))

    const exchanged = exchange(new URL(`https://${plain.host}/`), { method: 'GET', headers: {} }, 5_000)

    await expect(exchanged).rejects.toThrow(/SSL/)
  })

  it('stops sending to a server that has answered already', async () => {
    let received = 0
    const hasty = await front((request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
        request.pause()
      })
      reply(response, 403)
    })
    const size = 64 * 1024 * 1024
    async function* open(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < size; sent += 65_536) yield Buffer.alloc(65_536)
    }

    const answer = await exchange(new URL(hasty.url), { method: 'PUT', headers: {}, body: { size, open } }, 5_000)
    await answer.discard()

    expect(answer.status).toBe(403)
    expect(received).toBeLessThan(size)
  })
})

describe('an answer that nobody wants', () => {
  it('is dropped where reading it would take longer than a new connection', async () => {
    const endless = await front((_request, response) => {
      response.on('drain', () => response.write('x'.repeat(65_536)))
      response.write('x'.repeat(1_000_000))
    })
    const answer = await exchange(new URL(endless.url), { method: 'GET', headers: {} }, 5_000)

    await expect(answer.discard()).resolves.toBeUndefined()
  })
})

describe('the guard of a transfer', () => {
  it('ends it when nothing moves', async () => {
    const guard = guardStall(20)

    await new Promise(resolve => setTimeout(resolve, 60))

    expect(guard.signal.aborted).toBe(true)
  })

  it('stays off once the transfer is over', async () => {
    const guard = guardStall(20)
    guard.done()
    guard.progress()

    await new Promise(resolve => setTimeout(resolve, 60))

    expect(guard.signal.aborted).toBe(false)
  })
})
