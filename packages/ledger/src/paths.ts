import { type Digest, hexOf, parseDigest } from '@sluice/core'

/** Where the number and the hash of the newest record stand. */
export const HEAD_PATH = 'HEAD.json'

/** Records a folder: keeps every git tree small, however long the ledger grows. */
const RECORDS_PER_FOLDER = 1000

/** The file of a record. */
export function recordPath(sequence: number): string {
  return `records/${Math.floor(sequence / RECORDS_PER_FOLDER)}/${sequence}.json`
}

/** The file of a record's detached signature. */
export function signaturePath(sequence: number): string {
  return `${recordPath(sequence)}.sig`
}

/** The file of a public key. It travels with the ledger, but is trusted only if delivery.yml pins its fingerprint. */
export function keyPath(fingerprint: Digest): string {
  return `keys/${hexOf(fingerprint)}.pem`
}

/**
 * The file that answers "did this job record this already?" in constant time: named by the hash of the record's identity, it holds its
 * sequence. Fanned out by two hex digits to keep trees small.
 */
export function indexPath(identity: Digest): string {
  const hex = hexOf(identity)
  return `index/${hex.slice(0, 2)}/${hex}`
}

/** What a file of the ledger branch is, by its path. */
export type LedgerPath =
  | { readonly kind: 'head' }
  | { readonly kind: 'record' | 'signature'; readonly sequence: number }
  | { readonly kind: 'key' | 'evidence' | 'index'; readonly digest: Digest }

/** Reads a path of the ledger branch; `undefined` for anything that does not belong there, also for other spellings of a valid path. */
export function parseLedgerPath(path: string): LedgerPath | undefined {
  if (path === HEAD_PATH) return { kind: 'head' }
  const record = /^records\/\d+\/([1-9]\d{0,14})\.json(\.sig)?$/.exec(path)
  if (record !== null) {
    const sequence = Number(record[1])
    const kind = record[2] === undefined ? 'record' : 'signature'
    const expected = kind === 'record' ? recordPath(sequence) : signaturePath(sequence)
    return path === expected ? { kind, sequence } : undefined
  }
  const named = /^(?:keys\/([0-9a-f]{64})\.pem|evidence\/([0-9a-f]{64})|index\/([0-9a-f]{2})\/(\3[0-9a-f]{62}))$/.exec(
    path
  )
  const [, key, evidence, , index] = named ?? []
  if (key !== undefined) return { kind: 'key', digest: parseDigest(`sha256:${key}`) }
  if (evidence !== undefined) return { kind: 'evidence', digest: parseDigest(`sha256:${evidence}`) }
  if (index !== undefined) return { kind: 'index', digest: parseDigest(`sha256:${index}`) }
  return undefined
}
