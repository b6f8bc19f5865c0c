import { describe, expect, it } from '@jest/globals'
import { fastRetry, sha256, UserError } from '@sluice/core'
import { RegistryFailure } from '@sluice/registry'
import { type Handler, reply } from '@sluice-lab/servers'
import { blob, image, OCI } from './image-layout.ts'
import { pushScene } from './push-scene.ts'

const scene = pushScene()
const { connect, front, layoutOf } = scene

describe('a push through an unreliable network', () => {
  it.each(['HEAD', 'POST', 'PUT', 'GET'])('repeats what a failing %s was part of', async method => {
    const built = image(`unreliable ${method}`)
    let failed = false
    const flaky = await front(async (request, response, forward) => {
      if (request.method !== method || failed) return forward()
      failed = true
      request.resume()
      reply(response, 503, {}, { errors: [{ code: 'UNAVAILABLE', message: 'later' }] })
    })

    const result = await connect(flaky.host).pushLayout('shop/flaky', await layoutOf(built), built.digest)

    expect(failed).toBe(true)
    expect(result.pushed).toBe(true)
    expect(await scene.real.digestOf(`shop/flaky@${built.digest}`)).toBe(built.digest)
  })

  it('starts an upload anew that broke off in the middle', async () => {
    const built = image('broken off', { layers: [blob(OCI.layer, Buffer.alloc(3_000_000, 7))] })
    let broken = 0
    const cut = await front(async (request, _response, forward) => {
      if (request.method !== 'PUT' || Number(request.headers['content-length']) < 3_000_000 || broken > 0)
        return forward()
      broken++
      request.once('data', () => request.destroy())
    })

    const result = await connect(cut.host).pushLayout('shop/broken', await layoutOf(built), built.digest)

    expect(broken).toBe(1)
    expect(result).toMatchObject({ pushed: true, blobs: 2 })
  })

  it('gives up on a registry that stays away, saying what it asked', async () => {
    const built = image('away')
    const gone = await front((_request, response) => void response.destroy())

    const pushed = connect(gone.host).pushLayout('shop/away', await layoutOf(built), built.digest)

    await expect(pushed).rejects.toThrow(`HEAD ${gone.host}/v2/shop/away/manifests/${built.digest} failed: `)
    expect(gone.seen).toHaveLength(fastRetry.attempts)
  })
})

