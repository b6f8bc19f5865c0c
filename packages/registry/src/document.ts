import { canonicalJson, type Digest, sha256 } from '@sluice/core'
import { getBlob, pushBlob } from './blob.ts'
import { checkStored, getManifest, headManifest, type Manifest, putManifest, verifyManifest } from './manifest.ts'
import { OCI_MANIFEST } from './media-types.ts'
import type { RepositoryName } from './reference.ts'
import type { Transport } from './transport.ts'
import { bytesContent } from './upload-content.ts'

const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json'
const EMPTY = Buffer.from('{}')

/** Documents are read into memory, so there is an end to what is taken. */
export const DOCUMENT_LIMIT = 16 * 1024 * 1024

/**
 * The artifact manifest that keeps a document (OCI image-spec 1.1, manifest.md, "Guidelines for Artifact Usage"): without one a
 * registry collects the blob as garbage. Its bytes follow from the document's alone, so storing twice stores once.
 */
export function documentManifest(document: Uint8Array, artifactType: string): Manifest {
  const text = canonicalJson({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: { mediaType: EMPTY_TYPE, digest: sha256(EMPTY), size: EMPTY.length },
    layers: [{ mediaType: artifactType, digest: sha256(document), size: document.length }]
  })
  const bytes = Buffer.from(text)
  return { mediaType: OCI_MANIFEST, digest: sha256(bytes), size: bytes.length, bytes }
}

/** Stores a document and reads its manifest back. @returns the manifest that keeps it. */
export async function putDocument(
  transport: Transport,
  repository: RepositoryName,
  document: Uint8Array,
  artifactType: string
): Promise<Manifest> {
  const manifest = documentManifest(document, artifactType)
  const present = await headManifest(transport, repository, manifest.digest)
  if (present !== undefined) {
    checkStored(transport, repository, manifest, manifest.digest, present)
    const stored = await getManifest(transport, repository, manifest.digest)
    checkStored(transport, repository, manifest, manifest.digest, stored)
    return manifest
  }
  for (const bytes of [EMPTY, document]) {
    await pushBlob(transport, repository, { digest: sha256(bytes), size: bytes.length }, bytesContent(bytes))
  }
  await putManifest(transport, repository, manifest, manifest.digest)
  await verifyManifest(transport, repository, manifest)
  return manifest
}

/** Fetches a document by its own digest. */
export async function getDocument(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest
): Promise<Uint8Array | undefined> {
  return getBlob(transport, repository, digest, DOCUMENT_LIMIT)
}
