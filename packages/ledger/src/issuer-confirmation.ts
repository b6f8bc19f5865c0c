import type { Digest } from '@sluice/core'

/** A record with the key that signed its token. */
export interface KeyUse {
  readonly sequence: number
  readonly key: Digest
}

/** A key that nothing tells to be the issuer's, and the records that it alone vouches for. */
export interface UnconfirmedKey {
  readonly key: Digest
  readonly first: number
  readonly last: number
}

/**
 * The keys whose word is nobody's. Whoever can write to the branch can put a key of their own into the archive and sign tokens with it;
 * that the ledger keeps a key proves nothing.
 *
 * A key is the issuer's when the issuer publishes it, or when somebody who saw it published says so (`known`). Issuers take old keys away,
 * so the past is confirmed by what came after: before Sluice appends, it compares the key of the newest record with what the issuer
 * publishes at that moment, and stops if it is not there. That it was Sluice that appended, is the word of the later token. So everything
 * before a record whose key is confirmed is confirmed as well, and only records after the last such one are in doubt.
 * @param uses in the order of the chain
 */
export function findUnconfirmedKeys(
  uses: readonly KeyUse[],
  { published, known }: { readonly published: ReadonlySet<Digest>; readonly known: ReadonlySet<Digest> }
): readonly UnconfirmedKey[] {
  const last = uses.findLastIndex(({ key }) => published.has(key) || known.has(key))
  const doubtful = new Map<Digest, UnconfirmedKey>()
  for (const { key, sequence } of uses.slice(last + 1)) {
    doubtful.set(key, { key, first: doubtful.get(key)?.first ?? sequence, last: sequence })
  }
  return [...doubtful.values()]
}
