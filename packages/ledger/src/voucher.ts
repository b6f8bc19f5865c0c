import type { Digest, Jwk } from '@sluice/core'

/** Who makes GitHub vouch for a record. */
export interface Voucher {
  /** The commits of Sluice that may write; absent: any. Records of former ones stay. */
  readonly commits?: readonly string[]
  /** A token that speaks for the record with this hash, and the keys that its issuer publishes now. */
  vouch(hash: Digest): Promise<{ readonly token: string; readonly keys: readonly Jwk[] }>
}
