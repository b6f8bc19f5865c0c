import * as v from 'valibot'
import { canonicalJson } from './canonical-json.ts'
import { type Digest, hexOf, isDigest, sha256 } from './digest.ts'
import { UserError } from './errors.ts'
import { count, fits, mapOf, members } from './shape.ts'

const KIND = v.picklist(['image', 'bundle'])

/** What kind of artifact a unit is. */
export type UnitKind = v.InferOutput<typeof KIND>

const UNIT = members({
  kind: KIND,
  /** Image: digest of the manifest or index. Bundle: digest of the archive's bytes. */
  digest: v.custom<Digest>(isDigest),
  fingerprint: v.custom<Digest>(isDigest),
  /** Sequence of the record that adopted the digest; absent: it was built here. */
  adopted: v.exactOptional(count)
})

/** One unit of a release: what came out of its build, and what went in. */
export type ReleasedUnit = v.InferOutput<typeof UNIT>

/** The form of {@link Release}. */
export const RELEASE = members({
  version: v.literal(1),
  /** GitHub's repository id, as a decimal text. */
  repository: v.string(),
  product: v.string(),
  /** 40 hex digits. */
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  units: mapOf(UNIT)
})

/** A release document (design, section 6): commit + the digest of every unit. Its own SHA-256 is the release's name. */
export type Release = v.InferOutput<typeof RELEASE>

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
    throw new UserError(`Release ${digest} was requested, but the stored document hashes to ${found}. Do not use it.`)
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error: unknown) {
    throw new UserError(`${digest} is not a release document: it is not JSON.`, { cause: error })
  }
  if (!fits(RELEASE, value)) throw new UserError(`${digest} is not a release document of version 1.`)
  if (value.product !== product) {
    throw new UserError(
      `${digest} is a release of product ${JSON.stringify(value.product)}, not of ${JSON.stringify(product)}. Give a release of this product.`
    )
  }
  return value
}

/** The short form of a release's digest that people read: `r-` + 12 hex. A label, never an input. */
export function releaseId(release: Digest): string {
  return `r-${hexOf(release).slice(0, 12)}`
}

/** Refuses to ask approvers for another release than they would read of. @throws UserError naming both. */
export function requireShownRelease(release: Digest, shown: string | undefined): void {
  if (shown === undefined || shown === releaseId(release)) return
  throw new UserError(
    `Approvers would read ${shown}, but release ${release} is ${releaseId(release)}. Pass release-id from the release job.`
  )
}
