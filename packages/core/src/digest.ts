import { hash } from 'node:crypto'
import { UserError } from './errors.ts'

/** A SHA-256 digest in the form `sha256:` + 64 lower-case hex digits (OCI image-spec, descriptor.md#digests). */
export type Digest = string & { readonly __brand: 'Digest' }

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Whether a text is a well-formed SHA-256 digest. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && DIGEST.test(text)
}

/**
 * Parses a digest.
 * @param what names the value in the error message, e.g. `input release`.
 * @throws UserError naming the value found and the form wanted.
 */
export function parseDigest(text: string, what = 'digest'): Digest {
  if (!isDigest(text)) {
    throw new UserError(
      `${what} is ${JSON.stringify(text.slice(0, 100))}, which is not a digest. Give "sha256:" and 64 lower-case hex digits.`
    )
  }
  return text
}

/** The SHA-256 digest of some bytes; a text counts as its UTF-8 bytes. */
export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', bytes, 'hex')}` as Digest
}

/** The 64 hex digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

/** A digest shortened for a table: `sha256:` + 12 hex. A label, never an input. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, 'sha256:'.length + 12)
}
