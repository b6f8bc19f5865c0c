import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Digest, Failure, hexOf, isDigest, messageOf } from '@sluice/core'

interface Node {
  readonly manifests?: readonly { readonly digest?: unknown }[]
  readonly config?: { readonly digest?: unknown }
  readonly layers?: readonly { readonly digest?: unknown }[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** The one image of a layout. */
export interface Layout {
  readonly digest: Digest
  /** Of its manifest. */
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * Checks an OCI image layout that a builder wrote: one image, every blob hashes to its name, nothing besides.
 * What the image does not need is removed, so that the folder holds exactly what will be pushed.
 * @throws Failure when the builder wrote something else.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export async function checkLayout(directory: string): Promise<Layout> {
  const index = await readNode(join(directory, 'index.json'))
  const [image, ...others] = index.manifests ?? []
  if (image === undefined || !isDigest(image.digest) || others.length > 0) {
    throw new Failure(
      `The builder wrote ${index.manifests?.length ?? 0} images to ${directory}/index.json, where exactly one is wanted.`
    )
  }
  const blobs = join(directory, 'blobs/sha256')
  const needed = await collect(blobs, image.digest)
  for (const name of await readdir(blobs)) if (!needed.has(name)) await rm(join(blobs, name), { recursive: true })
  await rm(join(directory, 'ingest'), { recursive: true, force: true })
  const { annotations = {} } = await readNode(join(blobs, hexOf(image.digest)))
  return { digest: image.digest, annotations }
}

/** The hex names of a manifest's or index's blobs, itself included, each of them verified. */
async function collect(blobs: string, digest: Digest, found = new Set<string>()): Promise<ReadonlySet<string>> {
  await verify(blobs, digest, found)
  const node = await readNode(join(blobs, hexOf(digest)))
  for (const child of node.manifests ?? []) await collect(blobs, wellFormed(child.digest, digest), found)
  const parts = node.config === undefined ? [] : [node.config, ...(node.layers ?? [])]
  for (const part of parts) await verify(blobs, wellFormed(part.digest, digest), found)
  return found
}

async function verify(blobs: string, digest: Digest, found: Set<string>): Promise<void> {
  const hex = hexOf(digest)
  if (found.has(hex)) return
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(blobs, hex)), hash).catch((error: unknown) => {
    throw new Failure(`The builder's layout lacks the blob ${digest} (${messageOf(error)}).`, { cause: error })
  })
  const actual = hash.digest('hex')
  if (actual !== hex)
    throw new Failure(`The builder's layout holds a blob named ${digest} that hashes to sha256:${actual}.`)
  found.add(hex)
}

function wellFormed(digest: unknown, parent: Digest): Digest {
  if (!isDigest(digest))
    throw new Failure(`${parent} in the builder's layout names ${String(digest)}, which is no digest.`)
  return digest
}

async function readNode(file: string): Promise<Node> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Node
  } catch (error: unknown) {
    throw new Failure(`The builder left no readable ${file} (${messageOf(error)}).`, { cause: error })
  }
}
