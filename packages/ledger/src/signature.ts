import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type Digest, type LedgerRecord, sha256, signerOf } from '@sluice/core'
import { signedBytes } from './envelope.ts'
import { findForeignness, type OwnerRules } from './head.ts'
import { isLowS } from './low-s.ts'
import { keyPath } from './paths.ts'
import type { PublicKey } from './signer.ts'
import type { TokenRules } from './token-problem.ts'
import { findKeyProblem, type Trust } from './trust.ts'

/** Whose signatures count, and for what. A key may serve several products: what is signed for one proves nothing for another. */
export interface TrustRules extends OwnerRules {
  readonly trust: Trust
  /** What lists these keys, as messages name it; delivery.yml unless told. */
  readonly trustList?: string
  /** Takes records that name no key: the ledger has none, and everybody is told so. */
  readonly advisory?: boolean
  /** What GitHub must say of the jobs that wrote. Absent: records need no token, but one that is there must be right. */
  readonly tokens?: TokenRules
  /** Path of the delivery.yml that rules the product: any file of the default branch could pass for a policy that lets everything in. Absent: nobody compares it. */
  readonly config?: string
  /** As delivery.yml has them now: each repairs its own section, and `product` repairs that of any other. Absent: nobody knows which there are. */
  readonly environments?: readonly string[]
}

/** The bytes of a signature's file. */
export function encodeSignature(signature: Uint8Array): Uint8Array {
  return Buffer.from(`${Buffer.from(signature).toString('base64')}\n`, 'utf8')
}

/** Reads a signature's file; `undefined` unless the bytes are exactly what {@link encodeSignature} writes. */
function decodeSignature(file: Uint8Array): Uint8Array | undefined {
  const signature = Buffer.from(Buffer.from(file).toString('utf8'), 'base64')
  return Buffer.compare(encodeSignature(signature), file) === 0 ? signature : undefined
}

/** The public key of a DER form, as the ledger keeps it. @throws when it is no public key. */
export function publicKeyOf(der: Uint8Array): PublicKey {
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  return { pem: key.export({ type: 'spki', format: 'pem' }).toString(), fingerprint: fingerprintOfKey(key) }
}

/** Keys as they were read, by their files: whoever appends looks at the same few again at each try, and OpenSSL takes its time with each. */
const decoded = new Map<string, KeyObject | undefined>()

/** More than any product has at a time. */
const MOST_DECODED = 64

/** Reads a key file that must have a fingerprint; `undefined` unless it is exactly that P-256 key, in the one PEM form. */
export function decodeKey(file: Uint8Array, fingerprint: Digest): KeyObject | undefined {
  const name = `${fingerprint} ${sha256(file)}`
  if (!decoded.has(name)) {
    if (decoded.size >= MOST_DECODED) decoded.clear()
    decoded.set(name, readKey(file, fingerprint))
  }
  return decoded.get(name)
}

function readKey(file: Uint8Array, fingerprint: Digest): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(file), format: 'pem' })
    const same = Buffer.compare(Buffer.from(key.export({ type: 'spki', format: 'pem' })), file) === 0
    const curve = key.asymmetricKeyDetails?.namedCurve
    return same && curve === 'prime256v1' && fingerprintOfKey(key) === fingerprint ? key : undefined
  } catch {
    return undefined
  }
}

/** The listed keys that are among some files. */
export function trustedKeys(trust: Trust, files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<Digest, KeyObject> {
  const keys = new Map<Digest, KeyObject>()
  for (const { key: fingerprint } of trust) {
    const file = files.get(keyPath(fingerprint))
    const key = file === undefined ? undefined : decodeKey(file, fingerprint)
    if (key !== undefined) keys.set(fingerprint, key)
  }
  return keys
}

/** Whether a signature is a key's over a record's file (ECDSA with SHA-256, DER, small `s`). */
export function isSignatureOf(key: KeyObject, record: Uint8Array, signature: Uint8Array): boolean {
  return isLowS(signature) && verify('sha256', signedBytes(record), key, signature)
}

/** What of a record is signed: its file's bytes, the signature's file if there is one, and the keys that are at hand. */
export interface SignedRecord {
  readonly record: LedgerRecord
  readonly bytes: Uint8Array
  readonly signature: Uint8Array | undefined
  readonly keys: ReadonlyMap<Digest, KeyObject>
}

/** Why a record does not count for these rules, whoever signed it, or why its signature does not; `undefined` when it counts. */
export function findTrustProblem(signed: SignedRecord, rules: TrustRules): string | undefined {
  return findClaimProblem(signed.record, rules) ?? findSignatureProblem(signed)
}

/** Why a record does not count by what it says itself of its owner and its key, whatever lies beside it; `undefined` when it may count. */
export function findClaimProblem(record: LedgerRecord, rules: TrustRules): string | undefined {
  const { product, run, key: claimed, sequence } = record
  const foreign = findForeignness({ product, repository: run.repository }, rules)
  if (foreign !== undefined) return foreign
  const other = findOtherConfig(record, rules.config)
  if (other !== undefined) return other
  const { trust, trustList, advisory = false } = rules
  if (claimed === undefined) return advisory ? undefined : 'it is not signed'
  // Also where records without a key count: one that names a key says that somebody answers for it.
  return findKeyProblem({ signer: signerOf(record), fingerprint: claimed.fingerprint, sequence }, trust, trustList)
}

/** Why a record was not ruled by the file that rules its product. */
export function findOtherConfig({ policy }: LedgerRecord, config: string | undefined): string | undefined {
  if (policy === undefined || config === undefined || policy.path === config) return undefined
  return `it names ${policy.path} as its policy, but this product has been delivered by ${config} since its first record`
}

/** What is said of a signature that its record does not ask for: a repair removes it. */
export const STRAY_SIGNATURE = 'there is a signature for a record that names no key'

function findSignatureProblem(signed: SignedRecord): string | undefined {
  const { record, bytes, signature, keys } = signed
  const claimed = record.key
  if (claimed === undefined) return signature === undefined ? undefined : STRAY_SIGNATURE
  const { fingerprint } = claimed
  if (signature === undefined) return 'its signature is missing'
  const key = keys.get(fingerprint)
  if (key === undefined) return `the public key ${fingerprint} is missing or damaged`
  const made = decodeSignature(signature)
  if (made === undefined || !isSignatureOf(key, bytes, made)) {
    return `its signature was not made by key ${fingerprint} of ${signerOf(record)}`
  }
  return undefined
}

function fingerprintOfKey(key: KeyObject): Digest {
  return sha256(key.export({ type: 'spki', format: 'der' }))
}
