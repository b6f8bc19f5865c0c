import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock, UserError } from '@sluice/core'
import { connectRegistry, type Registry, type RegistryCredentials } from '@sluice/registry'
import { type Front, type Handler, reply, startFront } from '@sluice-lab/servers'
import { authenticator } from '../src/auth.ts'
import { image, writeLayout } from './image-layout.ts'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

/** bcrypt of "open sesame", as htpasswd would write it. */
const HTPASSWD = 'pusher:$2b$04$.8lP4kv2tl/OJ9rj19oyFuVLzaEM/vNGbOO1Bpr5no1Nw5lvRB.Ju\n'
const PUSHER = { username: 'pusher', password: 'open sesame' }
const BASIC = `Basic ${Buffer.from('pusher:open sesame').toString('base64')}`

let open: RealRegistry
let basic: RealRegistry
const fronts: Front[] = []

beforeAll(async () => {
  open = await startRealRegistry()
  basic = await startRealRegistry(async directory => {
    const file = path.join(directory, 'htpasswd')
    await writeFile(file, HTPASSWD)
    return { htpasswd: { realm: 'test', path: file } }
  })
})

afterAll(async () => {
  await Promise.all(fronts.map(front => front.stop()))
  await Promise.all([open.stop(), basic.stop()])
})

async function front(upstream: string | undefined, handler?: Handler): Promise<Front> {
  const started = await startFront(upstream, handler)
  fronts.push(started)
  return started
}

function connect(host: string, credentials?: RegistryCredentials, clock = new ManualClock()): Registry {
  return connectRegistry({
    host,
    clock,
    policy: fastRetry,
    ...(credentials === undefined ? {} : { credentials: async () => credentials })
  })
}

/** A registry whose tokens its own host issues: the name of the scope is the token. */
async function tokenRegistry(
  token: (scope: string) => unknown = scope => ({ token: tokenFor(scope) })
): Promise<Front> {
  return front(open.url, (request, response, forward) => {
    const url = new URL(request.url ?? '/', 'http://front')
    if (url.pathname === '/token') {
      if (request.headers.authorization !== BASIC) return reply(response, 401)
      return reply(response, 200, {}, token(url.searchParams.get('scope') ?? ''))
    }
    const access =
      ['GET', 'HEAD'].includes(request.method ?? '') && !url.pathname.includes('/blobs/') ? 'pull' : 'pull,push'
    const name = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(url.pathname)?.[1]
    const scope = `repository:${name}:${access}`
    if (request.headers.authorization === `Bearer ${tokenFor(scope)}`) return forward()
    request.resume()
    const realm = `http://${request.headers.host}/token`
    reply(response, 401, { 'www-authenticate': `Bearer realm="${realm}",service="real \\"one\\"",scope="${scope}"` })
  })
}

function tokenFor(scope: string): string {
  return Buffer.from(scope).toString('base64url')
}

describe('user name and password', () => {
  it('open a registry that asks for them, without a request in vain', async () => {
    const built = image('guarded')
    const directory = await writeLayout(await basic.directory(), [built])
    const watched = await front(basic.url)

    await connect(watched.host, PUSHER).pushLayout('shop/guarded', directory, built.digest)

    expect(watched.seen.every(({ authorization }) => authorization === BASIC)).toBe(true)
    expect(await connect(basic.host, PUSHER).resolve('shop/guarded', built.digest)).toMatchObject({
      digest: built.digest
    })
  })

  it.each([
    ['wrong', { username: 'pusher', password: 'wrong' }],
    ['missing', undefined]
  ])('that are %s are named as what is wrong', async (_what, credentials) => {
    const error = await connect(basic.host, credentials)
      .resolve('shop/guarded', 'env-integration')
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/HTTP 401.*Check that the role or user may pull from this repository/)
    expect(String(error)).not.toContain('wrong"')
  })
})

describe('a registry that refuses without saying what it wants', () => {
  it('is reported as refusing', async () => {
    const registry = await front(undefined, (_request, response) => reply(response, 401))

    await expect(connect(registry.host).resolve('shop/api', 'env-integration')).rejects.toThrow('HTTP 401. Check that')
  })
})

