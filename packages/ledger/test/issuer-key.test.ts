import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { type Digest, type Jwk, readJwks, sha256 } from '@sluice/core'
import { KeyConfirmation, type KeyUse } from '../src/issuer-confirmation.ts'
import { decodeIssuerKey, encodeIssuerKey, keyObjectOf, thumbprintOf } from '../src/issuer-key.ts'
import { testIssuer } from './test-issuer.ts'

/** The key and the thumbprint that RFC 7638 gives as its example (section 3.1). */
const EXAMPLE: Jwk = {
  kty: 'RSA',
  kid: '2011-04-29',
  e: 'AQAB',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
}
const THUMBPRINT = `sha256:${Buffer.from('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'base64url').toString('hex')}`

describe('the file of an issuer key', () => {
  it('hashes to its thumbprint', () => {
    expect(thumbprintOf(EXAMPLE)).toBe(THUMBPRINT)
    expect(sha256(encodeIssuerKey(EXAMPLE))).toBe(THUMBPRINT)
    expect(Buffer.from(encodeIssuerKey(EXAMPLE)).toString()).toBe(`{"e":"AQAB","kty":"RSA","n":"${EXAMPLE.n}"}`)
  })

  it('gives back the key', () => {
    const { jwk, thumbprint, publicKey } = testIssuer()

    expect(decodeIssuerKey(encodeIssuerKey(jwk), thumbprint)?.equals(publicKey)).toBe(true)
  })

  it('is refused under another name, and when a byte of it changed', () => {
    const file = Buffer.from(encodeIssuerKey(EXAMPLE))

    expect(decodeIssuerKey(file, sha256('another'))).toBeUndefined()
    expect(decodeIssuerKey(Buffer.from(file.toString().replace('0vx7', '0vx8')), thumbprintOf(EXAMPLE))).toBeUndefined()
  })

  const { n } = EXAMPLE
  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['another order', JSON.stringify({ kty: 'RSA', e: 'AQAB', n })],
    ['a further member', JSON.stringify({ e: 'AQAB', kty: 'RSA', n, kid: 'x' })],
    ['white space', JSON.stringify({ e: 'AQAB', kty: 'RSA', n }, undefined, 1)],
    ['an exponent of 1, under which everything is signed', JSON.stringify({ e: 'AQ', kty: 'RSA', n })],
    ['a modulus with leading zeros', JSON.stringify({ e: 'AQAB', kty: 'RSA', n: `AAAA${n}` })],
    ['a secret for everybody', JSON.stringify({ k: 'c2VjcmV0', kty: 'oct' })],
    [
      'a key of a curve',
      JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }))
    ]
  ])('that is %s is refused', (_, text) => {
    const file = Buffer.from(text)

    expect(decodeIssuerKey(file, sha256(file))).toBeUndefined()
  })

  it('of a weak key is refused', () => {
    const { e, n } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const padded = { e: 'AQAB', kty: 'RSA', n: String(n) } as const

    expect(e).toBe('AQAB')
    expect(keyObjectOf(padded)).toBeUndefined()
    expect(createPublicKey({ key: padded, format: 'jwk' }).type).toBe('public')
  })
})

describe('the keys that an issuer publishes', () => {
  it('are those for RS256; others are left out', () => {
    const keys = [
      EXAMPLE,
      { ...EXAMPLE, use: 'enc' },
      { ...EXAMPLE, alg: 'PS256' },
      { ...EXAMPLE, e: 'Aw' },
      { kty: 'EC' },
      7
    ]

    expect(readJwks({ keys })).toEqual([EXAMPLE])
  })

  it.each([[undefined], [[]], [{}], [{ keys: {} }]])('are not in %j', value => {
    expect(readJwks(value)).toBeUndefined()
  })
})

describe('a key in the archive', () => {
  const [old, now, forged] = [sha256('old'), sha256('now'), sha256('forged')]
  const uses = (...keys: readonly Digest[]): readonly KeyUse[] => keys.map((key, n) => ({ sequence: n + 1, key }))
  const find = (used: readonly KeyUse[], published: readonly Digest[], known: readonly Digest[] = []) => {
    const confirmation = new KeyConfirmation({ published: new Set(published), known: new Set(known) })
    for (const use of used) confirmation.note(use)
    return confirmation.unconfirmed()
  }

  it('is confirmed while the issuer publishes it', () => {
    expect(find(uses(now, now), [now])).toEqual([])
  })

  it('stays confirmed when the issuer took it away, by the record that came after', () => {
    expect(find(uses(old, old, now), [now])).toEqual([])
  })

  it('is in doubt when it vouches for the newest records and the issuer does not publish it', () => {
    expect(find(uses(old, now, forged, forged), [now])).toEqual([{ key: forged, first: 3, last: 4 }])
  })

  it('is in doubt from where it stands alone, also when it was confirmed before', () => {
    expect(find(uses(old, now, old, forged), [now])).toEqual([
      { key: old, first: 3, last: 3 },
      { key: forged, first: 4, last: 4 }
    ])
  })

  it('is confirmed by whoever saw it published', () => {
    expect(find(uses(old, old), [now], [old])).toEqual([])
  })

  it('is in doubt when nobody was asked', () => {
    expect(find(uses(old, now), [])).toEqual([
      { key: old, first: 1, last: 1 },
      { key: now, first: 2, last: 2 }
    ])
  })
})
