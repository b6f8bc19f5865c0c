import { createHash } from 'node:crypto'
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, fastRetry, ManualClock, parseDigest, sha256, UserError } from '@sluice/core'
import { connectRegistry, type Registry, RegistryFailure } from '@sluice/registry'
import { type Front, type Handler, reply, startFront } from './front.ts'
import {
  blob,
  blobFile,
  DOCKER,
  document,
  image,
  index,
  layer,
  OCI,
  type Piece,
  reference,
  writeLayout
} from './image-layout.ts'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

let real: RealRegistry
const fronts: Front[] = []

beforeAll(async () => {
  real = await startRealRegistry()
})

afterAll(async () => {
  await Promise.all(fronts.map(front => front.stop()))
  await real.stop()
})

function connect(host: string): Registry {
  return connectRegistry({ host, clock: new ManualClock(), policy: fastRetry })
}

async function front(handler?: Handler): Promise<Front> {
  const started = await startFront(real.url, handler)
  fronts.push(started)
  return started
}

async function layoutOf(...roots: readonly Piece[]): Promise<string> {
  return writeLayout(await real.directory(), roots)
}

describe('a push', () => {
  it('stores a manifest as the very bytes that were built', async () => {
    const built = image('verbatim')
    const directory = await layoutOf(built)

    const result = await connect(real.host).pushLayout('shop/verbatim', directory, built.digest)

    expect(result).toEqual({ pushed: true, digest: built.digest, blobs: 2, bytes: expect.any(Number), leftOut: [] })
    expect(await real.raw(`shop/verbatim@${built.digest}`)).toEqual(await readFile(blobFile(directory, built.digest)))
  })

  it('stores what skopeo takes out again unchanged', async () => {
    const built = image('there and back')
    await connect(real.host).pushLayout('shop/copied', await layoutOf(built), built.digest)
    const copy = await real.directory()

    await real.copy(`shop/copied@${built.digest}`, copy)

    for (const [digest, bytes] of built.blobs) expect(await readFile(blobFile(copy, digest))).toEqual(bytes)
  })

  it('takes a layout that skopeo wrote', async () => {
    const built = index([image('by skopeo'), image('by skopeo too')])
    await connect(real.host).pushLayout('shop/origin', await layoutOf(built), built.digest)
    const copy = await real.directory()
    await real.copy(`shop/origin@${built.digest}`, copy)

    const result = await connect(real.host).pushLayout('shop/target', copy, built.digest)

    expect(result).toMatchObject({ pushed: true, blobs: 4 })
    expect(await real.raw(`shop/target@${built.digest}`)).toEqual(Buffer.from(built.blobs.get(built.digest) ?? []))
  })

  it('counts the blobs it uploaded and their bytes', async () => {
    const built = image('counted')
    const bytes = [...built.blobs.values()].reduce((total, content) => total + content.length, 0)

    const result = await connect(real.host).pushLayout('shop/counted', await layoutOf(built), built.digest)

    expect(result.bytes).toBe(bytes - built.size)
  })

  it('takes two requests when the repository has the manifest', async () => {
    const built = index([image('again'), image('again on arm')])
    const directory = await layoutOf(built)
    await connect(real.host).pushLayout('shop/again', directory, built.digest)
    const counted = await front()

    const result = await connect(counted.host).pushLayout('shop/again', directory, built.digest)

    expect(result).toEqual({ pushed: false, digest: built.digest, blobs: 0, bytes: 0, leftOut: [] })
    expect(counted.seen.map(({ method, path: target }) => `${method} ${target}`)).toEqual([
      `HEAD /v2/shop/again/manifests/${built.digest}`,
      `GET /v2/shop/again/manifests/${built.digest}`
    ])
  })

  it('sends no blob that the repository has', async () => {
    const shared = layer('shared')
    const first = image('first', { layers: [shared] })
    const second = image('second', { layers: [shared, layer('own')] })
    const registry = connect(real.host)
    await registry.pushLayout('shop/shared', await layoutOf(first), first.digest)

    const result = await registry.pushLayout('shop/shared', await layoutOf(second), second.digest)

    expect(result.blobs).toBe(2)
  })

  it.each([
    ['OCI', OCI],
    ['Docker', DOCKER]
  ])('pushes the manifests of an index before the index (%s types)', async (name, types) => {
    const built = index([image('amd64', { types }), image('arm64', { types }), image('attestation', { types })], types)
    const repository = `shop/index-${name.toLowerCase()}`
    const watched = await front()

    await connect(watched.host).pushLayout(repository, await layoutOf(built), built.digest)

    const put = watched.seen.filter(({ method, path: target }) => method === 'PUT' && target.includes('/manifests/'))
    expect(put).toHaveLength(4)
    expect(put.at(-1)?.path).toBe(`/v2/${repository}/manifests/${built.digest}`)
    await real.copy(`${repository}@${built.digest}`, await real.directory())
  })

  it('sends a manifest that an index lists twice only once', async () => {
    const once = image('once')
    const built = index([once, once])
    const watched = await front()

    await connect(watched.host).pushLayout('shop/twice', await layoutOf(built), built.digest)

    const put = watched.seen.filter(({ method, path: target }) => method === 'PUT' && target.includes('/manifests/'))
    expect(put).toHaveLength(2)
  })

  it('finishes an index of which a killed push left a part', async () => {
    const child = image('left over')
    const built = index([child, image('missing')])
    const registry = connect(real.host)
    await registry.pushLayout('shop/partly', await layoutOf(child), child.digest)

    const result = await registry.pushLayout('shop/partly', await layoutOf(built), built.digest)

    expect(result).toMatchObject({ pushed: true, blobs: 2 })
  })

  it('takes a manifest without a media type of its own for what it is', async () => {
    const built = image('untyped', { typed: false })

    await connect(real.host).pushLayout('shop/untyped', await layoutOf(built), built.digest)

    expect(await connect(real.host).resolve('shop/untyped', built.digest)).toEqual(reference(built))
  })

  it('pushes an empty layer', async () => {
    const built = image('hollow', { layers: [blob(OCI.layer, '')] })

    const result = await connect(real.host).pushLayout('shop/hollow', await layoutOf(built), built.digest)

    expect(result.pushed).toBe(true)
  })

  it('names what the layout holds about the image, and about that, and leaves out', async () => {
    const [amd, arm] = [image('amd'), image('arm')]
    const built = index([amd, arm])
    const about = (subject: Piece, text: string): Piece => {
      const [config, content] = [blob(OCI.config, '{}'), blob(OCI.layer, text)]
      const body = {
        schemaVersion: 2,
        mediaType: OCI.manifest,
        config: reference(config),
        layers: [reference(content)]
      }
      return document(OCI.manifest, { ...body, subject: reference(subject) }, [config, content])
    }
    const [contents, platform, stranger] = [about(built, 'contents'), about(arm, 'arm'), about(image('x'), 'x')]
    const signature = about(contents, 'signature of the contents')
    const directory = await writeLayout(await real.directory(), [signature, built, contents, platform, stranger])

    const result = await connect(real.host).pushLayout('shop/signed', directory, built.digest)
    const again = await connect(real.host).pushLayout('shop/signed', directory, built.digest)

    expect([...result.leftOut].sort()).toEqual([contents, platform, signature].map(({ digest }) => digest).sort())
    expect(again).toMatchObject({ pushed: false, leftOut: result.leftOut })
    expect(await connect(real.host).resolve('shop/signed', contents.digest)).toBeUndefined()
  })

  it('leaves nothing out of a layout of one image, or beside other images', async () => {
    const [built, other] = [image('one'), image('two')]
    const directory = await writeLayout(await real.directory(), [built, other])

    expect((await connect(real.host).pushLayout('shop/alone', directory, built.digest)).leftOut).toEqual([])
  })

  it('needs no more memory for a large layer', async () => {
    const size = 192 * 1024 * 1024
    const directory = await real.directory()
    const large = path.join(directory, 'large')
    const file = await open(large, 'w')
    await file.truncate(size)
    await file.close()
    const digest = hashOfZeros(size)
    const built = image('large', { layers: [{ mediaType: OCI.layer, digest, size, blobs: new Map() }] })
    await writeLayout(directory, [built])
    await rename(large, blobFile(directory, digest))
    const before = process.memoryUsage().rss
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 10)

    const result = await connect(real.host).pushLayout('shop/large', directory, built.digest)

    clearInterval(timer)
    expect(result.bytes).toBeGreaterThan(size)
    expect(peak - before).toBeLessThan(size / 2)
  })
})

