import { type KeyObject, verify } from 'node:crypto'
import type { Digest, Jwk } from '@sluice/core'
import { keyObjectOf, thumbprintOf } from './issuer-key.ts'
import type { Token } from './token.ts'

/** Keys as an issuer publishes them, without those that are too weak to count. */
export function issuerKeysOf(published: readonly Jwk[]): IssuerKeys {
  const usable = published.flatMap(jwk => {
    const key = keyObjectOf(jwk)
    return key === undefined ? [] : [[thumbprintOf(jwk), key] as const]
  })
  return new IssuerKeys(new Map(usable))
}

/** The keys of an issuer that are at hand. */
export class IssuerKeys {
  readonly #keys: ReadonlyMap<Digest, KeyObject>
  /** Which key signed under which name: the archive keeps keys without the names that the issuer gives them. */
  readonly #named = new Map<string, Digest>()

  constructor(keys: ReadonlyMap<Digest, KeyObject>) {
    this.#keys = keys
  }

  /** The thumbprints of the keys. */
  get thumbprints(): ReadonlySet<Digest> {
    return new Set(this.#keys.keys())
  }

  /** These keys and others. */
  and(others: ReadonlyMap<Digest, KeyObject>): IssuerKeys {
    return others.size === 0 ? this : new IssuerKeys(new Map([...this.#keys, ...others]))
  }

  /** The thumbprint of the key that signed a token (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3); `undefined`: none of these. */
  signerOf(token: Token): Digest | undefined {
    const known = this.#named.get(token.keyId)
    if (known !== undefined && this.#isSigner(known, token)) return known
    for (const thumbprint of this.#keys.keys()) {
      if (thumbprint === known || !this.#isSigner(thumbprint, token)) continue
      this.#named.set(token.keyId, thumbprint)
      return thumbprint
    }
    return undefined
  }

  #isSigner(thumbprint: Digest, { signed, signature }: Token): boolean {
    const key = this.#keys.get(thumbprint)
    return key !== undefined && verify('RSA-SHA256', signed, key, signature)
  }
}
