import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, hexOf, sha256 } from '@sluice/core'

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

/** A blob, as a descriptor names it. */
export interface Stored {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
}

/** An OCI image layout that is written piece by piece, sound or not. */
export interface WrittenLayout {
  store(value: unknown, mediaType?: string): Promise<Stored>
  /** A manifest with a config and one layer. */
  image(more?: Readonly<Record<string, unknown>>): Promise<Stored>
  /** Makes the folder a layout that names these. */
  index(...images: readonly unknown[]): Promise<void>
}

/** A layout in a folder, which is made when it does not exist. */
export async function layoutIn(folder: string): Promise<WrittenLayout> {
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const store: WrittenLayout['store'] = async (value, mediaType = 'application/octet-stream') => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    await writeFile(join(blobs, hexOf(sha256(text))), text)
    return { mediaType, digest: sha256(text), size: Buffer.byteLength(text) }
  }
  return {
    store,
    image: async (more = {}) =>
      store({ config: await store('config'), layers: [await store('layer')], ...more }, MANIFEST),
    async index(...images) {
      await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
      await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests: images }))
    }
  }
}
