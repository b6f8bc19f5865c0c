import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure, hexOf, sha256 } from '@sluice/core'
import { checkLayout } from '../../src/builder/check-layout.ts'
import { INDEX, layoutIn, MANIFEST, type WrittenLayout } from './layout.ts'

let layout = ''
let written: WrittenLayout

beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'sluice-layout-'))
  written = await layoutIn(layout)
})

afterEach(async () => {
  await rm(layout, { recursive: true, force: true })
})

const store: WrittenLayout['store'] = (...args) => written.store(...args)
const image: WrittenLayout['image'] = (...args) => written.image(...args)
const index: WrittenLayout['index'] = (...args) => written.index(...args)

describe('checkLayout', () => {
  it('names the image and its annotations', async () => {
    const built = await image({ annotations: { tea: 'green', cups: 2 } })
    await index(built)

    expect(await checkLayout(layout)).toEqual({ digest: built.digest, annotations: { tea: 'green' } })
  })

  it('follows an index to the images of all platforms', async () => {
    const platforms = [await image(), await image({ annotations: { tea: 'black' } })]
    const built = await store({ manifests: platforms }, INDEX)
    await index(built)

    expect((await checkLayout(layout)).digest).toBe(built.digest)
    expect(await readdir(join(layout, 'blobs/sha256'))).toHaveLength(5)
  })

  it('removes what the image does not need', async () => {
    const stray = await store('stray')
    await mkdir(join(layout, 'ingest'))
    await index(await image())

    await checkLayout(layout)

    expect(await readdir(layout)).not.toContain('ingest')
    expect(await readdir(join(layout, 'blobs/sha256'))).not.toContain(hexOf(stray.digest))
  })

  it.each(['config', 'layer'])('refuses a %s whose bytes are others', async part => {
    await index(await image())
    const other = part.toUpperCase()
    await writeFile(join(layout, 'blobs/sha256', hexOf(sha256(part))), other)

    await expect(checkLayout(layout)).rejects.toThrow(
      `with digest ${sha256(part)}, but holds others (${sha256(other)}). Build it again.`
    )
    await expect(checkLayout(layout)).rejects.toThrow(Failure)
  })

  it('refuses a layout that lacks a blob', async () => {
    await index(await image())
    await rm(join(layout, 'blobs/sha256', hexOf(sha256('layer'))))

    await expect(checkLayout(layout)).rejects.toThrow(`does not hold ${sha256('layer')}`)
  })

  it('says of a layer that may not be redistributed where it is, not that another build would help', async () => {
    const urls = ['https://layers.example.com/base']
    const foreign = {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
      digest: sha256('x'),
      size: 1,
      urls
    }
    await index(await image({ layers: [foreign] }))

    await expect(checkLayout(layout)).rejects.toThrow(
      `does not hold ${sha256('x')}. It is a layer that may not be redistributed: whoever runs the image fetches it from ${urls[0]}. An image is pushed whole or not at all. Start from a base image without such layers.`
    )
  })

  it('refuses what a push would refuse: an index that is a manifest as well, a size or a type that is another', async () => {
    const built = await image()
    const both = await store({ manifests: [], config: await store('config'), layers: [] }, INDEX)
    await index(both)
    await expect(checkLayout(layout)).rejects.toThrow(/is both an image index and an image manifest/)

    await index({ ...built, size: built.size + 1 })
    await expect(checkLayout(layout)).rejects.toThrow(
      `${built.digest} has ${built.size + 1} bytes, but it has ${built.size}`
    )

    await index({ ...built, mediaType: INDEX })
    await expect(checkLayout(layout)).rejects.toThrow(/in index\.json, but its content is/)

    await index(await store({ manifests: [{ ...built, size: 1 }] }, INDEX))
    await expect(checkLayout(layout)).rejects.toThrow(`says that ${built.digest} is 1 bytes`)
  })

  it('refuses two images, none, or what is no digest', async () => {
    await index(await image(), await image())
    await expect(checkLayout(layout)).rejects.toThrow('names 2 images; expected exactly one')

    await index()
    await expect(checkLayout(layout)).rejects.toThrow('names 0 images')

    await index(await image())
    await writeFile(join(layout, 'index.json'), '{}')
    await expect(checkLayout(layout)).rejects.toThrow('names 0 images')

    await index('../../etc/passwd')
    await expect(checkLayout(layout)).rejects.toThrow('contains an entry that is not a descriptor')

    await index(await store({ manifests: [{ mediaType: MANIFEST, size: 1, digest: '../x' }] }, INDEX))
    await expect(checkLayout(layout)).rejects.toThrow('not a descriptor with a sha256 digest')
  })

  it('refuses a folder that is no layout', async () => {
    await expect(checkLayout(layout)).rejects.toThrow(/is not an OCI image layout: oci-layout cannot be read/)
  })
})
