import { code, type PlannedStack, table, type Widening } from '@sluice/core'
import { shownOr } from './clip.ts'

/** Rows shown of one plan, and characters of one clause. */
const ROWS = 100
const CLAUSE = 500

/** What lets in anyone, or gives everything: said first, and not in a table alone. */
const BROAD =
  /(?:^|[ ,])\*(?:$|[ ,])|:\*(?:$|[ ,])|\(anyone\)|may become public|permissions boundary|no longer denies|AdministratorAccess/

/** Everything that the plan lets happen and that did not happen before. */
export function wideningSection(stacks: readonly PlannedStack[]): readonly string[] {
  const rows = stacks.flatMap(({ unit, widens = [] }) =>
    widens.map(({ at, what }) => [code(unit), code(at), shownOr(what, '', CLAUSE)])
  )
  if (rows.length === 0) return []
  return [
    '### Wider permissions and network access',
    table(['unit', 'resource', 'from now on'], rows.slice(0, ROWS)),
    ...(rows.length > ROWS ? [`And ${rows.length - ROWS} more: compare the templates.`] : [])
  ]
}

/** The broadest of it. Markdown, a sentence each. */
export function wideningWarnings({ unit, widens = [] }: PlannedStack): readonly string[] {
  return widens.filter(isBroad).map(({ at, what }) => `${code(unit)}: ${code(at)} ${shownOr(what, '', CLAUSE)}.`)
}

function isBroad({ what }: Widening): boolean {
  return BROAD.test(what)
}
