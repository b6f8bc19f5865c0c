import type { Digest } from '@sluice/core'

/** The public half of a signing key. */
export interface PublicKey {
  readonly pem: string
  /** SHA-256 of the key's DER form (SubjectPublicKeyInfo). */
  readonly fingerprint: Digest
}

/** What signs records. For whom, the record's event says. */
export interface Signer {
  publicKey(): Promise<PublicKey>
  /** An ECDSA signature (P-256, DER) over the SHA-256 of some bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