describe('a push refuses', () => {
  const push = async (directory: string, digest: Digest): Promise<unknown> =>
    connect(real.host)
      .pushLayout('shop/refused', directory, digest)
      .catch((error: unknown) => error)

  it('a directory that is no layout', async () => {
    const error = await push(await real.directory(), sha256('x'))

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/is not an OCI image layout: oci-layout cannot be read.*type=oci,tar=false/)
  })

  it.each([
    [
      'oci-layout',
      '{"imageLayoutVersion":"2.0.0"}',
      /OCI image layout of version 2\.0\.0\. Only version 1\.0\.0 is supported/
    ],
    ['oci-layout', 'null', /of version undefined/],
    ['index.json', '{"manifests":[{"digest":"sha512:00"}]}', /index\.json contains an entry that is not a descriptor/],
    ['index.json', 'null', /does not hold sha256:/]
  ])('a layout whose %s is %s', async (name, content, message) => {
    const directory = await layoutOf(image('odd'))
    await writeFile(path.join(directory, name), content)

    const error = await push(directory, sha256('elsewhere'))

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(message)
  })

  it('a digest that the layout does not hold', async () => {
    const error = await push(await layoutOf(image('other')), sha256('absent'))

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`does not hold ${sha256('absent')}`)
  })

  it('a manifest whose bytes are not those of its digest', async () => {
    const built = image('swapped')
    const directory = await layoutOf(built)
    await writeFile(blobFile(directory, built.digest), '{}')

    const error = await push(directory, built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`hashes to ${sha256('{}')}`)
  })

  it('a layer that may not be redistributed and is not there, with the place where it is', async () => {
    const urls = ['https://layers.example.com/base', 7]
    const config = blob(OCI.config, '{}')
    const foreign = {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
      digest: sha256('x'),
      size: 1
    }
    const body = {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: reference(config),
      layers: [{ ...foreign, urls }]
    }
    const built = document(OCI.manifest, body, [config])

    const error = await push(await layoutOf(built), built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(
      'It is a layer that may not be redistributed: whoever runs the image fetches it from https://layers.example.com/base.'
    )
    expect(String(error)).not.toContain('again')
  })

  it.each([
    [
      'other bytes',
      (bytes: Buffer) => Buffer.from(bytes).fill(0, 10, 11).fill(255, 11, 12),
      /but holds others \(sha256:/
    ],
    ['fewer bytes', (bytes: Buffer) => bytes.subarray(1), /has \d+ bytes, its manifest says/]
  ])('a layer with %s, and stores no manifest', async (_what, change, message) => {
    const changed = layer('about to change')
    const built = image('changed', { layers: [changed] })
    const directory = await layoutOf(built)
    const file = blobFile(directory, changed.digest)
    await writeFile(file, change(await readFile(file)))

    const error = await push(directory, built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(message)
    expect(await connect(real.host).resolve('shop/refused', built.digest)).toBeUndefined()
  })

  it('a layer that grows while it is read', async () => {
    const changed = layer('grows')
    const built = image('growing', { layers: [changed] })
    const directory = await layoutOf(built)
    const file = blobFile(directory, changed.digest)
    const grown = await front(async (request, _response, forward) => {
      if (request.method === 'POST') await writeFile(file, Buffer.alloc(1_000_000))
      await forward()
    })

    const error = await connect(grown.host)
      .pushLayout('shop/refused', directory, built.digest)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/but holds others \(more bytes\)/)
  })

  it('a layout from which a layer is missing', async () => {
    const lost = layer('lost')
    const built = image('lossy', { layers: [lost, layer('kept')] })
    const directory = await layoutOf(built)
    await rm(blobFile(directory, lost.digest))

    const error = await push(directory, built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`does not hold ${lost.digest}`)
  })

  const some = reference(layer('some'))
  it.each([
    ['not JSON', OCI.manifest, 'plain text', /it is not JSON\./],
    ['a JSON text', OCI.manifest, '"text"', /it is not a JSON object/],
    ['no manifest', OCI.manifest, '{}', /neither an image index nor an image manifest\./],
    ['both', OCI.index, { manifests: [], layers: [], config: some }, /is both an image index and an image manifest\./],
    ['of another type', OCI.manifest, { mediaType: OCI.index, layers: [], config: some }, /has media type ".*index/],
    ['of an unknown type', OCI.manifest, { mediaType: 7, layers: [], config: some }, /has media type 7\. Supported:/],
    [
      'another type in index.json',
      OCI.index,
      { layers: [], config: some },
      /calls sha256:\S+ \S+index\S+ in index\.json/
    ],
    ['without a list', OCI.manifest, { layers: 'none', config: some }, /has no list of descriptors/],
    [
      'with a broken descriptor',
      OCI.manifest,
      { layers: [null], config: some },
      /not a descriptor with a sha256 digest/
    ],
    ['with a negative size', OCI.manifest, { layers: [{ ...some, size: -1 }], config: some }, /not a descriptor/]
  ])('a manifest that is %s', async (_what, mediaType, content, message) => {
    const bytes = typeof content === 'string' ? content : JSON.stringify(content)
    const built = blob(mediaType, bytes)

    const error = await push(await layoutOf(built), built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(message)
  })

  it('a manifest larger than registries take', async () => {
    const built = blob(OCI.manifest, Buffer.alloc(4 * 1024 * 1024 + 1))

    const error = await push(await layoutOf(built), built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/is not a manifest: it is 4194305 bytes long/)
  })

  it('an index that describes a manifest wrongly', async () => {
    const child = image('child')
    const built = document(OCI.index, { manifests: [{ ...reference(child), size: 1 }] }, [child])

    const error = await push(await layoutOf(built), built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`${child.digest} is 1 bytes of`)
  })

  it('indexes nested without end', async () => {
    let built = image('deep')
    for (let depth = 0; depth < 4; depth++) built = index([built])

    const error = await push(await layoutOf(built), built.digest)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toMatch(/nests image indexes deeper than 4/)
  })

  it('a repository name that registries do not take', async () => {
    const built = image('named')
    const directory = await layoutOf(built)

    const pushed = connect(real.host).pushLayout('Shop/../api', directory, built.digest)

    await expect(pushed).rejects.toThrow('"Shop/../api" is not a repository name.')
  })
})

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
    expect(await real.digestOf(`shop/flaky@${built.digest}`)).toBe(built.digest)
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
      .pushLayout(`shop/lie${fronts.length}`, await layoutOf(built), built.digest)
      .catch((error: unknown) => error)
  }
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
    await connect(real.host).pushLayout('shop/redirected', await layoutOf(first), first.digest)
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

function hashOfZeros(size: number): Digest {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(1024 * 1024)
  for (let done = 0; done < size; done += chunk.length) hash.update(chunk)
  return parseDigest(`sha256:${hash.digest('hex')}`)
}
