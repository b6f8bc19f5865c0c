import { type Digest, isDigest } from '@sluice/core'

/** What content is, and how to check it (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
  /** Where else the content is; of a layer that may not be redistributed, the only place (`application/vnd.oci.image.layer.nondistributable.*`). */
  readonly urls?: readonly string[]
}

/** Decodes a descriptor out of JSON; further members (platform, annotations) are the manifest's own business. */
export function decodeDescriptor(value: unknown): Descriptor | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { mediaType, digest, size, urls } = value as Readonly<Partial<Record<keyof Descriptor, unknown>>>
  if (typeof mediaType !== 'string' || !isDigest(digest)) return undefined
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
  const elsewhere = Array.isArray(urls) ? urls.filter((url: unknown) => typeof url === 'string') : []
  return { mediaType, digest, size, ...(elsewhere.length === 0 ? {} : { urls: elsewhere }) }
}
