import { isUtf8 } from 'node:buffer'
import { readClaims, type TokenClaims } from '@sluice/core'
import { nestsTooDeep } from './nesting.ts'

/** How many bytes a token may have. GitHub's have about two thousand; properties of a repository can add some. */
const TOKEN_LIMIT = 16 * 1024

/** An OIDC token taken apart. Nothing of it is checked but its form. */
export interface Token {
  /** What the header calls the key that signed it. */
  readonly keyId: string
  readonly claims: TokenClaims
  /** The bytes that are signed. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/** A token, or what is wrong with its form. */
export type DecodedToken =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly problem: string }

/** The bytes of a token's file: the token exactly as GitHub issued it, on one line. */
export function encodeToken(token: string): Uint8Array {
  return Buffer.from(`${token}\n`, 'utf8')
}

/** Reads a token's file (RFC 7515, compact serialization; RFC 7519), as strictly as GitHub writes it. */
export function decodeToken(file: Uint8Array): DecodedToken {
  if (file.length > TOKEN_LIMIT) return refused(`it has ${file.length} bytes, more than any token (${TOKEN_LIMIT})`)
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const parts = bytes.toString('latin1').split('.')
  const [header, claims, signature] = parts
  if (header === undefined || claims === undefined || signature === undefined || parts.length !== 3) {
    return refused('it has not three parts')
  }
  if (!signature.endsWith('\n')) return refused('it does not end with its line')
  const read = { header: decodePart(header), claims: decodePart(claims), signature: decodePart(signature.slice(0, -1)) }
  if (read.header === undefined || read.claims === undefined || read.signature === undefined) {
    return refused('one of its parts is not base64url in its one form')
  }
  const key = readHeader(parseJson(read.header))
  if (!key.ok) return key
  const content = readClaims(parseJson(read.claims))
  if (!content.ok) {
    return refused(
      content.misfit === '' ? 'its claims are not an object' : `its claim "${content.misfit}" is missing or malformed`
    )
  }
  const signed = bytes.subarray(0, header.length + 1 + claims.length)
  return { ok: true, token: { keyId: key.id, claims: content.claims, signed, signature: read.signature } }
}

/**
 * Which key a header names. The algorithm is not the token's to choose: with `none` it would need no signature, with `HS256` the public key
 * would make one. Keys and addresses of keys in a header are not looked at.
 */
function readHeader(value: unknown): { readonly ok: true; readonly id: string } | Extract<DecodedToken, { ok: false }> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused('its header is not an object')
  const { alg, kid, typ } = value as Readonly<Record<string, unknown>>
  if (alg !== 'RS256') return refused(`its algorithm is ${JSON.stringify(alg)}, not RS256`)
  if (typ !== undefined && typ !== 'JWT') return refused('its header says that it is something else than a JWT')
  // Whoever does not know what is critical must refuse (RFC 7515, section 4.1.11), and here nothing is known.
  if (Object.hasOwn(value, 'crit') || Object.hasOwn(value, 'b64')) return refused('its header asks for extensions')
  if (typeof kid !== 'string' || kid === '') return refused('its header names no key')
  return { ok: true, id: kid }
}

/** The bytes of a part; `undefined` unless it is spelled as everybody spells them: no padding, no spare bits, no other letters. */
function decodePart(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined
}

/** The value of a part; `undefined` unless it is JSON in UTF-8 that nests no deeper than a record may: every reader can read that. */
function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes) || nestsTooDeep(bytes)) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function refused(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem }
}
