import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Digest, type Jwk, readJwks, sha256 } from '@sluice/core'

/** What the modulus of a key may have, in bits. */
const STRENGTH = { least: 2048, most: 8192 }

/**
 * The file of a key that signs tokens: the members that make it this key, in the one order (RFC 7638, section 3.2). So the hash of the file
 * is the key's thumbprint, and nobody can put another key under its name.
 */
export function encodeIssuerKey({ e, kty, n }: Pick<Jwk, 'e' | 'kty' | 'n'>): Uint8Array {
  return Buffer.from(JSON.stringify({ e, kty, n }), 'utf8')
}

/** The thumbprint of a key (RFC 7638, SHA-256). */
export function thumbprintOf(key: Pick<Jwk, 'e' | 'kty' | 'n'>): Digest {
  return sha256(encodeIssuerKey(key))
}

/** Reads the file of a key that must have a thumbprint; `undefined` unless it is exactly that key, and strong enough. */
export function decodeIssuerKey(file: Uint8Array, thumbprint: Digest): KeyObject | undefined {
  if (sha256(file) !== thumbprint) return undefined
  try {
    const members = JSON.parse(Buffer.from(file).toString('utf8')) as object
    const [jwk] = readJwks({ keys: [{ kid: 'archived', ...members }] }) ?? []
    return jwk === undefined || Buffer.compare(encodeIssuerKey(jwk), file) !== 0 ? undefined : keyObjectOf(jwk)
  } catch {
    return undefined
  }
}

/** The key of its JSON form; `undefined` when it is too weak, or not written in the one form. */
export function keyObjectOf({ e, kty, n }: Pick<Jwk, 'e' | 'kty' | 'n'>): KeyObject | undefined {
  const key = createPublicKey({ key: { e, kty, n }, format: 'jwk' })
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  const strong = modulusLength >= STRENGTH.least && modulusLength <= STRENGTH.most
  // What is even has no product of two large primes in it, and programs do not agree on what it verifies.
  const isOdd = (Buffer.from(n, 'base64url').at(-1) ?? 0) % 2 === 1
  return strong && isOdd && key.export({ format: 'jwk' }).n === n ? key : undefined
}
