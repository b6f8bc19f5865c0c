/**
 * Control, format and line-separating characters. A terminal obeys some of them; others break a line, hide a part of it, or reverse its
 * direction: no text from outside is shown with them.
 */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** A text on one line, with a blank for each run of such characters: for texts that people read. */
export function onOneLine(text: string): string {
  return text.replace(CONTROLS, ' ')
}

/** A text on one line, with each such character as an escape: for texts in which it matters what exactly is there. */
export function visible(text: string): string {
  return text.replace(CONTROL, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
