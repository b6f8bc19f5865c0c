/** How many levels a record has at most. It needs six; what it tells of an event may need some more. */
export const DEPTH_LIMIT = 64

const [QUOTE, ESCAPE] = [0x22, 0x5c]
/** Brackets and braces differ by this bit alone. */
const BRACE = 0x20
const [OPENING, CLOSING] = [0x7b, 0x7d]

/**
 * Whether JSON nests deeper than any record does. Looked for in the bytes, before anything walks the value: whatever goes down level by
 * level would run out of stack, and end without a word of which file it was.
 */
export function nestsTooDeep(bytes: Uint8Array): boolean {
  if (hasFewOpenings(bytes)) return false
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (inText) {
      // What follows is part of the text, whatever it is.
      if (byte === ESCAPE) at++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if ((byte | BRACE) === OPENING) {
      depth++
      if (depth > DEPTH_LIMIT) return true
    } else if ((byte | BRACE) === CLOSING) depth--
  }
  return false
}

/** Whether there is not even so much to open, be it in a text: so it is with almost all records, and told fast. */
function hasFewOpenings(bytes: Uint8Array): boolean {
  let openings = 0
  for (const opening of [OPENING, OPENING ^ BRACE]) {
    for (let at = bytes.indexOf(opening); at >= 0; at = bytes.indexOf(opening, at + 1)) {
      if (++openings > DEPTH_LIMIT) return false
    }
  }
  return true
}

/** The same of a value that is not written yet. Level by level, not by going down: see {@link nestsTooDeep}. */
export function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isContainer)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEPTH_LIMIT) return true
    level = level.flatMap(container => Object.values(container)).filter(isContainer)
  }
  return false
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
