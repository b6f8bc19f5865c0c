import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, hexOf, sha256 } from '@sluice/core'
import { checkLayout } from '../../src/builder/layout.ts'

let layout = ''

beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'sluice-layout-'))
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true })
})

afterEach(async () => {
  await rm(layout, { recursive: true, force: true })
})

async function store(value: unknown): Promise<Digest> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  await writeFile(join(layout, 'blobs/sha256', hexOf(sha256(text))), text)
  return sha256(text)
}

async function image(more: Readonly<Record<string, unknown>> = {}): Promise<Digest> {
  return store({ config: { digest: await store('config') }, layers: [{ digest: await store('layer') }], ...more })
}

async function index(...digests: readonly unknown[]): Promise<void> {
  await writeFile(join(layout, 'index.json'), JSON.stringify({ manifests: digests.map(digest => ({ digest })) }))
}

describe('checkLayout', () => {
  it('names the image and its annotations', async () => {
    const digest = await image({ annotations: { tea: 'green' } })
    await index(digest)

    expect(await checkLayout(layout)).toEqual({ digest, annotations: { tea: 'green' } })
  })

  it('follows an index to the images of all platforms', async () => {
    const digest = await store({ manifests: [{ digest: await image() }, { digest: await image({ tea: 1 }) }] })
    await index(digest)

    expect((await checkLayout(layout)).digest).toBe(digest)
    expect(await readdir(join(layout, 'blobs/sha256'))).toHaveLength(5)
  })

  it('removes what the image does not need', async () => {
    const stray = await store('stray')
    await mkdir(join(layout, 'ingest'))
    await index(await image())

    await checkLayout(layout)

    expect(await readdir(layout)).not.toContain('ingest')
    expect(await readdir(join(layout, 'blobs/sha256'))).not.toContain(hexOf(stray))
  })

  it.each(['config', 'layer'])('refuses a %s whose bytes are others', async part => {
    await index(await image())
    await writeFile(join(layout, 'blobs/sha256', hexOf(sha256(part))), 'other')

    await expect(checkLayout(layout)).rejects.toThrow(`${sha256(part)} that hashes to ${sha256('other')}`)
  })

  it('refuses a layout that lacks a blob', async () => {
    const digest = await image()
    await index(digest)
    await rm(join(layout, 'blobs/sha256', hexOf(sha256('layer'))))

    await expect(checkLayout(layout)).rejects.toThrow(`lacks the blob ${sha256('layer')}`)
  })

  it('refuses two images, none, or what is no digest', async () => {
    await index(await image(), await image())
    await expect(checkLayout(layout)).rejects.toThrow('wrote 2 images')

    await index()
    await expect(checkLayout(layout)).rejects.toThrow('wrote 0 images')

    await writeFile(join(layout, 'index.json'), '{}')
    await expect(checkLayout(layout)).rejects.toThrow('wrote 0 images')

    await index('../../etc/passwd')
    await expect(checkLayout(layout)).rejects.toThrow('exactly one is wanted')

    await index(await store({ manifests: [{ digest: '../x' }] }))
    await expect(checkLayout(layout)).rejects.toThrow('names ../x, which is no digest')
  })

  it('refuses a folder that is no layout', async () => {
    await expect(checkLayout(layout)).rejects.toThrow('left no readable')
  })
})
