import type { Digest } from '@sluice/core'
import { pushBlob } from './blob.ts'
import type { Descriptor } from './descriptor.ts'
import type { Layout, LayoutManifest } from './layout.ts'
import { checkStored, getManifest, headManifest, putManifest, verifyManifest } from './manifest.ts'
import type { RepositoryName } from './reference.ts'
import type { Transport } from './transport.ts'
import { childrenOf, referrersOf } from './verify-layout.ts'

/** What a push did. */
export interface PushResult {
  /** Whether anything was stored; `false`: all of it was there. */
  readonly pushed: boolean
  readonly digest: Digest
  /** Blobs uploaded. */
  readonly blobs: number
  /** Bytes of the blobs uploaded. */
  readonly bytes: number
  /** What the layout holds about the image (signatures, lists of contents) and was not pushed, since its digest does not lead there. */
  readonly leftOut: readonly Digest[]
}

/** Uploads at the same time. More is not faster, and ECR allows each account few. */
const PARALLEL = 4

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
  return { pushed, digest, blobs: sent.blobs, bytes: sent.bytes, leftOut: await referrersOf(layout, digest) }
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
  sent.seen.add(manifest.digest)
  const present = await headManifest(transport, repository, manifest.digest)
  if (present === undefined) {
    for await (const child of childrenOf(layout, manifest, depth))
      if (!sent.seen.has(child.digest)) await pushManifest(transport, repository, layout, child, sent, depth + 1)
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
