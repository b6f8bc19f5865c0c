import {
  canonicalJson,
  type PlannedChange,
  type PlannedParameter,
  type PlannedReference,
  type PlannedStack,
  settingTexts
} from '@sluice/core'

/** One thing that is not as it was planned. */
export interface Difference {
  readonly unit: string
  readonly stack: string
  /** What differs: `parameter Image`, `resource Service`, `template`, … */
  readonly what: string
  readonly planned: string
  readonly found: string
}

const NOTHING = 'nothing'

/** A difference as one sentence, both values included. */
export function describeDifference({ stack, what, planned, found }: Difference): string {
  return `${stack}: ${what} was ${planned} in the plan and is ${found} now`
}

/** Everything in which a stack differs from its plan, except changes. */
export function compareStacks(
  planned: PlannedStack,
  found: Omit<PlannedStack, 'action' | 'changes'>
): readonly Difference[] {
  const { unit, stack } = planned
  const differ = differences(unit, stack)
  return [
    ...differ('stack', planned.stack, found.stack),
    ...differ('region', planned.region, found.region),
    ...differ('artifact', planned.artifact, found.artifact),
    ...differ('template', planned.template, found.template),
    ...compareMembers(differ, 'parameter', texts(planned.parameters), texts(found.parameters)),
    ...compareMembers(differ, 'tag', planned.tags, found.tags),
    ...compareMembers(differ, 'setting', settingTexts(planned.settings), settingTexts(found.settings)),
    ...compareBase(differ, planned, found)
  ]
}

/** Everything in which two lists of changes differ, by resource. */
export function compareChanges(
  { unit, stack }: { readonly unit: string; readonly stack: string },
  planned: readonly PlannedChange[],
  found: readonly PlannedChange[]
): readonly Difference[] {
  const byId = (changes: readonly PlannedChange[]): Record<string, string> =>
    Object.fromEntries(changes.map(change => [change.logicalId, canonicalJson(change)]))
  const texted = (changes: readonly PlannedChange[], id: string): string => {
    const own = changes.filter(({ logicalId }) => logicalId === id)
    return own.length === 0 ? 'no change' : own.map(describeChange).join(' or ')
  }
  const [left, right] = [byId(planned), byId(found)]
  return names(left, right).flatMap(id =>
    left[id] === right[id]
      ? []
      : [{ unit, stack, what: `resource ${id}`, planned: texted(planned, id), found: texted(found, id) }]
  )
}

/** What a template takes from outside after its transforms, and did not when it was planned; empty: it has none, or takes the same. */
export function compareReferences(
  { unit, stack, references = [] }: PlannedStack,
  found: readonly PlannedReference[]
): readonly Difference[] {
  const isNew = ({ at, text }: PlannedReference): boolean => !references.some(it => it.at === at && it.text === text)
  return found.filter(isNew).map(reference => ({
    unit,
    stack,
    what: `what ${reference.at} takes`,
    planned: references.flatMap(({ at, text }) => (at === reference.at ? [text] : [])).join(' or ') || NOTHING,
    found: reference.text
  }))
}

/** What AWS looks up now for parameters, and looked up otherwise for the plan. */
export function compareResolved(
  { unit, stack, parameters }: PlannedStack,
  found: Readonly<Record<string, string>>
): readonly Difference[] {
  const planned = Object.fromEntries(
    Object.entries(parameters).flatMap(([name, it]) =>
      'value' in it && it.resolved !== undefined ? [[name, it.resolved] as const] : []
    )
  )
  return compareMembers(differences(unit, stack), 'what is looked up for parameter', planned, found)
}

/**
 * Changes outside of the bounds that a deferred plan showed: each resource may do what was planned, or less.
 * @param open whether a transform may add resources that the plan could not name.
 */
export function outsideBounds(
  stack: PlannedStack,
  found: readonly PlannedChange[],
  open: boolean
): readonly Difference[] {
  const { base, changes } = stack
  const ofTransform = ({ action, logicalId }: PlannedChange): boolean =>
    open && base === undefined && action === 'Add' && !changes.some(bound => bound.logicalId === logicalId)
  const outside = found.filter(change => !changes.some(bound => isWithin(change, bound)) && !ofTransform(change))
  return compareChanges(stack, changes, found).filter(({ what }) =>
    outside.some(({ logicalId }) => what === `resource ${logicalId}`)
  )
}

/** Whether a change is what another one is, or less. */
export function isWithin(change: PlannedChange, bound: PlannedChange): boolean {
  return (
    bound.logicalId === change.logicalId &&
    bound.action === change.action &&
    bound.type === change.type &&
    severity(change.replacement) <= severity(bound.replacement) &&
    (change.policyAction === undefined || change.policyAction === bound.policyAction) &&
    change.targets.every(target => bound.targets.includes(target))
  )
}

function severity(replacement: string | undefined): number {
  return replacement === 'True' ? 2 : replacement === 'Conditional' ? 1 : 0
}

function describeChange({ action, type, replacement, policyAction, targets, values = [] }: PlannedChange): string {
  const details = [
    ...(replacement === undefined ? [] : [`replacement ${replacement}`]),
    ...(policyAction === undefined ? [] : [policyAction]),
    ...(targets.length === 0 ? [] : [targets.join(', ')]),
    ...values.map(
      ({ path, before, after }) => `${path} from ${quoted(before) ?? NOTHING} to ${quoted(after) ?? NOTHING}`
    )
  ]
  return `${action} ${type}${details.length === 0 ? '' : ` (${details.join('; ')})`}`
}

function compareBase(
  differ: Differ,
  planned: Pick<PlannedStack, 'base'>,
  found: Pick<PlannedStack, 'base'>
): readonly Difference[] {
  if (planned.base === undefined && found.base === undefined) return []
  if (planned.base === undefined) return differ('stack', 'new', found.base?.status)
  if (found.base === undefined) return differ('stack', planned.base.status, 'gone')
  // Not the status: a rollback of somebody else's change leaves another one, and what runs is the same.
  return [
    ...differ('live template', planned.base.template, found.base.template),
    ...compareMembers(differ, 'live parameter', planned.base.parameters, found.base.parameters),
    ...compareMembers(differ, 'live tag', planned.base.tags, found.base.tags),
    ...compareMembers(differ, 'live setting', settingTexts(planned.base.settings), settingTexts(found.base.settings)),
    ...compareMembers(differ, 'live lookup', planned.base.resolved ?? {}, found.base.resolved ?? {})
  ]
}

type Differ = (what: string, planned: string | undefined, found: string | undefined) => readonly Difference[]

function differences(unit: string, stack: string): Differ {
  return (what, planned, found) =>
    planned === found ? [] : [{ unit, stack, what, planned: planned ?? NOTHING, found: found ?? NOTHING }]
}

function compareMembers(
  differ: Differ,
  what: string,
  planned: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>
): readonly Difference[] {
  return names(planned, found).flatMap(name => differ(`${what} ${name}`, quoted(planned[name]), quoted(found[name])))
}

function texts(parameters: Readonly<Record<string, PlannedParameter>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, it]) => [name, 'value' in it ? it.value : it.expression])
  )
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text)
}

function names(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
}