describe('tokens', () => {
  it('that came while a request was on its way are taken by that, unless they are what it was refused with', async () => {
    const tokens = ['first', 'second']
    const guard = authenticator({
      registry: new URL('http://registry.example'),
      credentials: undefined,
      clock: new ManualClock(),
      get: async () => ({ status: 200, body: JSON.stringify({ token: tokens.shift() }) })
    })
    const scope = { repository: 'shop/api', access: 'pull,push' } as const
    const challenge = 'Bearer realm="http://registry.example/token"'

    expect(await guard.answer(challenge, scope, undefined)).toBe('Bearer first')
    expect(await guard.answer(challenge, scope, undefined)).toBe('Bearer first')
    expect(await guard.answer(challenge, scope, 'Bearer first')).toBe('Bearer second')
  })

  it('are fetched for what is done, and used again', async () => {
    const built = image('by token')
    const directory = await writeLayout(await open.directory(), [built])
    const guarded = await tokenRegistry()

    await connect(guarded.host, PUSHER).pushLayout('shop/token', directory, built.digest)

    const asked = guarded.seen.filter(({ path: target }) => target.startsWith('/token'))
    expect(asked.map(({ path: target }) => new URL(target, guarded.url).searchParams.get('scope'))).toEqual([
      'repository:shop/token:pull',
      'repository:shop/token:pull,push'
    ])
    expect(new URL(asked[0]?.path ?? '', guarded.url).searchParams.get('service')).toBe('real "one"')
  })

  it('are fetched again when their time is over', async () => {
    const guarded = await tokenRegistry(scope => ({ access_token: tokenFor(scope), expires_in: 300 }))
    const clock = new ManualClock()
    const registry = connect(guarded.host, PUSHER, clock)
    const asked = (): number => guarded.seen.filter(({ path: target }) => target.startsWith('/token')).length

    await registry.resolve('shop/token', 'env-integration')
    clock.advance(289_000)
    await registry.resolve('shop/token', 'env-integration')
    expect(asked()).toBe(1)
    clock.advance(2_000)
    await registry.resolve('shop/token', 'env-integration')

    expect(asked()).toBe(2)
  })

  it('of a public registry need no credentials, from whatever host they come', async () => {
    const issuer = await front(undefined, (_request, response) => reply(response, 200, {}, { token: 'anonymous' }))
    const silly = await startRealRegistry(async () => ({ silly: { realm: `${issuer.url}/token`, service: 'silly' } }))

    const found = await connect(silly.host).resolve('shop/public', 'env-integration')

    await silly.stop()
    expect(found).toBeUndefined()
    expect(issuer.seen).toEqual([
      { method: 'GET', path: '/token?service=silly&scope=repository%3Ashop%2Fpublic%3Apull', authorization: undefined }
    ])
  })

  it('are not fetched by credentials from another host than they were issued for', async () => {
    const thief = await front(undefined, (_request, response) => reply(response, 200, {}, { token: 'stolen' }))
    const registry = await front(undefined, (_request, response) =>
      reply(response, 401, { 'www-authenticate': `Bearer realm="${thief.url}/token"` })
    )

    const error = await connect(registry.host, PUSHER)
      .resolve('shop/api', 'env-integration')
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`${registry.host} asks for its credentials to be sent to ${thief.host}.`)
    expect(thief.seen).toEqual([])
  })

  it.each([
    ['no realm', 'Bearer service=x', /does not say where to get it/],
    ['a realm that is no address', 'Bearer realm="token"', /does not say where to get it/],
    [
      'a realm without encryption',
      'Bearer realm="ftp://127.0.0.1/token"',
      /requires a token from (ftp:.*|null), which is not encrypted/
    ]
  ])('are not fetched by a challenge with %s', async (_what, challenge, message) => {
    const registry = await front(undefined, (_request, response) =>
      reply(response, 401, { 'www-authenticate': challenge })
    )

    await expect(connect(registry.host).resolve('shop/api', 'env-integration')).rejects.toThrow(message)
  })

  it('are asked for where several ways are offered', async () => {
    const registry = await front(open.url, (request, response, forward) => {
      if (request.url?.startsWith('/token')) return reply(response, 200, {}, { token: 'fine' })
      if (request.headers.authorization === 'Bearer fine') return forward()
      response.setHeader('www-authenticate', [
        'Basic realm="x"',
        `BEARER  Realm = "http://${request.headers.host}/token?a=b"`
      ])
      reply(response, 401)
    })

    expect(await connect(registry.host).resolve('shop/api', 'env-integration')).toBeUndefined()

    expect(registry.seen[1]?.path).toBe('/token?a=b&scope=repository%3Ashop%2Fapi%3Apull')
  })

  it.each([
    ['no JSON', 'token'],
    ['no token', { expires_in: 60 }],
    ['a token that would be two headers', { token: 'a\r\nhost: b' }]
  ])('are not read out of an answer with %s', async (_what, answer) => {
    const guarded = await tokenRegistry(() => answer)

    const resolved = connect(guarded.host, PUSHER).resolve('shop/api', 'env-integration')

    await expect(resolved).rejects.toThrow(`${guarded.host} issued no token (HTTP 200).`)
  })

  it('are asked for again when their server is busy', async () => {
    let asked = 0
    const registry = await front(open.url, (request, response, forward) => {
      if (request.url?.startsWith('/token')) {
        asked++
        return asked === 1 ? reply(response, 503) : reply(response, 200, {}, { token: 'fine' })
      }
      if (request.headers.authorization === 'Bearer fine') return forward()
      reply(response, 401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` })
    })

    expect(await connect(registry.host).resolve('shop/api', 'env-integration')).toBeUndefined()

    expect(asked).toBe(2)
  })

  it('that are refused name the credentials', async () => {
    const guarded = await tokenRegistry()

    const error = await connect(guarded.host, { username: 'pusher', password: 'old' })
      .resolve('shop/api', 'env-integration')
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(
      /issued no token for pull on shop\/api \(HTTP 401\)\. Check the registry's credentials/
    )
  })
})
