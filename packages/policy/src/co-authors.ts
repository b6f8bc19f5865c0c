/** What begins the line of a message that names a co-author, in small letters. */
const KEY = 'co-authored-by'

/**
 * The addresses of the co-authors that a commit's message names, in small letters: wherever the line stands, with the lines that it is folded into
 * (git, `interpret-trailers`), and with signs before it, since GitHub takes some that git would not. Goes through a message once: it is anybody's text.
 */
export function coAuthorsIn(message: unknown): readonly string[] {
  if (typeof message !== 'string') return []
  const found: string[] = []
  let value: string | undefined
  for (const line of message.split(/[\r\n\u2028\u2029]+/)) {
    const named = coAuthorIn(line)
    if (named === undefined && value !== undefined && /^[ \t]/.test(line)) {
      value += line
      continue
    }
    if (value !== undefined) found.push(...addressesIn(value))
    value = named
  }
  return value === undefined ? found : [...found, ...addressesIn(value)]
}

/** What a line says of a co-author; absent: it is about something else. */
function coAuthorIn(line: string): string | undefined {
  const start = line.search(/[\p{L}\p{N}]/u)
  if (start < 0 || line.slice(start, start + KEY.length).toLowerCase() !== KEY) return undefined
  return /^[ \t]*:(.*)$/.exec(line.slice(start + KEY.length))?.[1]
}

/** Names hold angle brackets, too, and some people leave out those of the address: whatever could be one counts. */
function addressesIn(value: string): readonly string[] {
  const inBrackets = [...value.matchAll(/<([^<>]+)>/g)].map(([, it = '']) => it.replace(/\s/g, ''))
  const found = inBrackets.length > 0 ? inBrackets : value.split(/[\s<>]+/).filter(isAddress)
  return found.filter(it => it !== '').map(it => it.toLowerCase())
}

function isAddress(word: string): boolean {
  const at = word.indexOf('@', 1)
  return at > 0 && at < word.length - 1
}
