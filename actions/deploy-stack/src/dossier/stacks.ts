import {
  code,
  escapeMarkdown,
  type PlannedContent,
  type PlannedParameter,
  type PlannedStack,
  table
} from '@sluice/core'
import { shownOr } from './clip.ts'

/** Characters shown of a parameter's value. */
const VALUE = 1_000

/** What changes in one stack: its parameters, then its resources. */
export function stackSection(stack: PlannedStack): string {
  const changed = changedParameters(stack)
  const parameters = table(
    ['parameter', 'now', 'then'],
    changed.map(([name, now, then]) => [code(name), shownOr(now, 'none', VALUE), shownOr(then, 'gone', VALUE)])
  )
  const changes = table(
    ['action', 'resource', 'type', 'replaced', 'what'],
    stack.changes.map(change => [
      escapeMarkdown(change.action),
      code(change.logicalId),
      code(change.type),
      change.replacement ?? '',
      change.targets.map(code).join(' ')
    ])
  )
  const body = [changed.length === 0 ? '' : parameters, stack.changes.length === 0 ? '' : changes].filter(
    part => part !== ''
  )
  const shown = body.length === 0 ? [NEITHER] : body
  return `### Stack ${code(stack.stack)}: ${stack.action}\n\n${shown.join('\n\n')}`
}

const NEITHER =
  'No parameter and no resource changes, but its tags, or what its template says besides: outputs, conditions, texts.'

type ChangedParameter = readonly [name: string, now: string | undefined, then: string | undefined]

function changedParameters({ base, parameters }: PlannedStack): readonly ChangedParameter[] {
  const now = base?.parameters ?? {}
  const then = Object.entries(parameters).map(([name, parameter]) => [name, textOf(parameter)] as const)
  const gone = Object.keys(now).filter(name => !Object.hasOwn(parameters, name))
  return [
    ...then.filter(([name, text]) => text !== now[name]).map(([name, text]) => [name, now[name], text] as const),
    ...gone.map(name => [name, now[name], undefined] as const)
  ]
}

function textOf(parameter: PlannedParameter): string {
  return 'value' in parameter ? parameter.value : parameter.expression
}

/** The bundles whose files are published. */
export function contentSection(content: readonly PlannedContent[]): readonly string[] {
  if (content.length === 0) return []
  const rows = content.map(it => [code(it.unit), it.live === undefined ? 'nothing' : code(it.live), code(it.digest)])
  return ['### Published files', table(['unit', 'now', 'then'], rows)]
}
