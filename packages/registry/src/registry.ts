import { type Clock, type Digest, isLoopback, parseTrustedUrl, type RetryPolicy, sha256, UserError } from '@sluice/core'
import type { RegistryCredentials } from './auth.ts'
import type { Descriptor } from './descriptor.ts'
import { DOCUMENT_LIMIT, getDocument, putDocument } from './document.ts'
import { openLayout } from './layout.ts'
import { getManifest, headManifest, type Manifest } from './manifest.ts'
import { type PushResult, pushTree } from './push.ts'
import { parseReference, parseRepository, parseTag } from './reference.ts'
import { registryRetry } from './retry.ts'
import { STALL_LIMIT } from './stall.ts'
import { openTransport } from './transport.ts'
import { moveTag, tagOnce } from './write-tag.ts'

export interface RegistryOptions {
  /** `1.2.3.4:5000`, or an ECR host; without scheme. This machine is asked by http, all others by https. */
  readonly host: string
  /** Issued for this host; sent to no other. */
  readonly credentials?: () => Promise<RegistryCredentials>
  readonly clock: Clock
  readonly policy?: RetryPolicy
  /** Milliseconds without any progress after which a transfer is given up; {@link STALL_LIMIT} unless told. */
  readonly stallLimit?: number
  /** The variables that name the proxies of the job (`HTTPS_PROXY`, `NO_PROXY`); none unless told. */
  readonly proxy?: NodeJS.ProcessEnv
}

/** An OCI registry (distribution spec 1.1). Each digest is checked on what is sent and on what comes back. */
export interface Registry {
  readonly host: string
  /** What a digest or tag names; absent when the registry has no such manifest or repository. One request. */
  resolve(repository: string, reference: string): Promise<Descriptor | undefined>
  /** The same, with its bytes. One request. */
  read(repository: string, reference: string): Promise<Manifest | undefined>
  /** Pushes one manifest of an OCI image layout, verbatim, with all that it refers to. */
  pushLayout(repository: string, directory: string, digest: Digest): Promise<PushResult>
  /** Tags what the repository holds. @throws UserError when the tag names another digest. */
  tagOnce(repository: string, digest: Digest, tag: string): Promise<'created' | 'same'>
  /** Tags what the repository holds, taking the tag away from what it named before. What was read already is not read again. */
  moveTag(repository: string, image: Digest | Manifest, tag: string): Promise<void>
  /** Stores a document as an OCI artifact. A tag given here never moves. @returns the digest of the document's own bytes. */
  putDocument(
    repository: string,
    text: string,
    options: { readonly artifactType: string; readonly tag?: string }
  ): Promise<Digest>
  /** A document by the digest of its own bytes. */
  getDocument(repository: string, digest: Digest): Promise<Uint8Array | undefined>
}

/**
 * Connects to a registry; nothing is sent yet.
 * @throws UserError for a host that is neither AWS's nor GitHub's nor this machine.
 */
export function connectRegistry(options: RegistryOptions): Registry {
  const transport = openTransport({
    registry: parseHost(options.host),
    credentials: options.credentials,
    clock: options.clock,
    policy: options.policy ?? registryRetry,
    stallLimit: options.stallLimit ?? STALL_LIMIT,
    proxy: options.proxy ?? {}
  })
  return {
    host: options.host,
    resolve: async (repository, reference) => {
      const found = await headManifest(transport, parseRepository(repository), parseReference(reference))
      return found === undefined ? undefined : { mediaType: found.mediaType, digest: found.digest, size: found.size }
    },
    read: async (repository, reference) =>
      getManifest(transport, parseRepository(repository), parseReference(reference)),
    pushLayout: async (repository, directory, digest) =>
      pushTree(transport, parseRepository(repository), await openLayout(directory), digest),
    tagOnce: async (repository, digest, tag) => tagOnce(transport, parseRepository(repository), digest, parseTag(tag)),
    moveTag: async (repository, image, tag) => moveTag(transport, parseRepository(repository), image, parseTag(tag)),
    putDocument: async (repository, text, { artifactType, tag }) => {
      const name = parseRepository(repository)
      const label = tag === undefined ? undefined : parseTag(tag)
      const document = Buffer.from(text, 'utf8')
      if (document.length > DOCUMENT_LIMIT) {
        throw new UserError(
          `A document of ${document.length} bytes is too large: at most ${DOCUMENT_LIMIT} are stored.`
        )
      }
      const manifest = await putDocument(transport, name, document, artifactType)
      if (label !== undefined) await tagOnce(transport, name, manifest.digest, label)
      return sha256(document)
    },
    getDocument: async (repository, digest) => getDocument(transport, parseRepository(repository), digest)
  }
}

function parseHost(host: string): URL {
  const name = host.replace(/:\d+$/, '')
  const url = parseTrustedUrl(`${isLoopback(name) ? 'http' : 'https'}://${host}`, 'The registry host')
  if (url.host !== host) {
    throw new UserError(
      `The registry host is ${JSON.stringify(host)}. Give a host name and, where needed, a port; no scheme and no path.`
    )
  }
  return url
}
