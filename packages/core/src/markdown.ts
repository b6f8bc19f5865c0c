/** A text from outside (a commit message, a stack event) that shows as itself in Markdown and HTML, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@:]/g, character => `&#${character.charCodeAt(0)};`)
}

/** A text from outside as inline code. */
export function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`
}

/** A Markdown table. Cells are Markdown already: escape what comes from outside. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
