import { createHash, sign } from 'node:crypto'
import { afterAll, describe, expect, it } from '@jest/globals'
import type { LedgerRecord } from '@sluice/core'
import { encodeIssuerKey } from '../../src/issuer-key.ts'
import { NEWEST_TOKEN_PATH, tokenPath } from '../../src/paths.ts'
import { claimsOf, testIssuer } from '../test-issuer.ts'
import { github, honestLedger } from './honest.ts'
import type { Verdicts } from './verdicts.ts'
import { Verifiers } from './verdicts.ts'

const verifiers = new Verifiers()
afterAll(() => verifiers.stop())

const forger = testIssuer('forged')

interface Planted {
  readonly token: string
  /** The file of the key that signed it, where one is planted, too. */
  readonly key?: Uint8Array
}

/** Both verifiers' word on a ledger whose newest record has another token beside it. */
async function judge(make: (record: LedgerRecord) => Planted): Promise<Verdicts> {
  const { line, records, rules } = await honestLedger('both')
  const [newest, tip] = [records.at(-1), line.at(-1)]
  if (newest === undefined || tip === undefined) throw new Error('The ledger is empty.')
  const { token, key } = make(newest)
  const files = new Map(tip.files)
  for (const path of [tokenPath(newest.sequence), NEWEST_TOKEN_PATH]) files.set(path, Buffer.from(`${token}\n`))
  if (key !== undefined) files.set(`issuer/${createHash('sha256').update(key).digest('hex')}.json`, key)
  const [verdicts] = await verifiers.judge([...line.slice(0, -1), { ...tip, files }], { rules })
  if (verdicts === undefined) throw new Error('No one judged.')
  return verdicts
}

function claims(record: LedgerRecord, more: object = {}): object {
  return claimsOf(record, { environment: record.environment, ...more })
}

/** A token of the forger's, of these very bytes. */
function ofBytes(payload: Buffer): Planted {
  const header = Buffer.from(JSON.stringify({ typ: 'JWT', alg: 'RS256', kid: 'forged' })).toString('base64url')
  const signed = `${header}.${payload.toString('base64url')}`
  const signature = sign('RSA-SHA256', Buffer.from(signed), forger.privateKey)
  return { token: `${signed}.${signature.toString('base64url')}`, key: encodeIssuerKey(forger.jwk) }
}

/** A token that says what the record says, and one claim more, in these bytes. */
function withClaim(record: LedgerRecord, value: Buffer | string): Planted {
  const text = JSON.stringify(claims(record))
  return ofBytes(Buffer.concat([Buffer.from(`${text.slice(0, -1)},"x":`), Buffer.from(value), Buffer.from('}')]))
}

/** A key's file with its modulus in other bytes. */
function keyWith(change: (modulus: Buffer) => Buffer): Uint8Array {
  const n = change(Buffer.from(forger.jwk.n, 'base64url')).toString('base64url')
  return Buffer.from(`{"e":"AQAB","kty":"RSA","n":"${n}"}`)
}

describe('both verifiers take a token by a key that lies in issuer/, and no one has to know,', () => {
  it.each<[string, (record: LedgerRecord) => Planted]>([
    ['that says what its record says', record => withClaim(record, '1')],
    ['with a number of 5,000 digits that is not looked at', record => withClaim(record, '1'.repeat(5000))],
    ['with a number beyond all numbers', record => withClaim(record, '1e999')],
    ['with half a character in an escape', record => withClaim(record, String.raw`"\ud800"`)],
    ['that writes its time with a decimal point', ofTime(text => text.replace(/"iat":(\d+)/, '"iat":$1.0'))],
    [
      'with a claim twice, of which the last is right',
      record => ofBytes(Buffer.from(`{"run_id":"1",${JSON.stringify(claims(record)).slice(1)}`))
    ],
    ['that nests as deep as a record may', record => withClaim(record, nested(63))],
    ['of 16 KiB', record => ofSize(record, 16 * 1024)]
  ])('%s', async (_, make) => {
    expect(await judge(make)).toMatchObject({ own: [], other: [] })
  })
})

