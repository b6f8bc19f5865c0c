import {
  code,
  escapeMarkdown,
  type PlannedChange,
  type PlannedParameter,
  type PlannedStack,
  plural,
  table
} from '@sluice/core'
import { shownOr } from './clip.ts'
import { settingsTable } from './settings.ts'

/** Characters shown of a parameter's value. */
const VALUE = 1_000

/** What changes in one stack: its parameters, tags and settings, then its resources. */
export function stackSection(stack: PlannedStack): string {
  const changed = changedParameters(stack)
  const parameters = table(
    ['parameter', 'now', 'then'],
    changed.map(([name, now, then]) => [code(name), shownOr(now, 'none', VALUE), shownOr(then, 'gone', VALUE)])
  )
  const body = [
    changed.length === 0 ? '' : parameters,
    tagsTable(stack),
    settingsTable(stack),
    ...reachLines(stack.parameters),
    stack.changes.length === 0 ? '' : changesTable(stack.changes),
    valuesTable(stack.changes),
    processedLine(stack),
    isOpen(stack) && stack.before === undefined ? BOUNDS : ''
  ].filter(part => part !== '')
  const shown = body.length === 0 ? [NEITHER] : body
  return `### Stack ${code(stack.stack)}: ${titleOf(stack)}\n\n${shown.join('\n\n')}`
}

function titleOf(stack: PlannedStack): string {
  if (stack.before !== undefined) {
    const state = `it is in ${code(stack.before.status)}`
    return stack.base === undefined ? `delete (${state}), then create` : `roll back (${state})`
  }
  return isOpen(stack) ? 'update, part of it known after apply' : stack.action
}

/** Whether some of what a stack that exists will change is known once those before it are deployed. */
function isOpen({ action, base }: PlannedStack): boolean {
  return action === 'deferred' && base !== undefined
}

const BOUNDS =
  'Nothing else of this stack may change: anything beyond this table is refused before the stack is touched.'

function changesTable(changes: readonly PlannedChange[]): string {
  const when = changes.some(({ possible }) => possible === true)
  return table(
    ['action', 'resource', 'type', 'replaced', 'what', ...(when ? ['when'] : [])],
    changes.map(change => [
      escapeMarkdown(change.action),
      code(change.logicalId),
      code(change.type),
      [change.replacement, change.policyAction].flatMap(it => (it === undefined ? [] : escapeMarkdown(it))).join(', '),
      change.targets.map(code).join(' '),
      ...(when ? [change.possible === true ? 'only if a value moves' : 'in any case'] : [])
    ])
  )
}

/** That the text is not all, where transforms make another template of it. */
function processedLine({ processed }: PlannedStack): string {
  return processed === undefined
    ? ''
    : `Transforms make another template of this one, with the digest ${code(processed)}; if they make anything else of it later, it is not applied.`
}

/** Properties shown with their values, of one stack. */
const PROPERTIES = 200

/** Values before and after, where CloudFormation tells them. */
function valuesTable(changes: readonly PlannedChange[]): string {
  const rows = changes.flatMap(({ logicalId, values = [] }) =>
    values.map(({ path, before, after, recreates }) => [
      code(logicalId),
      code(path),
      shownOr(before, 'none', VALUE),
      shownOr(after, 'gone', VALUE),
      recreates === undefined ? '' : recreates === 'Always' ? 'replaces it' : 'may replace it'
    ])
  )
  if (rows.length === 0) return ''
  const shown = table(['resource', 'property', 'now', 'then', ''], rows.slice(0, PROPERTIES))
  return rows.length <= PROPERTIES ? shown : `${shown}\n\nAnd ${plural(rows.length - PROPERTIES, 'more value')}.`
}

/** Tags that come, go or change. */
function tagsTable({ base, tags }: PlannedStack): string {
  if (base === undefined) return ''
  const names = [...new Set([...Object.keys(base.tags), ...Object.keys(tags)])].sort()
  const rows = names.flatMap(name => {
    const [now, then] = [base.tags, tags].map(all => (Object.hasOwn(all, name) ? all[name] : undefined))
    return now === then ? [] : [[code(name), shownOr(now, 'none', VALUE), shownOr(then, 'gone', VALUE)]]
  })
  return rows.length === 0 ? '' : table(['tag', 'now', 'then'], rows)
}

/** Why parameters may not stay as they are. */
function reachLines(parameters: PlannedStack['parameters']): readonly string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    if ('value' in parameter || parameter.because === undefined) return []
    const reasons = parameter.because.map(
      ({ unit, output, via }) =>
        `${code(output)} of ${code(unit)}, which may move with ${via.map(it => code(it)).join(', ')}`
    )
    return [`${code(name)} takes ${reasons.join('; ')}.`]
  })
}

const NEITHER =
  'No parameter, tag, setting or resource changes, but what its template says besides: outputs, conditions, texts.'

type ChangedParameter = readonly [name: string, now: string | undefined, then: string | undefined]

function changedParameters({ base, parameters }: PlannedStack): readonly ChangedParameter[] {
  const now = lookedUp(base?.parameters ?? {}, base?.resolved)
  const then = Object.entries(parameters).map(([name, parameter]) => [name, textOf(parameter)] as const)
  const gone = Object.keys(now).filter(name => !Object.hasOwn(parameters, name))
  return [
    ...then.filter(([name, text]) => text !== now[name]).map(([name, text]) => [name, now[name], text] as const),
    ...gone.map(name => [name, now[name], undefined] as const)
  ]
}

/** Values, each with what AWS looked up under it. */
function lookedUp(
  values: Readonly<Record<string, string>>,
  resolved: Readonly<Record<string, string>> = {}
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value, resolved[name])]))
}

function shown(value: string, resolved: string | undefined): string {
  return resolved === undefined ? value : `${value} → ${resolved}`
}

function textOf(parameter: PlannedParameter): string {
  return 'value' in parameter
    ? shown(parameter.value, parameter.resolved)
    : `known after apply: ${parameter.expression}`
}
