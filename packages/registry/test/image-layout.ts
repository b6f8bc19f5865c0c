import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Digest, hexOf, sha256 } from '@sluice/core'

/** Content for a layout: its descriptor, and every blob that belongs to it. */
export interface Piece {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
}

export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip'
} as const

export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip'
} as const

/** Any bytes as a blob. */
export function blob(mediaType: string, content: Uint8Array | string): Piece {
  const bytes = Buffer.from(content)
  const digest = sha256(bytes)
  return { mediaType, digest, size: bytes.length, blobs: new Map([[digest, bytes]]) }
}

/** A layer with one file in it. */
export function layer(text: string, mediaType: string = OCI.layer): Piece {
  return blob(mediaType, gzipSync(tar('hello', text)))
}

/** An image of one layer, or of the given ones; the manifest is pretty-printed so that only verbatim bytes keep its digest. */
export function image(
  text: string,
  options: {
    readonly types?: typeof OCI | typeof DOCKER
    readonly layers?: readonly Piece[]
    readonly typed?: boolean
  } = {}
): Piece {
  const { types = OCI, typed = true } = options
  const layers = options.layers ?? [layer(text, types.layer)]
  const config = blob(
    types.config,
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { text } },
      rootfs: { type: 'layers', diff_ids: layers.map(piece => sha256(`${piece.digest} unpacked`)) }
    })
  )
  return document(
    types.manifest,
    {
      schemaVersion: 2,
      ...(typed ? { mediaType: types.manifest } : {}),
      config: reference(config),
      layers: layers.map(reference)
    },
    [config, ...layers]
  )
}

/** An image index over pieces; each gets a platform of its own. */
export function index(pieces: readonly Piece[], types: typeof OCI | typeof DOCKER = OCI): Piece {
  const platforms = ['amd64', 'arm64', 'unknown']
  return document(
    types.index,
    {
      schemaVersion: 2,
      mediaType: types.index,
      manifests: pieces.map((piece, position) => ({
        ...reference(piece),
        platform: { architecture: platforms[position % platforms.length], os: 'linux' }
      }))
    },
    pieces
  )
}

/** Any JSON as a manifest over pieces. */
export function document(mediaType: string, content: unknown, pieces: readonly Piece[]): Piece {
  const own = blob(mediaType, JSON.stringify(content, undefined, 3))
  return { ...own, blobs: new Map([...own.blobs, ...pieces.flatMap(piece => [...piece.blobs])]) }
}

export function reference(piece: Piece): { mediaType: string; digest: Digest; size: number } {
  return { mediaType: piece.mediaType, digest: piece.digest, size: piece.size }
}

/** Writes pieces as an OCI image layout. @returns the directory. */
export async function writeLayout(directory: string, roots: readonly Piece[]): Promise<string> {
  const blobs = path.join(directory, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  await writeFile(path.join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(
    path.join(directory, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: roots.map(reference) })
  )
  for (const root of roots) {
    for (const [digest, bytes] of root.blobs) await writeFile(path.join(blobs, hexOf(digest)), bytes)
  }
  return directory
}

/** The file of a blob in a layout. */
export function blobFile(directory: string, digest: Digest): string {
  return path.join(directory, 'blobs', 'sha256', hexOf(digest))
}

/** A tar archive (ustar) with one file. */
function tar(name: string, text: string): Buffer {
  const body = Buffer.from(text)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0'.padEnd(8), 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512)
  return Buffer.concat([header, body, padding, Buffer.alloc(1024)])
}
