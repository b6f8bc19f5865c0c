import { code } from '@sluice/core'
import { line } from './clip.ts'
import type { DossierFacts } from './facts.ts'

/** The runbook's checklist, below the headings that say what each part of it is for. */
export function runbookSection(runbook: DossierFacts['runbook']): readonly string[] {
  if (runbook === undefined) return []
  const title = `### Runbook ${code(runbook.path)}`
  const items = itemsOf(runbook.text)
  return [title, items.length === 0 ? 'It has no checklist items.' : items.join('\n')]
}

/** A heading without an item below it says nothing here; one inside a block of code is none. */
function itemsOf(text: string): readonly string[] {
  const lines: string[] = []
  let pending: readonly Heading[] = []
  let fence: string | undefined
  for (const written of text.split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(written)?.[1]
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined
    }
    const heading = fence === undefined ? headingOf(written) : undefined
    if (heading !== undefined) pending = [...pending.filter(({ depth }) => depth < heading.depth), heading]
    const item = /^\s*[-*+] \[[ xX]\] (.+)$/.exec(written)?.[1]
    if (item === undefined) continue
    for (const { title } of pending)
      lines.push(...(['', undefined].includes(lines.at(-1)) ? [] : ['']), `**${line(title)}**`, '')
    lines.push(`- [ ] ${line(item)}`)
    pending = []
  }
  return lines
}

interface Heading {
  readonly depth: number
  readonly title: string
}

/** A heading of the form `## Title ##` (CommonMark, "ATX headings"). */
function headingOf(text: string): Heading | undefined {
  const [, marks, rest] = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(text) ?? []
  const title = (rest ?? '').trim().replace(/ #+$/, '').trim()
  return marks === undefined || title === '' ? undefined : { depth: marks.length, title }
}
