/**
 * Control, format and line-separating characters. A terminal obeys some of them; others break a line, hide a part of it, or reverse its
 * direction: no text from outside is shown with them, nor with letters that are empty.
 */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]+/gu

/** Beside them, what has no picture of its own, and blanks that look like the usual one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** A text on one line, with a blank for each run of such characters: for texts that people read. */
export function onOneLine(text: string): string {
  return text.replace(CONTROLS, ' ')
}

/** A text on one line, with each such character as an escape: for texts in which it matters what exactly is there. */
export function visible(text: string): string {
  return text.replace(UNSEEN, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
