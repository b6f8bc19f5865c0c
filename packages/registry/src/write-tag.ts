import { type Digest, UserError } from '@sluice/core'
import { refuseAnother } from './digest-conflict.ts'
import { RegistryFailure } from './failure.ts'
import { checkStored, getManifest, headManifest, type Manifest, putManifest, verifyManifest } from './manifest.ts'
import type { RepositoryName, Tag } from './reference.ts'
import type { Transport } from './transport.ts'

/**
 * Gives a manifest a tag that must never name another one.
 *
 * Registries know no conditional write, so two that race are told apart afterwards: each reads the tag back, and who finds another
 * digest than its own is refused. Where the registry itself keeps tags immutable (ECR), its refusal is read the same way.
 *
 * @throws UserError when the tag names another digest already, naming both.
 */
export async function tagOnce(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  tag: Tag
): Promise<'created' | 'same'> {
  const present = await headManifest(transport, repository, tag)
  if (present !== undefined) return sameOrRefuse(transport, repository, digest, tag, present.digest)
  const manifest = await manifestToTag(transport, repository, digest)
  try {
    await putManifest(transport, repository, manifest, tag)
  } catch (error: unknown) {
    // ECR: 400 TAG_INVALID for an immutable tag that somebody else made meanwhile.
    const now = error instanceof RegistryFailure ? await headManifest(transport, repository, tag) : undefined
    if (now === undefined) throw error
    return sameOrRefuse(transport, repository, digest, tag, now.digest)
  }
  const now = await headManifest(transport, repository, tag)
  if (now !== undefined) sameOrRefuse(transport, repository, digest, tag, now.digest)
  await verifyManifest(transport, repository, manifest, tag)
  return 'created'
}

/**
 * Lets a tag name a manifest of the same repository, whatever it named before; reads it back. Two requests for one that was read already,
 * three for a digest.
 */
export async function moveTag(
  transport: Transport,
  repository: RepositoryName,
  image: Digest | Manifest,
  tag: Tag
): Promise<void> {
  const manifest = typeof image === 'string' ? await manifestToTag(transport, repository, image) : image
  try {
    await putManifest(transport, repository, manifest, tag)
  } catch (error: unknown) {
    // Where no tag moves, ECR refuses also to have one set to what it names already.
    const now = error instanceof RegistryFailure ? await headManifest(transport, repository, tag) : undefined
    if (now?.digest !== manifest.digest) throw error
    return
  }
  checkStored(transport, repository, manifest, tag, await headManifest(transport, repository, tag))
}

async function manifestToTag(transport: Transport, repository: RepositoryName, digest: Digest): Promise<Manifest> {
  const manifest = await getManifest(transport, repository, digest)
  if (manifest === undefined) {
    throw new UserError(
      `${transport.host}/${repository} does not hold ${digest}, so it cannot be tagged. Push it first.`
    )
  }
  return manifest
}

function sameOrRefuse(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  tag: Tag,
  found: Digest
): 'same' {
  if (found === digest) return 'same'
  throw refuseAnother(`The tag ${transport.host}/${repository}:${tag}`, 'images', { found, digest })
}
