import { createPublicKey } from 'node:crypto'
import { Failure, type LedgerRecord, type RecordDraft, type SignerName, signerOf } from '@sluice/core'
import { signedBytes } from './envelope.ts'
import { lowS } from './low-s.ts'
import { encodeSignature, isSignatureOf, type TrustRules } from './signature.ts'
import type { PublicKey, Signer } from './signer.ts'
import { refuseUnlisted } from './trust.ts'

/** Gives who signs under a name. */
export type SignerFor = (name: SignerName) => Signer

/** The keys that some records are signed with, each read once. */
export class Keyring {
  readonly #signers: SignerFor
  readonly #keys: ReadonlyMap<SignerName, PublicKey>

  private constructor(signers: SignerFor, keys: ReadonlyMap<SignerName, PublicKey>) {
    this.#signers = signers
    this.#keys = keys
  }

  /**
   * Reads the public keys of everybody who signs one of these.
   * @throws UserError for one that no reader would take.
   */
  static async open(
    signers: SignerFor | undefined,
    drafts: readonly RecordDraft[],
    { trust, advisory = false }: Pick<TrustRules, 'trust' | 'advisory'>
  ): Promise<Keyring | undefined> {
    if (signers === undefined) return undefined
    const names = [...new Set(drafts.map(signerOf))]
    const keys = await Promise.all(names.map(async name => [name, await signers(name).publicKey()] as const))
    if (!advisory) for (const [signer, { fingerprint }] of keys) refuseUnlisted({ signer, fingerprint }, trust)
    return new Keyring(signers, new Map(keys))
  }

  get keys(): readonly PublicKey[] {
    return [...this.#keys.values()]
  }

  /** What a record says of its key. */
  claimFor(draft: RecordDraft): NonNullable<LedgerRecord['key']> & { readonly signer: SignerName } {
    const signer = signerOf(draft)
    return { signer, fingerprint: this.#keyOf(signer).fingerprint }
  }

  /** The signature's file of a record's file. */
  async sign(draft: RecordDraft, bytes: Uint8Array): Promise<Uint8Array> {
    const name = signerOf(draft)
    const signature = lowS(await this.#signers(name).sign(signedBytes(bytes)))
    // A key that was replaced since its public half was read would leave a record that nobody can ever verify.
    if (!isSignatureOf(createPublicKey(this.#keyOf(name).pem), bytes, signature))
      throw new Failure(`The signature of ${name} does not match its public key. Re-run the job.`)
    return encodeSignature(signature)
  }

  #keyOf(name: SignerName): PublicKey {
    const key = this.#keys.get(name)
    if (key === undefined) throw new Failure(`The key of ${name} was not read.`)
    return key
  }
}
