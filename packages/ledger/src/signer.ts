import { type Digest, UserError } from '@sluice/core'

/** The public half of a signing key. */
export interface PublicKey {
  readonly pem: string
  /** SHA-256 of the key's DER form (SubjectPublicKeyInfo). */
  readonly fingerprint: Digest
}

/** Who signs records. */
export interface Signer {
  /** Name of the account in delivery.yml whose key this is. */
  readonly account: string
  publicKey(): Promise<PublicKey>
  /** An ECDSA signature (P-256, DER) over the SHA-256 of some bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** The keys that delivery.yml pins: account name → fingerprint. */
export type Trust = Readonly<Record<string, Digest>>

/**
 * Refuses to sign with a key that nobody would trust afterwards.
 * @throws UserError with the line that delivery.yml needs.
 */
export async function checkSigner(signer: Signer, trust: Trust): Promise<void> {
  const { fingerprint } = await signer.publicKey()
  const pinned = trust[signer.account]
  if (pinned === fingerprint) return
  const found = `The ledger key of account ${signer.account} has the fingerprint ${fingerprint}`
  throw new UserError(
    pinned === undefined
      ? `${found}, which is not pinned in delivery.yml. Verify it, then add it under ledger.trust:  ${signer.account}: ${fingerprint}`
      : `${found}, but delivery.yml pins ${pinned}. If the key was replaced deliberately, update ledger.trust.${signer.account}; otherwise do not continue.`
  )
}
