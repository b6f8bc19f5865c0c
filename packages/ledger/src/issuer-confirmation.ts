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
 */
export class KeyConfirmation {
  readonly #confirmed: ReadonlySet<Digest>
  readonly #doubtful = new Map<Digest, UnconfirmedKey>()

  constructor({ published, known }: { readonly published: ReadonlySet<Digest>; readonly known: ReadonlySet<Digest> }) {
    this.#confirmed = new Set([...published, ...known])
  }

  /** Takes in the next use of a key, in the order of the chain. */
  note({ key, sequence }: KeyUse): void {
    if (this.#confirmed.has(key)) this.#doubtful.clear()
    else this.#doubtful.set(key, { key, first: this.#doubtful.get(key)?.first ?? sequence, last: sequence })
  }

  /** The keys in doubt, each with the records that it alone vouches for. */
  unconfirmed(): readonly UnconfirmedKey[] {
    return [...this.#doubtful.values()]
  }
}
