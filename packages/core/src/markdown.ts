import { onOneLine } from './control-characters.ts'
import { cut } from './cut.ts'

/** A text from outside (a commit message, a stack event) that shows as itself in Markdown and HTML, on one line. */
export function escapeMarkdown(text: string): string {
  return (
    onOneLine(text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()#+!|~@:]/g, character => `&#${character.charCodeAt(0)};`)
      // An address becomes a link also without a scheme (GFM, 6.9).
      .replace(/(?<=www)\./gi, '&#46;')
  )
}

/** The beginning of a text from outside that may be of any length, as {@link escapeMarkdown} shows it. @param length in UTF-16 code units. */
export function escapeClipped(text: string, length: number): string {
  return escapeMarkdown(text.length > length ? `${cut(text, length)}…` : text)
}

/**
 * A text from outside as inline code, also inside of a table: nothing in it is Markdown, HTML or a mention.
 * The fence is longer than any run of backticks in the text (GFM, 6.1), so the text cannot end it.
 */
export function code(text: string): string {
  const line = onOneLine(text)
  // A bar ends a cell before the code ends, and a backslash before it escapes nothing when the text has another one before that.
  if (line.includes('|')) return `<code>${escapeMarkdown(line)}</code>`
  const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  // One space on each side is not shown; it keeps the text's own backticks, and an empty text, apart from the fence.
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** A Markdown table. Cells are Markdown already: escape what comes from outside. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
