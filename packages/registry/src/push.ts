import { type Digest, UserError } from '@sluice/core'
import { pushBlob } from './blob.ts'
import type { Descriptor } from './descriptor.ts'
import type { Layout, LayoutManifest } from './layout.ts'
import { checkStored, getManifest, headManifest, putManifest, verifyManifest } from './manifest.ts'
import type { RepositoryName } from './reference.ts'
import type { Transport } from './transport.ts'

/** What a push did. */
export interface PushResult {
  /** Whether anything was stored; `false`: all of it was there. */
  readonly pushed: boolean
  readonly digest: Digest
  /** Blobs uploaded. */
  readonly blobs: number
  /** Bytes of the blobs uploaded. */
  readonly bytes: number
}

/** Uploads at the same time. More is not faster, and ECR allows each account few. */
const PARALLEL = 4

/** Deeper nesting than an index of indexes is a defect, or an attack. */
const DEPTH = 4

/**
 * Brings one manifest of a layout, with everything that it refers to, into a repository, and reads back that it is there. What is
 * there already is not sent again: a repeated push is two requests, HEAD and GET of the manifest.
 *
 * A registry holds no manifest without the content below it, so an index pushes its manifests first, and a manifest its blobs.
 */
export async function pushTree(
  transport: Transport,
  repository: RepositoryName,
  layout: Layout,
  digest: Digest
): Promise<PushResult> {
  const sent: Sent = { blobs: 0, bytes: 0, seen: new Set() }
  const pushed = await pushManifest(transport, repository, layout, await layout.manifest(digest), sent, 1)
  return { pushed, digest, blobs: sent.blobs, bytes: sent.bytes }
}

interface Sent {
  blobs: number
  bytes: number
  readonly seen: Set<Digest>
}

async function pushManifest(
  transport: Transport,
  repository: RepositoryName,
  layout: Layout,
  manifest: LayoutManifest,
  sent: Sent,
  depth: number
): Promise<boolean> {
  if (depth > DEPTH) throw new UserError(`${manifest.digest} nests image indexes deeper than ${DEPTH}. Build it flat.`)
  sent.seen.add(manifest.digest)
  const present = await headManifest(transport, repository, manifest.digest)
  if (present === undefined) {
    for (const child of manifest.parts.manifests) {
      if (sent.seen.has(child.digest)) continue
      const next = await layout.manifest(child.digest)
      checkChild(manifest, child, next)
      await pushManifest(transport, repository, layout, next, sent, depth + 1)
    }
    await pushBlobs(transport, repository, layout, manifest.parts.blobs, sent)
    await putManifest(transport, repository, manifest, manifest.digest)
    await verifyManifest(transport, repository, manifest)
    return true
  }
  checkStored(transport, repository, manifest, manifest.digest, present)
  checkStored(
    transport,
    repository,
    manifest,
    manifest.digest,
    await getManifest(transport, repository, manifest.digest)
  )
  return false
}

function checkChild(parent: Descriptor, child: Descriptor, found: Descriptor): void {
  if (child.size !== found.size || child.mediaType !== found.mediaType) {
    throw new UserError(
      `${parent.digest} says that ${child.digest} is ${child.size} bytes of ${child.mediaType}, but it is ${found.size} bytes of ${found.mediaType}. Build the layout again.`
    )
  }
}

async function pushBlobs(
  transport: Transport,
  repository: RepositoryName,
  layout: Layout,
  blobs: readonly Descriptor[],
  sent: Sent
): Promise<void> {
  const queue = blobs.filter(blob => !sent.seen.has(blob.digest) && sent.seen.add(blob.digest))
  const worker = async (): Promise<void> => {
    try {
      for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
        if (!(await pushBlob(transport, repository, blob, await layout.blob(blob)))) continue
        sent.blobs += 1
        sent.bytes += blob.size
      }
    } finally {
      // The first failure ends it: the others finish what they are at, and start nothing.
      queue.length = 0
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL }, worker))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
