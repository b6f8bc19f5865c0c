import { canonicalJson, type Digest, isDigest } from '@sluice/core'

/** The version of the format that this program reads and writes (docs/ledger.md). */
export const FORMAT = 2

/** Whose records a ledger holds. */
export interface LedgerOwner {
  /** GitHub's id of the repository. */
  readonly repository: string
  readonly product: string
}

/** What `HEAD.json` says: whose ledger it is, the newest record's number and the SHA-256 of its file. An empty ledger has sequence 0 and no hash. */
export interface HeadPointer extends LedgerOwner {
  readonly sequence: number
  readonly hash?: Digest
}

/** `HEAD.json`, or what is wrong with it. */
export type ReadHead =
  | { readonly ok: true; readonly head: HeadPointer }
  | { readonly ok: false; readonly problem: string }

/** The highest number that the name of a record's file may have (see `parseLedgerPath`): there is no record above it. */
export const LAST_SEQUENCE = 10 ** 15 - 1

/** Far more than {@link encodeHead} ever writes. Whoever may push can write more, nested so deep that parsing takes long. */
const SIZE_LIMIT = 1024

/** The bytes of `HEAD.json` (RFC 8785). */
export function encodeHead({ repository, product, sequence, hash }: HeadPointer): Uint8Array {
  return Buffer.from(canonicalJson({ format: FORMAT, repository, product, sequence, hash }), 'utf8')
}

/** Reads `HEAD.json`: its bytes must be exactly what {@link encodeHead} writes. */
export function decodeHead(bytes: Uint8Array): ReadHead {
  const value = bytes.length > SIZE_LIMIT ? undefined : parse(bytes)
  const { format, repository, product, sequence, hash } = value ?? {}
  if (typeof format === 'number' && format !== FORMAT)
    return { ok: false, problem: `it is of format ${format}; this program reads format ${FORMAT}` }
  if (typeof repository !== 'string' || typeof product !== 'string') return MALFORMED
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0) return MALFORMED
  if (sequence > LAST_SEQUENCE) return MALFORMED
  if (sequence === 0 ? hash !== undefined : !isDigest(hash)) return MALFORMED
  const head: HeadPointer = { repository, product, sequence, ...(isDigest(hash) ? { hash } : {}) }
  return Buffer.compare(encodeHead(head), bytes) === 0 ? { ok: true, head } : MALFORMED
}

const MALFORMED: ReadHead = { ok: false, problem: 'it is malformed' }

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

/** Whose records count: those of one repository, about one product, under any name that it has had. */
export interface OwnerRules {
  /** Absent: of any repository. */
  readonly repository?: string
  /** Its name now, and former ones. Absent: any product. */
  readonly products?: readonly string[]
}

/** Why something of an owner does not count; `undefined` when it does. */
export function findForeignness(
  { repository, product }: LedgerOwner,
  { repository: own, products }: OwnerRules
): string | undefined {
  if (products !== undefined && !products.includes(product))
    return `it is about product ${product}, not about ${products.join(', formerly ')}`
  if (own !== undefined && repository !== own)
    return `it was written by a run of repository ${repository}, not of ${own}`
  return undefined
}
