import { type Digest, isDigest, sha256 } from '@sluice/core'
import type { Descriptor } from './descriptor.ts'
import { RegistryFailure } from './failure.ts'
import type { RegistryAnswer } from './http-exchange.ts'
import { MANIFEST_TYPES } from './media-types.ts'
import type { RepositoryName, Tag } from './reference.ts'
import type { Transport } from './transport.ts'
import { bytesContent } from './upload-content.ts'

/** A manifest with its bytes: exactly as built, as they are what the digest names. */
export interface Manifest extends Descriptor {
  readonly bytes: Uint8Array
}

/** What registries must accept at least, and all of them refuse above (distribution spec 1.1, "Pushing Manifests"). */
export const MANIFEST_LIMIT = 4 * 1024 * 1024

const ACCEPT = { accept: MANIFEST_TYPES.join(', ') }

/**
 * Asks what a digest or tag names, without its bytes: one request.
 * @throws RegistryFailure when the registry names another digest than the one it was asked for.
 */
export async function headManifest(
  transport: Transport,
  repository: RepositoryName,
  reference: Digest | Tag
): Promise<Descriptor | undefined> {
  return transport.attempt(async () => {
    const answer = await transport.send({
      method: 'HEAD',
      target: pathOf(repository, reference),
      scope: { repository, access: 'pull' },
      headers: ACCEPT,
      expect: [200, 404]
    })
    await answer.discard()
    if (answer.status === 404) return undefined
    const digest = answer.header('docker-content-digest')
    const mediaType = mediaTypeOf(answer)
    const size = Number(answer.header('content-length'))
    // These headers are optional in the specification; the bytes tell as well.
    if (!isDigest(digest) || mediaType === undefined || !Number.isSafeInteger(size)) {
      return getManifest(transport, repository, reference)
    }
    if (isDigest(reference) && digest !== reference) throw wrongDigest(transport, repository, reference, digest)
    return { mediaType, digest, size }
  })
}

/** Fetches a manifest's bytes. @throws RegistryFailure when they are not what was asked for. */
export async function getManifest(
  transport: Transport,
  repository: RepositoryName,
  reference: Digest | Tag
): Promise<Manifest | undefined> {
  return transport.attempt(async () => {
    const answer = await transport.send({
      method: 'GET',
      target: pathOf(repository, reference),
      scope: { repository, access: 'pull' },
      headers: ACCEPT,
      expect: [200, 404]
    })
    if (answer.status === 404) {
      await answer.discard()
      return undefined
    }
    const bytes = await answer.read(MANIFEST_LIMIT)
    const digest = sha256(bytes)
    const claimed = answer.header('docker-content-digest')
    if (isDigest(reference) && digest !== reference) throw wrongDigest(transport, repository, reference, digest)
    if (claimed !== undefined && claimed !== digest)
      throw wrongDigest(transport, repository, reference, claimed, digest)
    const mediaType = mediaTypeOf(answer)
    if (mediaType === undefined) {
      throw new RegistryFailure(`${transport.host}/${repository}@${digest} has no media type.`)
    }
    return { mediaType, digest, size: bytes.length, bytes }
  })
}

/** Stores a manifest's bytes as they are, under its digest or a tag. */
export async function putManifest(
  transport: Transport,
  repository: RepositoryName,
  manifest: Manifest,
  reference: Digest | Tag
): Promise<void> {
  await transport.attempt(async () => {
    const answer = await transport.send({
      method: 'PUT',
      target: pathOf(repository, reference),
      scope: { repository, access: 'pull,push' },
      headers: { 'content-type': manifest.mediaType },
      body: bytesContent(manifest.bytes),
      expect: [201]
    })
    await answer.discard()
    const stored = answer.header('docker-content-digest')
    if (stored !== undefined && stored !== manifest.digest) {
      throw wrongDigest(transport, repository, manifest.digest, stored)
    }
  })
}

/** Reads back what was pushed, both ways a puller may: what the registry says it has (HEAD), and its bytes (GET). */
export async function verifyManifest(
  transport: Transport,
  repository: RepositoryName,
  manifest: Descriptor,
  reference: Digest | Tag = manifest.digest
): Promise<void> {
  for (const found of [
    await headManifest(transport, repository, reference),
    await getManifest(transport, repository, reference)
  ]) {
    checkStored(transport, repository, manifest, reference, found)
  }
}

/** Checks one answer about a manifest against what it must be. @throws RegistryFailure */
export function checkStored(
  transport: Transport,
  repository: RepositoryName,
  manifest: Descriptor,
  reference: Digest | Tag,
  found: Descriptor | undefined
): void {
  if (found === undefined) {
    throw new RegistryFailure(`${transport.host}/${repository} accepted ${reference} but does not have it.`)
  }
  if (found.digest !== manifest.digest)
    throw wrongDigest(transport, repository, reference, found.digest, manifest.digest)
  if (found.mediaType !== manifest.mediaType || found.size !== manifest.size) {
    throw new RegistryFailure(
      `${transport.host}/${repository}@${manifest.digest} should be ${manifest.size} bytes of ${manifest.mediaType}, but is ${found.size} bytes of ${found.mediaType}.`
    )
  }
}

function pathOf(repository: RepositoryName, reference: Digest | Tag): string {
  return `/v2/${repository}/manifests/${reference}`
}

function mediaTypeOf(answer: RegistryAnswer): string | undefined {
  return answer.header('content-type')?.split(';')[0]?.trim().toLowerCase()
}

function wrongDigest(
  transport: Transport,
  repository: RepositoryName,
  asked: Digest | Tag,
  found: string,
  wanted: string = asked
): RegistryFailure {
  return new RegistryFailure(
    `${transport.host}/${repository} returned ${found.slice(0, 100)} instead of ${wanted} for ${asked}. Do not use it.`
  )
}
