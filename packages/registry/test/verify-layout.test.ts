import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { verifyLayout } from '@sluice/registry'
import { blobFile, document, image, index, layer, OCI, type Piece, reference, writeLayout } from './image-layout.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-layout-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

let count = 0
const written = (...roots: readonly Piece[]): Promise<string> => writeLayout(join(directory, String(++count)), roots)

describe('a layout that is read to its last byte', () => {
  it('names the image, and all that it needs', async () => {
    const shared = layer('shared')
    const one = image('one', { layers: [shared] })
    const both = index([one, image('two', { layers: [shared, layer('own')] })])

    const { image: found, needed } = await verifyLayout(await written(both))

    expect(found.digest).toBe(both.digest)
    expect([...needed].sort()).toEqual([...both.blobs.keys()].sort())
  })

  it('may nest indexes four deep, and no deeper', async () => {
    const nested = (depth: number): Piece => (depth === 1 ? image('deep') : index([nested(depth - 1)]))

    expect((await verifyLayout(await written(nested(4)))).needed.size).toBe(6)
    await expect(verifyLayout(await written(nested(5)))).rejects.toThrow(
      /nests image indexes deeper than 4\. Build it flat\./
    )
  })

  it.each<[string, () => Promise<string>, RegExp]>([
    ['no image', () => written(), /index\.json names 0 images; expected exactly one\.$/],
    ['two images', () => written(image('one'), image('two')), /index\.json names 2 images; expected exactly one\.$/],
    [
      'another size in its index',
      async () => {
        const piece = image('sized')
        return written({ ...piece, size: piece.size + 1 })
      },
      /index\.json says that sha256:[0-9a-f]{64} has \d+ bytes, but it has \d+\.$/
    ],
    [
      'a media type in its index that the image does not have',
      () => written({ ...image('typed'), mediaType: OCI.index }),
      /in index\.json, but its content is application\/vnd\.oci\.image\.manifest\.v1\+json\. Build the layout again\.$/
    ],
    [
      'an index that tells another size of an image',
      () => {
        const piece = image('inner')
        const told = { ...reference(piece), size: piece.size + 1 }
        return written(document(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [told] }, [piece]))
      },
      /says that sha256:[0-9a-f]{64} is \d+ bytes of .*, but it is \d+ bytes of .*\. Build the layout again\.$/
    ],
    [
      'an index that tells another media type of an image',
      () => {
        const piece = image('inner type')
        const told = { ...reference(piece), mediaType: OCI.index }
        return written(document(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [told] }, [piece]))
      },
      /bytes of application\/vnd\.oci\.image\.index\.v1\+json, but it is/
    ],
    [
      'a layer with other bytes of the same length',
      async () => {
        const own = layer('own bytes')
        const found = await written(image('bytes', { layers: [own] }))
        await writeFile(blobFile(found, own.digest), Buffer.alloc(own.size))
        return found
      },
      /should hold \d+ bytes with digest sha256:[0-9a-f]{64}, but holds others \(sha256:/
    ],
    [
      'a layer that is shorter',
      async () => {
        const own = layer('longer')
        const found = await written(image('shorter', { layers: [own] }))
        await writeFile(blobFile(found, own.digest), 'x')
        return found
      },
      /has 1 bytes, its manifest says \d+\. Build the layout again\.$/
    ],
    [
      'no layer where one should be',
      async () => {
        const own = layer('gone')
        const found = await written(image('without', { layers: [own] }))
        await unlink(blobFile(found, own.digest))
        return found
      },
      /does not hold sha256:[0-9a-f]{64}\. Give a digest that it holds, or build it again\.$/
    ],
    [
      'another version',
      async () => {
        const found = await written(image('version'))
        await writeFile(join(found, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}')
        return found
      },
      /is an OCI image layout of version 2\.0\.0\. Only version 1\.0\.0 is supported\.$/
    ],
    [
      'no version',
      async () => {
        const found = await written(image('unversioned'))
        await writeFile(join(found, 'oci-layout'), 'null')
        return found
      },
      /of version undefined\. Only version 1\.0\.0/
    ],
    [
      'an index that is null',
      async () => {
        const found = await written(image('null'))
        await writeFile(join(found, 'index.json'), 'null')
        return found
      },
      /names 0 images/
    ],
    [
      'an entry that is no descriptor',
      async () => {
        const found = await written(image('entry'))
        await writeFile(join(found, 'index.json'), '{"manifests":[{}]}')
        return found
      },
      /index\.json contains an entry that is not a descriptor\.$/
    ]
  ])('is refused when it has %s', async (_, make, message) => {
    const verifying = verifyLayout(await make())

    await expect(verifying).rejects.toThrow(UserError)
    await expect(verifying).rejects.toThrow(message)
  })
})
