import { code, escapeMarkdown, sha256, shortDigest, visible } from '@sluice/core'

/** What of a text from outside an approver gets to read: enough to know it, and its hash to tell it from another that begins alike. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  // Not between the two halves of one character.
  const shown = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')
  return `${shown}… (${text.length} characters, ${shortDigest(sha256(text))})`
}

/** Characters shown of a commit's subject, a name, or a line of the runbook. */
const LINE = 300

/** A line from outside, as Markdown that shows it as it is. */
export function line(text: string): string {
  return escapeMarkdown(clip(text, LINE))
}

/** A value from outside as it is, each character: two that differ must not look the same. @param otherwise what is said where there is none. */
export function shownOr(value: string | undefined, otherwise: string, limit: number): string {
  return value === undefined ? otherwise : code(clip(visible(value), limit))
}

/** The whole lines at the start of a text that fit into a number of bytes. */
export function wholeLines(text: string, bytes: number): string {
  const cut = Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8')
  return cut.slice(0, cut.lastIndexOf('\n') + 1)
}
