import type { Output } from './io.ts'

/**
 * Writes a value as JSON, for programs and for people who look at it in a terminal. What JSON allows and a terminal obeys (C1, marks that reverse the
 * direction of text) is written as an escape, which every reader of JSON reads as the same.
 */
export function writeJson(output: Output, value: unknown): void {
  const text = JSON.stringify(value, undefined, 2).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
  output.write(`${text}\n`)
}

function escaped(character: string): string {
  // The line ends are those between members: in a text they are escaped already.
  if (character === '\n') return character
  return [...Array(character.length).keys()]
    .map(n => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`)
    .join('')
}
