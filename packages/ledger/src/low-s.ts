/** Order of the group of P-256 (FIPS 186-5, SP 800-186, section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/**
 * The one of the two valid forms of a signature (P-256, DER) whose `s` is small. KMS gives either; with both valid, whoever may push could
 * change a signature's bytes without the key.
 */
export function lowS(signature: Uint8Array): Uint8Array {
  const [r, s] = readDer(signature)
  return s > ORDER / 2n ? writeDer(r, ORDER - s) : signature
}

/** Whether a signature (DER) has the small `s`, in the shortest encoding. */
export function isLowS(signature: Uint8Array): boolean {
  try {
    const [r, s] = readDer(signature)
    return s <= ORDER / 2n && Buffer.compare(writeDer(r, s), signature) === 0
  } catch {
    return false
  }
}

/** `SEQUENCE { r INTEGER, s INTEGER }`, both short enough for lengths of one byte (RFC 3279, section 2.2.3). */
function readDer(signature: Uint8Array): readonly [bigint, bigint] {
  const bytes = Buffer.from(signature)
  const r = readInteger(bytes, 2)
  return [r.value, readInteger(bytes, r.end).value]
}

function readInteger(bytes: Buffer, at: number): { readonly value: bigint; readonly end: number } {
  const end = at + 2 + bytes.readUInt8(at + 1)
  return { value: BigInt(`0x${bytes.subarray(at + 2, end).toString('hex')}`), end }
}

function writeDer(r: bigint, s: bigint): Uint8Array {
  const numbers = Buffer.concat([writeInteger(r), writeInteger(s)])
  return Buffer.concat([Buffer.from([0x30, numbers.length]), numbers])
}

function writeInteger(value: bigint): Uint8Array {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  // A first bit that is set would make it negative.
  const padded = bytes.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded])
}
