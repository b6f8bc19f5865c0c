import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, type Digest, hexOf, sha256 } from '@sluice/core'

/** An image in a layout. */
export interface Image {
  readonly digest: Digest
  readonly directory: string
}

/** Writes an OCI image layout (image-spec, image-layout.md) with one image, whose one layer holds nothing but a text. */
export async function writeImage(directory: string, text: string): Promise<Image> {
  const blobs = join(directory, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  const put = async (mediaType: string, content: string) => {
    const digest = sha256(content)
    await writeFile(join(blobs, hexOf(digest)), content)
    return { mediaType, digest, size: Buffer.byteLength(content) }
  }
  const layer = await put('application/vnd.oci.image.layer.v1.tar', text)
  const config = await put(
    'application/vnd.oci.image.config.v1+json',
    canonicalJson({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } })
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = await put(mediaType, canonicalJson({ schemaVersion: 2, mediaType, config, layers: [layer] }))
  await writeFile(join(directory, 'oci-layout'), canonicalJson({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(directory, 'index.json'), canonicalJson({ schemaVersion: 2, manifests: [manifest] }))
  return { digest: manifest.digest, directory }
}
