import { canonicalJson, type Digest, isDigest } from '@sluice/core'

/** What `HEAD.json` says: the newest record's number and the SHA-256 of its file. An empty ledger has sequence 0 and no hash. */
export interface HeadPointer {
  readonly sequence: number
  readonly hash?: Digest
}

/** The highest number that the name of a record's file may have (see `parseLedgerPath`): there is no record above it. */
const LAST_SEQUENCE = 10 ** 15 - 1

/** The longest that {@link encodeHead} writes has 109 bytes. Whoever may push can write more, nested so deep that parsing takes long. */
const SIZE_LIMIT = 256

/** The bytes of `HEAD.json` (RFC 8785). */
export function encodeHead(head: HeadPointer): Uint8Array {
  return Buffer.from(canonicalJson({ sequence: head.sequence, hash: head.hash }), 'utf8')
}

/** Reads `HEAD.json`; `undefined` unless the bytes are exactly what {@link encodeHead} writes. */
export function decodeHead(bytes: Uint8Array): HeadPointer | undefined {
  if (bytes.length > SIZE_LIMIT) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { sequence, hash } = value as { readonly sequence?: unknown; readonly hash?: unknown }
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0) return undefined
  if (sequence > LAST_SEQUENCE) return undefined
  if (sequence === 0 ? hash !== undefined : !isDigest(hash)) return undefined
  const head: HeadPointer = isDigest(hash) ? { sequence, hash } : { sequence }
  return Buffer.compare(encodeHead(head), bytes) === 0 ? head : undefined
}
