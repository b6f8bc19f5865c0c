/** Replaces what is between two markers of a page: `<!-- name -->` and `<!-- /name -->`. */
export function fill(text, marker, content) {
  const [open, close] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`README.md has no ${open} … ${close}.`)
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`
}
