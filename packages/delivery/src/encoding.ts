import { ConfigError, type Position } from './problem.ts'

/** How files begin that Windows calls "Unicode" (Unicode 15, table 23-5). Longer marks come first: one begins like another. */
const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xff, 0xfe, 0, 0], 'UTF-32'],
  [[0, 0, 0xfe, 0xff], 'UTF-32'],
  [[0xff, 0xfe], 'UTF-16'],
  [[0xfe, 0xff], 'UTF-16']
]

/**
 * The text of a configuration file, which must be UTF-8: anything else would be read as something that nobody wrote.
 * @throws ConfigError that says which encoding it is, or where the first foreign byte stands.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const other = otherEncoding(bytes)
  if (other !== undefined)
    throw new ConfigError([{ file, line: 1, column: 1, message: `found ${other} text; save the file as UTF-8` }])
  try {
    // The byte order mark stays, for whoever hashes the text.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const at = foreignByte(bytes)
    const byte = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
    const message = `found the byte ${byte}, which is not UTF-8; save the file as UTF-8`
    throw new ConfigError([{ file, ...positionOf(bytes, at), message }])
  }
}

function otherEncoding(bytes: Uint8Array): string | undefined {
  const marked = MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1]
  if (marked !== undefined) return marked
  // Without a mark: the first character of a configuration file is ASCII, so that half of it is zero.
  return bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0) ? 'UTF-16' : undefined
}

/** Where decoding begins to change what is there. */
function foreignByte(bytes: Uint8Array): number {
  const read = Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8')
  const at = bytes.findIndex((byte, n) => read[n] !== byte)
  // A last character that is cut off may be read as the sign for it.
  return at < 0 ? bytes.length - 1 : at
}

function positionOf(bytes: Uint8Array, at: number): Position {
  const before = Buffer.from(bytes.subarray(0, at)).toString('utf8').split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
