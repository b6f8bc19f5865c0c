import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { runHttpChecks } from '../src/http-check.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
})

async function shop(answer: (path: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => answer(request.url ?? '', response))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Checks = Parameters<typeof runHttpChecks>[0]

async function check(
  checks: Checks,
  base: string
): Promise<{ results: Awaited<ReturnType<typeof runHttpChecks>>; clock: ManualClock }> {
  const clock = new ManualClock()
  const results = await runHttpChecks(checks, base, {
    clock,
    log: {
      info: () => undefined,
      warning: () => undefined,
      debug: () => undefined,
      untrusted: () => undefined,
      group: (_, work) => work()
    }
  })
  return { results, clock }
}

describe('a check by HTTP', () => {
  it.each<[string, number, string, string]>([
    ['another status', 500, 'Shop', 'answered 500 instead of 200'],
    ['another text', 200, 'Closed', 'the response does not contain "Shop"']
  ])('ends after a minute of %s', async (_what, status, body, reason) => {
    const base = await shop((_, response) => response.writeHead(status).end(body))

    const { results, clock } = await check([{ path: '/', status: 200, contains: 'Shop' }], base)

    const waited = clock.slept.reduce((sum, wait) => sum + wait, 0)
    expect(results).toEqual([{ what: 'GET /', passed: false, seconds: waited / 1000, reason }])
    expect(waited).toBeGreaterThan(50_000)
    expect(waited).toBeLessThanOrEqual(60_000)
    expect(clock.slept.slice(0, 3)).toEqual([250, 500, 1_000])
  })

  it('ends after a minute without a server', async () => {
    const base = await shop((_, response) => response.end())
    const [server] = servers.splice(0)
    server?.closeAllConnections()
    await new Promise<void>(resolve => server?.close(() => resolve()))

    const { results } = await check([{ path: '/', status: 200 }], base)

    expect(results[0]?.reason).toMatch(/ECONNREFUSED/)
  })

  it('has patience with what is still starting', async () => {
    let asked = 0
    const base = await shop((_, response) => response.writeHead(++asked < 3 ? 503 : 200).end())

    const { results, clock } = await check([{ path: '/', status: 200 }], base)

    expect([results, asked, clock.slept]).toEqual([[{ what: 'GET /', passed: true, seconds: 0.75 }], 3, [250, 500]])
  })

  it.each([
    ['the millionth byte', 1_000_000, true],
    ['a byte more', 1_000_001, false]
  ])('finds a text that ends with %s, in many pieces: %#', async (_, end, passed) => {
    const page = Buffer.alloc(end, 'x')
    page.write('Shop', end - 4)
    const base = await shop((_, response) => {
      response.writeHead(200)
      for (let at = 0; at < end; at += 100_000) response.write(page.subarray(at, at + 100_000))
      response.end()
    })

    expect((await check([{ path: '/', status: 200, contains: 'Shop' }], base)).results).toMatchObject([{ passed }])
  })

  it('looks at the beginning of an answer without end', async () => {
    let closed = false
    const base = await shop((_, response) => {
      response.writeHead(200)
      const page = Buffer.alloc(64 * 1024, 'x')
      const write = (): void => {
        while (!response.destroyed && response.write(page));
      }
      response.on('drain', write)
      response.on('close', () => {
        closed = true
      })
      response.write('Shop')
      write()
    })

    const { results } = await check([{ path: '/', status: 200, contains: 'Shop' }], base)

    expect(results.map(({ passed }) => passed)).toEqual([true])
    for (let wait = 0; !closed && wait < 100; wait++) await new Promise(resolve => setTimeout(resolve, 20))
    expect(closed).toBe(true)
  })

  it.each([
    ['/https://shop.example/', '/base/https://shop.example/'],
    ['//shop.example', '/base/shop.example'],
    ['/search?q=a#b', '/base/search?q=a']
  ])('of the path %s stays below the address', async (path, expected) => {
    const asked: string[] = []
    const base = await shop((url, response) => {
      asked.push(url)
      response.end()
    })

    const { results } = await check([{ path, status: 200 }], `${base}/base`)

    expect(asked).toEqual([expected])
    expect(results[0]?.passed).toBe(true)
  })

  it('runs beside the others, and all are told in order', async () => {
    const base = await shop((path, response) => response.writeHead(path === '/bad' ? 500 : 200).end())

    const { results } = await check(
      ['/a', '/bad', '/b'].map(path => ({ path, status: 200 })),
      base
    )

    expect(results.map(({ what, passed }) => [what, passed])).toEqual([
      ['GET /a', true],
      ['GET /bad', false],
      ['GET /b', true]
    ])
  })

  it('needs an address only where there is something to check', async () => {
    const nothing = { clock: new ManualClock(), log: undefined as never }

    expect(await runHttpChecks([], undefined, nothing)).toEqual([])
    await expect(runHttpChecks([{ path: '/', status: 200 }], undefined, nothing)).rejects.toThrow(
      /the environment has no URL\. Set `url:`/
    )
  })

  it('passes where the environment leads on to another page of its own', async () => {
    const base = await shop((path, response) => {
      if (path === '/') response.writeHead(302, { location: '/shop/' }).end()
      else if (path === '/shop/') response.writeHead(308, { location: `${base}/shop/index.html` }).end()
      else response.writeHead(200).end('Shop')
    })

    const { results } = await check([{ path: '/', status: 200, contains: 'Shop' }], base)

    expect(results.map(({ passed }) => passed)).toEqual([true])
  })

  it('is not passed by another site that the environment leads to, and asks that site nothing', async () => {
    let asked = 0
    const other = await shop((_, response) => {
      asked += 1
      response.writeHead(200).end('Shop')
    })
    const base = await shop((_, response) => response.writeHead(302, { location: `${other}/` }).end())

    const { results } = await check([{ path: '/', status: 200, contains: 'Shop' }], base)

    expect([asked, results[0]?.passed]).toEqual([0, false])
    expect(results[0]?.reason).toContain(`answered 302 and leads to ${other}, which is not the environment.`)
  })

  it('passes when it is the redirect that delivery.yml expects, wherever it leads', async () => {
    const base = await shop((_, response) => response.writeHead(302, { location: 'https://login.example/' }).end())

    const { results } = await check([{ path: '/account', status: 302 }], base)

    expect(results.map(({ passed }) => passed)).toEqual([true])
  })

  it('ends where the environment leads round in a circle', async () => {
    const base = await shop((_, response) => response.writeHead(302, { location: '/' }).end())

    const { results } = await check([{ path: '/', status: 200 }], base)

    expect(results[0]?.reason).toBe('leads on after 20 redirects')
  })

  it('that leads nowhere has answered what it answered', async () => {
    const base = await shop((_, response) => response.writeHead(304).end())

    const { results } = await check([{ path: '/', status: 200 }], base)

    expect(results[0]?.reason).toBe('answered 304 instead of 200')
  })
})
