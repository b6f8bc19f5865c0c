import { canonicalJson } from './canonical.ts'
import { type Digest, isDigest, sha256 } from './digest.ts'
import { UserError } from './errors.ts'

/** What kind of artefact a unit is. */
export type UnitKind = 'image' | 'bundle'

/** One unit of a release: what came out of its build, and what went in. */
export interface ReleasedUnit {
  readonly kind: UnitKind
  /** Image: digest of the manifest or index. Bundle: digest of the archive's bytes. */
  readonly digest: Digest
  readonly fingerprint: Digest
}

/** A release document (design, section 6): commit + the digest of every unit. Its own SHA-256 is the release's name. */
export interface Release {
  readonly version: 1
  /** GitHub's repository id, as a decimal text. */
  readonly repository: string
  readonly product: string
  /** 40 hex digits. */
  readonly commit: string
  readonly label?: string
  readonly units: Readonly<Record<string, ReleasedUnit>>
}

/** The bytes of a release document (RFC 8785) and the digest that names it. */
export function encodeRelease(release: Release): { readonly text: string; readonly digest: Digest } {
  const text = canonicalJson(release)
  return { text, digest: sha256(text) }
}

/**
 * Reads a release document back.
 * @param digest the name it was asked for by: the bytes must hash to it.
 * @param product the product it must belong to.
 * @throws UserError when the bytes are others, malformed, or another product's.
 */
export function decodeRelease(bytes: Uint8Array, digest: Digest, product: string): Release {
  const found = sha256(bytes)
  if (found !== digest)
    throw new UserError(`Release ${digest} was asked for, but the stored document hashes to ${found}. Do not use it.`)
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error: unknown) {
    throw new UserError(`${digest} is not a release document: it is no JSON.`, { cause: error })
  }
  if (!isRelease(value)) throw new UserError(`${digest} is not a release document of version 1.`)
  if (value.product !== product) {
    throw new UserError(
      `${digest} is a release of product ${JSON.stringify(value.product)}, not of ${JSON.stringify(product)}. Give a release of this product.`
    )
  }
  return value
}

function isRelease(value: unknown): value is Release {
  if (typeof value !== 'object' || value === null) return false
  const it = value as Partial<Record<keyof Release, unknown>>
  return (
    it.version === 1 &&
    typeof it.repository === 'string' &&
    typeof it.product === 'string' &&
    typeof it.commit === 'string' &&
    /^[0-9a-f]{40}$/.test(it.commit) &&
    typeof it.units === 'object' &&
    it.units !== null &&
    Object.values(it.units).every(isReleasedUnit)
  )
}

function isReleasedUnit(value: unknown): value is ReleasedUnit {
  if (typeof value !== 'object' || value === null) return false
  const it = value as Partial<Record<keyof ReleasedUnit, unknown>>
  return (it.kind === 'image' || it.kind === 'bundle') && isDigest(it.digest) && isDigest(it.fingerprint)
}