describe('a push to a registry that lies', () => {
  const lying = async (handler: Handler, built = image('lied to')): Promise<unknown> => {
    const liar = await front(handler)
    return connect(liar.host)
      .pushLayout(`shop/lie${lies++}`, await layoutOf(built), built.digest)
      .catch((error: unknown) => error)
  }
  let lies = 0
  const other = sha256('something else')

  it.each([
    ['HEAD', /returned sha256:\S+ instead of sha256:\S+ for sha256:/],
    ['GET', /returned sha256:\S+ instead of sha256:\S+ for sha256:/],
    ['PUT', /(returned sha256:\S+ instead of|stored blob) sha256:/]
  ])('notices another digest in its answer to %s', async (method, message) => {
    const error = await lying((request, _response, forward) =>
      forward(answer =>
        request.method === method && answer.status < 300
          ? { ...answer, headers: { ...answer.headers, 'docker-content-digest': other } }
          : answer
      )
    )

    expect(error).not.toBeInstanceOf(UserError)
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain(other)
  })

  it('notices another digest in its answer to the manifest', async () => {
    const error = await lying((request, _response, forward) =>
      forward(answer =>
        request.method === 'PUT' && request.url?.includes('/manifests/')
          ? { ...answer, headers: { ...answer.headers, 'docker-content-digest': other } }
          : answer
      )
    )

    expect(String(error)).toContain(other)
  })

  it('notices a manifest that comes back with other bytes', async () => {
    const error = await lying((request, _response, forward) =>
      forward(answer =>
        request.method === 'GET' ? { ...answer, body: Buffer.from(answer.body).fill(' ', 1, 2) } : answer
      )
    )

    expect(String(error)).toMatch(/returned (sha256:\S+) instead of (?!\1)(sha256:\S+) for \2/)
  })

  it('notices a manifest that it took but does not have', async () => {
    const error = await lying(async (request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('/manifests/')) return forward()
      request.resume()
      reply(response, 201)
    })

    expect(String(error)).toMatch(/accepted sha256:\S+ but does not have it/)
  })

  it('notices another media type', async () => {
    const error = await lying((request, _response, forward) =>
      forward(answer =>
        request.method === 'HEAD' && answer.status === 200 && request.url?.includes('/manifests/')
          ? { ...answer, headers: { ...answer.headers, 'content-type': OCI.index } }
          : answer
      )
    )

    expect(String(error)).toMatch(/should be \d+ bytes of \S+manifest\S+, but is \d+ bytes of \S+index/)
  })

  it('reads the bytes where it is not told the digest', async () => {
    const result = await lying(
      (_request, _response, forward) =>
        forward(answer => ({ ...answer, headers: { ...answer.headers, 'docker-content-digest': undefined } })),
      image('terse')
    )

    expect(result).toMatchObject({ pushed: true })
  })

  it('wants to know the media type', async () => {
    const error = await lying((request, _response, forward) =>
      forward(answer =>
        request.method === 'GET' || request.method === 'HEAD'
          ? { ...answer, headers: { ...answer.headers, 'content-type': undefined } }
          : answer
      )
    )

    expect(String(error)).toMatch(/has no media type/)
  })

  it('notices a blob of another size', async () => {
    const error = await lying(async (request, response, forward) => {
      if (request.method !== 'HEAD' || !request.url?.includes('/blobs/')) return forward()
      reply(response, 200, { 'content-length': '1' })
    })

    expect(String(error)).toMatch(/has blob sha256:\S+ with 1 bytes instead of/)
  })

  it('takes a redirect for a blob as the word that it is there, without following it', async () => {
    const first = image('redirected')
    const second = image('redirected', { typed: false })
    await connect(scene.real.host).pushLayout('shop/redirected', await layoutOf(first), first.digest)
    const elsewhere = await front()
    const redirecting = await front(async (request, response, forward) => {
      if (request.method !== 'HEAD' || !request.url?.includes('/blobs/')) return forward()
      reply(response, 307, { location: `${elsewhere.url}/blob` })
    })

    const result = await connect(redirecting.host).pushLayout('shop/redirected', await layoutOf(second), second.digest)

    expect(result).toMatchObject({ pushed: true, blobs: 0 })
    expect(elsewhere.seen).toEqual([])
  })

  it.each([
    [
      'at another host',
      'http://127.0.0.1:9/upload',
      /asks for an upload to https?:\/\/127\.0\.0\.1:9\. Content is uploaded only to/
    ],
    ['that is none', 'http://[', /returned an invalid upload URL in its Location header/],
    ['nowhere', undefined, /started an upload without a Location header/]
  ])('sends nothing to an upload address %s', async (_where, location, message) => {
    const error = await lying(async (request, response, forward) => {
      if (request.method !== 'POST') return forward()
      reply(response, 202, location === undefined ? {} : { location })
    })

    expect(String(error)).toMatch(message)
  })

  it('sends nothing to its own host by another scheme: token and layers would travel in the clear, or to another server', async () => {
    const error = await lying(async (request, response, forward) => {
      if (request.method !== 'POST') return forward()
      reply(response, 202, { location: `https://${request.headers.host}/upload` })
    })

    expect(error).toBeInstanceOf(RegistryFailure)
    expect(String(error)).toMatch(
      /asks for an upload to https:\/\/127\.0\.0\.1:\d+\. Content is uploaded only to the registry's own origin, http:/
    )
  })

  it('follows no redirect with an upload', async () => {
    const elsewhere = await front()
    const error = await lying(async (request, response, forward) => {
      if (request.method !== 'PUT') return forward()
      request.resume()
      reply(response, 307, { location: `${elsewhere.url}/upload` })
    })

    expect(String(error)).toMatch(/redirects PUT \S+ to 127\.0\.0\.1:/)
    expect(elsewhere.seen).toEqual([])
  })
})
