/**
 * A line of a message that names a co-author, with the lines that it is folded into (git, `interpret-trailers`): wherever it stands, and
 * with signs before it, since GitHub takes some that git would not.
 */
const LINE = /^[^\p{L}\p{N}\n]*co-authored-by[ \t]*:([^\n]*(?:(?!\n[ \t]*co-authored-by)\n[ \t]+[^\n]*)*)/gimu

/** The addresses of the co-authors that a commit's message names, in small letters. */
export function coAuthorsIn(message: unknown): readonly string[] {
  if (typeof message !== 'string') return []
  return [...message.replace(/\r\n?/g, '\n').matchAll(LINE)].flatMap(([, value = '']) => addressesIn(value))
}

/** Names hold angle brackets, too, and some people leave out those of the address: whatever could be one counts. */
function addressesIn(value: string): readonly string[] {
  const inBrackets = [...value.matchAll(/<([^<>]+)>/g)].map(([, it = '']) => it.replace(/\s/g, ''))
  const found = inBrackets.length > 0 ? inBrackets : (value.match(/[^\s<>]+@[^\s<>]+/g) ?? [])
  return found.filter(it => it !== '').map(it => it.toLowerCase())
}
