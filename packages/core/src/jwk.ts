import * as v from 'valibot'
import { fits, listOf, members } from './shape.ts'

const JWK = members({
  kty: v.literal('RSA'),
  /** What tokens name it by, in their header. */
  kid: v.pipe(v.string(), v.nonEmpty(), v.maxLength(256)),
  n: v.pipe(v.string(), v.regex(/^[\w-]{300,1400}$/)),
  /** 65537, as everybody's. A tiny exponent would make signatures that nobody's key made. */
  e: v.literal('AQAB'),
  alg: v.exactOptional(v.literal('RS256')),
  use: v.exactOptional(v.literal('sig'))
})

/** A public RSA key that signs OIDC tokens (RFC 7517), of at least 2048 bits when its modulus is written out. */
export type Jwk = v.InferOutput<typeof JWK>

const SET = members({ keys: listOf(v.unknown()) })

/**
 * Reads a set of keys from its JSON (RFC 7517, section 5): those that can verify RS256. Others may be there for tokens of another kind.
 * @returns `undefined` when it is no set of keys.
 */
export function readJwks(value: unknown): readonly Jwk[] | undefined {
  return fits(SET, value) ? value.keys.filter(key => fits(JWK, key)) : undefined
}
