import { code, type PlannedReference, type PlannedStack, table } from '@sluice/core'
import { shownOr } from './clip.ts'

/** Characters shown of a reference. */
const SHOWN = 1_000

const KINDS = {
  image: 'image',
  code: 'code',
  template: 'template',
  dynamic: 'looked up when it is deployed'
} as const satisfies Readonly<Record<PlannedReference['kind'], string>>

/** What the stacks take that this release did not build. */
export function referencesSection(stacks: readonly PlannedStack[]): readonly string[] {
  const rows = stacks.flatMap(({ unit, references = [] }) =>
    references.map(({ kind, at, text, moves }) => [
      code(unit),
      code(at),
      KINDS[kind],
      shownOr(text, '', SHOWN),
      moves === true ? 'may change' : 'fixed'
    ])
  )
  if (rows.length === 0) return []
  return [
    '### Not built by this release',
    'delivery.yml lets the stacks take these besides.',
    table(['unit', 'where', 'what', 'name', 'content'], rows)
  ]
}

/** What may be another thing when it is deployed than it was when somebody approved it. Markdown, a sentence each. */
export function movingReferenceWarnings({ unit, references = [] }: PlannedStack): readonly string[] {
  const moving = references.filter(({ moves }) => moves === true)
  if (moving.length === 0) return []
  const names = [...new Set(moving.map(({ text }) => text))]
  return [
    `${code(unit)} takes ${names.map(name => shownOr(name, '', SHOWN)).join(', ')}, and what that is may change between the approval and the deployment.`
  ]
}
