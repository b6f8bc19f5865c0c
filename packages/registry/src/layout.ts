import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Digest, hexOf, messageOf, sha256, UserError } from '@sluice/core'
import { type Descriptor, decodeDescriptor } from './descriptor.ts'
import { MANIFEST_LIMIT, type Manifest } from './manifest.ts'
import { type ManifestParts, readParts } from './manifest-parts.ts'
import { type Content, fileContent } from './upload-content.ts'

/** A manifest of a layout, with what it refers to. */
export interface LayoutManifest extends Manifest {
  readonly parts: ManifestParts
}

/** An OCI image layout on disk (OCI image-spec, image-layout.md), read-only. Every byte that leaves it is checked. */
export interface Layout {
  /** The entries of `index.json`. */
  readonly roots: readonly Descriptor[]
  /** @throws UserError when the layout does not hold it, or other bytes under its name. */
  manifest(digest: Digest): Promise<LayoutManifest>
  blob(descriptor: Descriptor): Promise<Content>
}

/** Opens a layout. @throws UserError when the directory is none. */
export async function openLayout(directory: string): Promise<Layout> {
  const version = (await readJson(directory, 'oci-layout')) as { readonly imageLayoutVersion?: unknown } | null
  if (version?.imageLayoutVersion !== '1.0.0') {
    throw new UserError(
      `${directory} is an OCI image layout of version ${String(version?.imageLayoutVersion)}. Only version 1.0.0 is supported.`
    )
  }
  const index = (await readJson(directory, 'index.json')) as { readonly manifests?: unknown } | null
  const roots = (Array.isArray(index?.manifests) ? index.manifests : []).map((entry: unknown) => {
    const descriptor = decodeDescriptor(entry)
    if (descriptor === undefined)
      throw new UserError(`${directory}/index.json contains an entry that is not a descriptor.`)
    return descriptor
  })

  return {
    roots,
    async manifest(digest) {
      const file = fileOf(directory, digest)
      const size = await sizeOf(directory, digest)
      if (size > MANIFEST_LIMIT) {
        throw new UserError(
          `${file} is not a manifest: it is ${size} bytes long, and manifests have at most ${MANIFEST_LIMIT}.`
        )
      }
      const bytes = await readFile(file)
      const found = sha256(bytes)
      if (found !== digest) throw new UserError(`${file} hashes to ${found}, not to its name. Build the layout again.`)
      const parts = readParts(bytes, file)
      const mediaType = roots.find(root => root.digest === digest)?.mediaType ?? parts.mediaType
      if (mediaType !== parts.mediaType) {
        throw new UserError(
          `${directory} calls ${digest} ${mediaType} in index.json, but its content is ${parts.mediaType}. Build the layout again.`
        )
      }
      return { mediaType, digest, size: bytes.length, bytes, parts }
    },
    async blob(descriptor) {
      const size = await sizeOf(directory, descriptor.digest, descriptor.urls)
      if (size !== descriptor.size) {
        throw new UserError(
          `${fileOf(directory, descriptor.digest)} has ${size} bytes, its manifest says ${descriptor.size}. Build the layout again.`
        )
      }
      return fileContent(fileOf(directory, descriptor.digest), descriptor)
    }
  }
}

function fileOf(directory: string, digest: Digest): string {
  return path.join(directory, 'blobs', 'sha256', hexOf(digest))
}

async function sizeOf(directory: string, digest: Digest, urls: readonly string[] = []): Promise<number> {
  try {
    const found = await stat(fileOf(directory, digest))
    // A pipe would be waited for without end.
    if (!found.isFile()) throw new UserError('it is not a regular file')
    return found.size
  } catch (error: unknown) {
    // Builders leave such a layer where it is: another build leaves it there, too.
    const [url] = urls
    const why =
      url === undefined
        ? 'Give a digest that it holds, or build it again.'
        : `It is a layer that may not be redistributed: whoever runs the image fetches it from ${url}. An image is pushed whole or not at all. Start from a base image without such layers.`
    throw new UserError(`The OCI image layout ${directory} does not hold ${digest}. ${why}`, { cause: error })
  }
}

async function readJson(directory: string, name: string): Promise<unknown> {
  try {
    const file = path.join(directory, name)
    const found = await stat(file)
    // Of a folder, the system itself says that it is one.
    if (!found.isFile() && !found.isDirectory()) throw new UserError('it is a pipe or a device, not a regular file')
    if (found.size > MANIFEST_LIMIT)
      throw new UserError(`it is ${found.size} bytes long, and may have at most ${MANIFEST_LIMIT}`)
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error: unknown) {
    throw new UserError(
      `${directory} is not an OCI image layout: ${name} cannot be read (${messageOf(error)}). Give the directory that a build wrote as type=oci,tar=false.`,
      { cause: error }
    )
  }
}
