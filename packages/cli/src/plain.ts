/**
 * A text from outside (a login, a comment, a path) on one line, without characters that a terminal would obey or that would hide a part
 * of it: they show as escapes.
 */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  )
}

/** The same for a message of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}
