import { type Digest, UserError } from '@sluice/core'
import { type Descriptor, decodeDescriptor } from './descriptor.ts'
import { FITTING_TYPES, MANIFEST_TYPES } from './media-types.ts'

/** What to do about an image that no reader understands. */
const REBUILD = 'Build and push the image again.'

/** What a manifest refers to: an index to manifests, an image manifest to blobs. */
export interface ManifestParts {
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly blobs: readonly Descriptor[]
  /** What it speaks of, without being part of it. */
  readonly subject?: Digest
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * Reads what a manifest refers to. Content that could be taken for an index *and* a manifest is refused: two readers would see two
 * images under one digest (CVE-2021-41190).
 * @param what names the manifest in errors.
 * @throws UserError
 */
export function readParts(bytes: Uint8Array, what: string): ManifestParts {
  const body = parseObject(bytes, what)
  const isIndex = body.manifests !== undefined
  const isImage = body.layers !== undefined || body.config !== undefined
  if (isIndex === isImage) {
    throw new UserError(
      `${what} is ${isIndex ? 'both an image index and an image manifest' : 'neither an image index nor an image manifest'}. ${REBUILD}`
    )
  }
  const fitting: readonly string[] = FITTING_TYPES[isIndex ? 'index' : 'image']
  const mediaType = body.mediaType ?? fitting[0]
  if (typeof mediaType !== 'string' || !fitting.includes(mediaType)) {
    throw new UserError(
      `${what} has media type ${JSON.stringify(mediaType)}. Supported: ${MANIFEST_TYPES.join(', ')}. ${REBUILD}`
    )
  }
  const subject = decodeDescriptor(body.subject)?.digest
  const common = { mediaType, annotations: textsOf(body.annotations), ...(subject === undefined ? {} : { subject }) }
  return isIndex
    ? { ...common, manifests: descriptors(body.manifests, what), blobs: [] }
    : { ...common, manifests: [], blobs: [...descriptors([body.config], what), ...descriptors(body.layers, what)] }
}

interface Body {
  readonly mediaType?: unknown
  readonly manifests?: unknown
  readonly config?: unknown
  readonly layers?: unknown
  readonly subject?: unknown
  readonly annotations?: unknown
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function parseObject(bytes: Uint8Array, what: string): Body {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error: unknown) {
    throw new UserError(`${what} is not a manifest: it is not JSON. ${REBUILD}`, { cause: error })
  }
  if (typeof value !== 'object' || value === null)
    throw new UserError(`${what} is not a manifest: it is not a JSON object. ${REBUILD}`)
  return value
}

function descriptors(value: unknown, what: string): readonly Descriptor[] {
  if (!Array.isArray(value))
    throw new UserError(`${what} has no list of descriptors where a manifest requires one. ${REBUILD}`)
  return value.map((entry: unknown) => {
    const descriptor = decodeDescriptor(entry)
    if (descriptor === undefined)
      throw new UserError(`${what} refers to something that is not a descriptor with a sha256 digest. ${REBUILD}`)
    return descriptor
  })
}