describe('both verifiers refuse', () => {
  it.each<[string, (record: LedgerRecord) => Planted]>([
    ['a token of a moment that no calendar has', ofTimes({ nbf: 0, iat: 9e12, exp: 9e12 + 1 })],
    ['a token that ends after all calendars', ofTimes({ exp: 253_402_300_800 })],
    ['a token of more than 16 KiB', record => ofSize(record, 16 * 1024 + 1)],
    ['claims that are no UTF-8', record => withClaim(record, Buffer.from([0x22, 0xff, 0x22]))],
    ['claims behind a byte order mark', record => ofBytes(Buffer.from(`\u{feff}${JSON.stringify(claims(record))}`))],
    ['claims that nest deeper than a record may', record => withClaim(record, nested(64))],
    ['claims that nest 3,000 deep', record => withClaim(record, nested(3000))],
    [
      'a claim twice, of which the last is wrong',
      record => ofBytes(Buffer.from(`${JSON.stringify(claims(record)).slice(0, -1)},"run_id":"1"}`))
    ],
    [
      'a key with a zero byte in front',
      record => ({
        token: forger.token(claims(record)),
        key: keyWith(modulus => Buffer.concat([Buffer.from([0]), modulus]))
      })
    ],
    [
      'a key that is even',
      record => ({
        token: forger.token(claims(record)),
        key: keyWith(modulus => Buffer.concat([modulus.subarray(0, -1), Buffer.from([(modulus.at(-1) ?? 1) - 1])]))
      })
    ]
  ])('%s', async (_, make) => {
    const { own, other } = await judge(make)

    expect([own.length > 0, other.length > 0]).toEqual([true, true])
  })

  it("GitHub's own token with its signature one modulus higher, which is the same by RSA's arithmetic", async () => {
    const modulus = numberOf(Buffer.from(github.jwk.n, 'base64url'))
    const twin = (record: LedgerRecord): Planted => {
      // Not each signature has a twin of its length.
      for (let attempt = 0; ; attempt++) {
        const [header, payload, signature = ''] = github.token(claims(record, { jti: `try-${attempt}` })).split('.')
        const hex = (numberOf(Buffer.from(signature, 'base64url')) + modulus).toString(16)
        if (hex.length > 512) continue
        const twin = Buffer.from(hex.padStart(512, '0'), 'hex').toString('base64url')
        return { token: `${header}.${payload}.${twin}` }
      }
    }
    const { own, other } = await judge(twin)

    expect([own.length > 0, other.length > 0]).toEqual([true, true])
  })
})

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

/** Changes the text of the claims. */
function ofTime(change: (text: string) => string): (record: LedgerRecord) => Planted {
  return record => ofBytes(Buffer.from(change(JSON.stringify(claims(record)))))
}

function ofTimes(times: object): (record: LedgerRecord) => Planted {
  return record => ({ token: forger.token(claims(record, times)), key: encodeIssuerKey(forger.jwk) })
}

/** A token whose file has this many bytes: its header is padded, then its claims, since three bytes become four letters. */
function ofSize(record: LedgerRecord, bytes: number): Planted {
  for (let header = 0; header < 4; header++) {
    for (let payload = 10_000; payload < 12_500; payload++) {
      const sizes = { kid: 'k'.repeat(header + 1), x: 'y'.repeat(payload) }
      if (fileSize(record, sizes) !== bytes) continue
      const token = forger.token(claims(record, { x: sizes.x }), { typ: 'JWT', alg: 'RS256', kid: sizes.kid })
      if (token.length + 1 !== bytes) throw new Error('The size was counted wrong.')
      return { token, key: encodeIssuerKey(forger.jwk) }
    }
  }
  throw new Error('No token has that size.')
}

function fileSize(record: LedgerRecord, { kid, x }: { readonly kid: string; readonly x: string }): number {
  const letters = (value: object): number => Math.ceil((Buffer.byteLength(JSON.stringify(value)) * 4) / 3)
  const [dots, line] = [2, 1]
  return (
    letters({ typ: 'JWT', alg: 'RS256', kid }) + letters(claims(record, { x })) + Math.ceil((256 * 4) / 3) + dots + line
  )
}
