import {
  code,
  escapeMarkdown,
  type PlannedContent,
  type PlannedParameter,
  type PlannedStack,
  table
} from '@sluice/core'
import { clip } from './clip.ts'

/** Characters shown of a parameter's value. */
const VALUE = 1_000

/** What changes in one stack: its parameters, then its resources. */
export function stackSection(stack: PlannedStack): string {
  const changed = Object.entries(stack.parameters).filter(
    ([name, parameter]) => textOf(parameter) !== stack.base?.parameters[name]
  )
  const parameters = table(
    ['parameter', 'now', 'then'],
    changed.map(([name, parameter]) => [
      code(name),
      stack.base?.parameters[name] === undefined ? 'none' : code(clip(stack.base.parameters[name], VALUE)),
      code(clip(textOf(parameter), VALUE))
    ])
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
  return `### Stack ${code(stack.stack)}: ${stack.action}\n\n${body.join('\n\n')}`
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
