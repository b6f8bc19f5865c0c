import { type Digest, plural, UserError } from '@sluice/core'
import type { Descriptor } from './descriptor.ts'
import { type Layout, type LayoutManifest, openLayout } from './layout.ts'

/** Deeper nesting than an index of indexes is a defect, or an attack. */
const DEPTH = 4

/** The manifests that an index of a layout names, read and compared with what it says of them. Of an image there are none. */
export async function* childrenOf(
  layout: Layout,
  manifest: LayoutManifest,
  depth: number
): AsyncGenerator<LayoutManifest> {
  for (const child of manifest.parts.manifests) {
    if (depth >= DEPTH)
      throw new UserError(`${manifest.digest} nests image indexes deeper than ${DEPTH}. Build it flat.`)
    const found = await layout.manifest(child.digest)
    checkChild(manifest, child, found)
    yield found
  }
}

function checkChild(parent: Descriptor, child: Descriptor, found: Descriptor): void {
  if (child.size !== found.size || child.mediaType !== found.mediaType) {
    throw new UserError(
      `${parent.digest} says that ${child.digest} is ${child.size} bytes of ${child.mediaType}, but it is ${found.size} bytes of ${found.mediaType}. Build the layout again.`
    )
  }
}

/** A layout of one image that is sound to its last byte. */
export interface VerifiedLayout {
  /** Of the image: its manifest, or its index when there are several platforms. */
  readonly image: LayoutManifest
  /** Everything that the image needs, itself included. */
  readonly needed: ReadonlySet<Digest>
}

/**
 * Reads a layout as a push would, without a registry: it holds one image, with every manifest and blob that belongs to it, and each is
 * what its digest, its size and its media type say. Nothing is left for a push to find out.
 * @throws UserError
 */
export async function verifyLayout(directory: string): Promise<VerifiedLayout> {
  const layout = await openLayout(directory)
  const [root, ...others] = layout.roots
  if (root === undefined || others.length > 0)
    throw new UserError(`${directory}/index.json names ${plural(layout.roots.length, 'image')}; expected exactly one.`)
  const image = await layout.manifest(root.digest)
  if (root.size !== image.size)
    throw new UserError(
      `${directory}/index.json says that ${root.digest} has ${root.size} bytes, but it has ${image.size}.`
    )
  const needed = new Set<Digest>()
  await verifyManifestTree(layout, image, needed, 1)
  return { image, needed }
}

async function verifyManifestTree(
  layout: Layout,
  manifest: LayoutManifest,
  needed: Set<Digest>,
  depth: number
): Promise<void> {
  if (needed.has(manifest.digest)) return
  needed.add(manifest.digest)
  for await (const child of childrenOf(layout, manifest, depth))
    await verifyManifestTree(layout, child, needed, depth + 1)
  for (const blob of manifest.parts.blobs) {
    const content = await layout.blob(blob)
    if (needed.has(blob.digest)) continue
    // Read to its end, which is where other bytes than its digest names are found.
    for await (const _chunk of content.open());
    needed.add(blob.digest)
  }
}

/**
 * The roots of a layout that speak of an image (`subject`), or of what speaks of it: signatures, lists of contents. They are not part of
 * the image, so its digest does not lead to them.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 */
export async function referrersOf(layout: Layout, digest: Digest): Promise<readonly Digest[]> {
  const subjects = new Map<Digest, Digest>()
  for (const root of layout.roots) {
    // What is there beside the image may be anything: it is not what was asked for.
    const subject = (await layout.manifest(root.digest).catch(() => undefined))?.parts.subject
    if (subject !== undefined) subjects.set(root.digest, subject)
  }
  const about = new Set<Digest>([digest, ...(await platformsOf(layout, digest))])
  const found: Digest[] = []
  for (let before = -1; before < found.length; ) {
    before = found.length
    for (const [root, subject] of subjects) {
      if (about.has(root) || !about.has(subject)) continue
      about.add(root)
      found.push(root)
    }
  }
  return found
}

/** The images of an index; a signature may be of one of them. */
async function platformsOf(layout: Layout, digest: Digest): Promise<readonly Digest[]> {
  const { parts } = await layout.manifest(digest)
  return parts.manifests.map(child => child.digest)
}
