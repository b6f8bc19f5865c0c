import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type Digest, parseDigest } from '@sluice/core'
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
import { pushScene } from './push-scene.ts'

const scene = pushScene()
const { connect, front, layoutOf } = scene

describe('a push', () => {
  it('stores a manifest as the very bytes that were built', async () => {
    const built = image('verbatim')
    const directory = await layoutOf(built)

    const result = await connect(scene.real.host).pushLayout('shop/verbatim', directory, built.digest)

    expect(result).toEqual({ pushed: true, digest: built.digest, blobs: 2, bytes: expect.any(Number), leftOut: [] })
    expect(await scene.real.raw(`shop/verbatim@${built.digest}`)).toEqual(
      await readFile(blobFile(directory, built.digest))
    )
  })

  it('stores what skopeo takes out again unchanged', async () => {
    const built = image('there and back')
    await connect(scene.real.host).pushLayout('shop/copied', await layoutOf(built), built.digest)
    const copy = await scene.real.directory()

    await scene.real.copy(`shop/copied@${built.digest}`, copy)

    for (const [digest, bytes] of built.blobs) expect(await readFile(blobFile(copy, digest))).toEqual(bytes)
  })

  it('takes a layout that skopeo wrote', async () => {
    const built = index([image('by skopeo'), image('by skopeo too')])
    await connect(scene.real.host).pushLayout('shop/origin', await layoutOf(built), built.digest)
    const copy = await scene.real.directory()
    await scene.real.copy(`shop/origin@${built.digest}`, copy)

    const result = await connect(scene.real.host).pushLayout('shop/target', copy, built.digest)

    expect(result).toMatchObject({ pushed: true, blobs: 4 })
    expect(await scene.real.raw(`shop/target@${built.digest}`)).toEqual(
      Buffer.from(built.blobs.get(built.digest) ?? [])
    )
  })

  it('counts the blobs it uploaded and their bytes', async () => {
    const built = image('counted')
    const bytes = [...built.blobs.values()].reduce((total, content) => total + content.length, 0)

    const result = await connect(scene.real.host).pushLayout('shop/counted', await layoutOf(built), built.digest)

    expect(result.bytes).toBe(bytes - built.size)
  })

  it('takes two requests when the repository has the manifest', async () => {
    const built = index([image('again'), image('again on arm')])
    const directory = await layoutOf(built)
    await connect(scene.real.host).pushLayout('shop/again', directory, built.digest)
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
    const registry = connect(scene.real.host)
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
    await scene.real.copy(`${repository}@${built.digest}`, await scene.real.directory())
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
    const registry = connect(scene.real.host)
    await registry.pushLayout('shop/partly', await layoutOf(child), child.digest)

    const result = await registry.pushLayout('shop/partly', await layoutOf(built), built.digest)

    expect(result).toMatchObject({ pushed: true, blobs: 2 })
  })

  it('takes a manifest without a media type of its own for what it is', async () => {
    const built = image('untyped', { typed: false })

    await connect(scene.real.host).pushLayout('shop/untyped', await layoutOf(built), built.digest)

    expect(await connect(scene.real.host).resolve('shop/untyped', built.digest)).toEqual(reference(built))
  })

  it('pushes an empty layer', async () => {
    const built = image('hollow', { layers: [blob(OCI.layer, '')] })

    const result = await connect(scene.real.host).pushLayout('shop/hollow', await layoutOf(built), built.digest)

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
    const directory = await writeLayout(await scene.real.directory(), [signature, built, contents, platform, stranger])

    const result = await connect(scene.real.host).pushLayout('shop/signed', directory, built.digest)
    const again = await connect(scene.real.host).pushLayout('shop/signed', directory, built.digest)

    expect([...result.leftOut].sort()).toEqual([contents, platform, signature].map(({ digest }) => digest).sort())
    expect(again).toMatchObject({ pushed: false, leftOut: result.leftOut })
    expect(await connect(scene.real.host).resolve('shop/signed', contents.digest)).toBeUndefined()
  })

  it('leaves nothing out of a layout of one image, or beside other images', async () => {
    const [built, other] = [image('one'), image('two')]
    const directory = await writeLayout(await scene.real.directory(), [built, other])

    expect((await connect(scene.real.host).pushLayout('shop/alone', directory, built.digest)).leftOut).toEqual([])
  })

  it('needs no more memory for a large layer', async () => {
    const size = 192 * 1024 * 1024
    const directory = await scene.real.directory()
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

    const result = await connect(scene.real.host).pushLayout('shop/large', directory, built.digest)

    clearInterval(timer)
    expect(result.bytes).toBeGreaterThan(size)
    expect(peak - before).toBeLessThan(size / 2)
  })
})

function hashOfZeros(size: number): Digest {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(1024 * 1024)
  for (let done = 0; done < size; done += chunk.length) hash.update(chunk)
  return parseDigest(`sha256:${hash.digest('hex')}`)
}
