import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type Digest, sha256, UserError } from '@sluice/core'
import { blob, blobFile, document, image, index, layer, OCI, reference } from './image-layout.ts'
import { pushScene } from './push-scene.ts'

const scene = pushScene()
const { connect, front, layoutOf } = scene

describe('a push refuses', () => {
  const push = async (directory: string, digest: Digest): Promise<unknown> =>
    connect(scene.real.host)
      .pushLayout('shop/refused', directory, digest)
      .catch((error: unknown) => error)

  it('a directory that is no layout', async () => {
    const error = await push(await scene.real.directory(), sha256('x'))

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
    expect(await connect(scene.real.host).resolve('shop/refused', built.digest)).toBeUndefined()
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

    const pushed = connect(scene.real.host).pushLayout('Shop/../api', directory, built.digest)

    await expect(pushed).rejects.toThrow('"Shop/../api" is not a repository name.')
  })
})
