import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { signedBytes } from '../src/envelope.ts'
import { isLowS, lowS } from '../src/low-s.ts'
import { isSignatureOf } from '../src/signature.ts'

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const RECORD = Buffer.from('{"sequence":1}')

/** The other of the two valid forms of a signature. */
function twin(signature: Uint8Array): Uint8Array {
  const [r, s] = numbersOf(signature)
  return derOf(r, ORDER - s)
}

function numbersOf(signature: Uint8Array): readonly [bigint, bigint] {
  const bytes = Buffer.from(signature)
  const at = 4 + bytes.readUInt8(3)
  const number = (from: number, length: number): bigint =>
    BigInt(`0x${bytes.subarray(from, from + length).toString('hex')}`)
  return [number(4, bytes.readUInt8(3)), number(at + 2, bytes.readUInt8(at + 1))]
}

function derOf(...numbers: readonly bigint[]): Uint8Array {
  const parts = numbers.map(number => {
    const hex = number.toString(16)
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
    const content = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
    return Buffer.concat([Buffer.from([2, content.length]), content])
  })
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

describe('the one form of a signature', () => {
  it('is found for whatever KMS gives, and counts; its twin, which nobody needs a key for, does not', () => {
    for (let n = 0; n < 50; n++) {
      const given = sign('sha256', signedBytes(RECORD), privateKey)
      const low = lowS(given)
      const high = twin(low)

      // Both are signatures as mathematics goes.
      for (const it of [low, high]) expect(verify('sha256', signedBytes(RECORD), publicKey, it)).toBe(true)
      expect([isLowS(low), isLowS(high)]).toEqual([true, false])
      expect([isSignatureOf(publicKey, RECORD, low), isSignatureOf(publicKey, RECORD, high)]).toEqual([true, false])
      expect(lowS(high)).toEqual(low)
    }
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no signature', Buffer.from('hello')],
    ['what has more behind it', Buffer.concat([derOf(1n, 1n), Buffer.from([0])])],
    ['a number with a needless zero', Buffer.from([0x30, 7, 2, 2, 0, 1, 2, 1, 1])]
  ])('is not %s', (_, bytes) => {
    expect(isLowS(bytes)).toBe(false)
  })

  it('is over the record as a record: the same bytes signed as anything else prove nothing', () => {
    expect(isSignatureOf(publicKey, RECORD, lowS(sign('sha256', RECORD, privateKey)))).toBe(false)
  })
})
