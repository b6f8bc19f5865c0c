/** Whether a text is what a pattern says; `*` stands for anything, also for slashes and for nothing. Takes time by both lengths at most. */
export function fitsStars(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === first
  let at = first.length
  if (!text.startsWith(first)) return false
  // What stands between two stars is taken where it comes first: that leaves the most for what follows.
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
