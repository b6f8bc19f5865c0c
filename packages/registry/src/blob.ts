import { type Digest, sha256 } from '@sluice/core'
import type { Descriptor } from './descriptor.ts'
import { RegistryFailure } from './failure.ts'
import type { RepositoryName } from './reference.ts'
import type { Transport } from './transport.ts'
import type { Content } from './upload-content.ts'

/** Where a registry keeps a blob elsewhere it redirects, and only for blobs that it has. */
const PRESENT = [200, 307, 302]

/**
 * Brings a blob into a repository unless it is there (HEAD, then POST and PUT), streaming. Repeating it is safe: an upload that
 * broke off is started anew.
 * @returns whether it was uploaded.
 */
export async function pushBlob(
  transport: Transport,
  repository: RepositoryName,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  content: Content
): Promise<boolean> {
  return transport.attempt(async () => {
    if (await hasBlob(transport, repository, blob)) return false
    const scope = { repository, access: 'pull,push' } as const
    const session = await transport.send({
      method: 'POST',
      target: `/v2/${repository}/blobs/uploads/`,
      scope,
      expect: [202]
    })
    await session.discard()
    const location = session.header('location')
    if (location === undefined)
      throw new RegistryFailure(`${transport.host} started an upload without a Location header.`)
    const answer = await transport.send({
      method: 'PUT',
      // Put together as text: the address may hold a signed state that must come back as it was.
      target: `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`,
      scope,
      headers: { 'content-type': 'application/octet-stream' },
      body: content,
      expect: [201]
    })
    await answer.discard()
    const stored = answer.header('docker-content-digest')
    if (stored !== undefined && stored !== blob.digest) {
      throw new RegistryFailure(
        `${transport.host}/${repository} stored blob ${blob.digest} as ${stored.slice(0, 100)}. Do not use it.`
      )
    }
    return true
  })
}

async function hasBlob(
  transport: Transport,
  repository: RepositoryName,
  blob: Pick<Descriptor, 'digest' | 'size'>
): Promise<boolean> {
  const answer = await transport.send({
    method: 'HEAD',
    target: `/v2/${repository}/blobs/${blob.digest}`,
    scope: { repository, access: 'pull,push' },
    expect: [...PRESENT, 404]
  })
  await answer.discard()
  if (answer.status !== 200) return answer.status !== 404
  const size = answer.header('content-length')
  if (size !== undefined && Number(size) !== blob.size) {
    throw new RegistryFailure(
      `${transport.host}/${repository} has blob ${blob.digest} with ${size} bytes instead of ${blob.size}. Do not use it.`
    )
  }
  return true
}

/**
 * Fetches a small blob into memory.
 * @param limit the most bytes to take.
 * @throws RegistryFailure when the bytes are not those that were asked for.
 */
export async function getBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  limit: number
): Promise<Uint8Array | undefined> {
  return transport.attempt(async () => {
    const answer = await transport.send({
      method: 'GET',
      target: `/v2/${repository}/blobs/${digest}`,
      scope: { repository, access: 'pull' },
      expect: [200, 404]
    })
    if (answer.status === 404) {
      await answer.discard()
      return undefined
    }
    const bytes = await answer.read(limit)
    const found = sha256(bytes)
    if (found !== digest) {
      throw new RegistryFailure(
        `${transport.host}/${repository} returned content with digest ${found} for blob ${digest}. Do not use it.`
      )
    }
    return bytes
  })
}
