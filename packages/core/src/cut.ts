/**
 * The beginning of a text, as far as UTF-8 can hold it: half a character (a surrogate alone), also one that the cut has left, has no form there, and
 * RFC 8785 takes no text with one. It becomes U+FFFD.
 * @param length at most so many UTF-16 units.
 */
export function cut(text: string, length: number): string {
  return Buffer.from(text.slice(0, length), 'utf8').toString('utf8')
}
