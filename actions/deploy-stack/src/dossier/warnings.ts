import { code, cut, escapeMarkdown, type PlannedChange, type PlannedStack } from '@sluice/core'
import { adoptionWarning } from './adoptions.ts'
import { revertedWarnings } from './commits.ts'
import { driftWarnings } from './content.ts'
import type { DossierFacts } from './facts.ts'
import { movingReferenceWarnings } from './references.ts'
import { fateText, retiredWarnings } from './retired.ts'
import { ruleWarnings } from './rules.ts'
import { settingWarnings } from './settings.ts'
import { standingWarnings } from './standing.ts'
import { goneWarnings, unrecordedWarnings } from './units.ts'
import { weakerPolicies } from './weaker-policies.ts'
import { wideningWarnings } from './widening.ts'

/** What could hurt, first. Markdown, a sentence each. */
export function warnings(facts: DossierFacts): readonly string[] {
  const { policy, committed, environment, plan, previous } = facts
  const found = [
    ...secondPersonWarning(facts),
    ...standingWarnings(facts.standing, environment.name),
    ...revertedWarnings(facts),
    ...driftWarnings(plan.content),
    ...unrecordedWarnings(facts),
    ...ruleWarnings(facts),
    ...facts.adoptions.map(adoptionWarning),
    ...weakerPolicies(policy, committed, environment.name).map(escapeMarkdown)
  ]
  if (policy.builds.sandbox === 'none')
    found.push('Images may have been built without a sandbox (`builds: { sandbox: none }`).')
  if (policy.ledger.key === undefined)
    found.push('The ledger is advisory: its records are not signed; GitHub alone vouches for them.')
  if (previous.kind === 'unknown')
    found.push(`${escapeMarkdown(previous.why)} What is deployed now cannot be compared unit by unit.`)
  return [
    ...found,
    ...retiredWarnings(plan),
    ...goneWarnings(facts),
    ...plan.stacks.flatMap(wideningWarnings),
    ...plan.stacks.flatMap(settingWarnings),
    ...plan.stacks.flatMap(stackWarnings),
    ...plan.stacks.flatMap(cloudFormationWarnings),
    ...plan.stacks.flatMap(movingReferenceWarnings)
  ]
}

/** The first thing to know about a gate that asks nobody, above all where it is production's. */
function secondPersonWarning({ environment, protection }: DossierFacts): readonly string[] {
  if (environment.gate !== 'dispatch' || (protection?.reviewers.length ?? 0) > 0) return []
  return [
    protection?.secondPerson === 'none'
      ? '**Production without a second person** (`secondPerson: none` in delivery.yml): whoever starts the run decides alone.'
      : 'This gate has no second person: whoever starts the run decides alone.'
  ]
}

/** Characters of a place that a warning of CloudFormation names. */
const PLACE = 200
/** Warnings of CloudFormation shown of one stack. */
const MOST = 20

/** What CloudFormation itself warned of. Its texts are from outside. */
function cloudFormationWarnings({ unit, warnings: all = [] }: PlannedStack): readonly string[] {
  const shown = all
    .slice(0, MOST)
    .map(({ at, what }) => `${code(unit)}: CloudFormation warns of ${code(cut(at, PLACE))}: ${escapeMarkdown(what)}`)
  return all.length <= MOST ? shown : [...shown, `${code(unit)}: CloudFormation warns of ${all.length - MOST} more.`]
}

function stackWarnings({ unit, stack, action, base, before, changes, parameters }: PlannedStack): readonly string[] {
  const found: string[] = []
  for (const change of changes) {
    const resource = `${code(change.logicalId)} (${code(change.type)})`
    const [removes, replaces] = change.possible === true ? ['may remove', 'may replace'] : ['removes', 'replaces']
    const after = fateOf(change)
    if (change.action === 'Remove') found.push(`${code(unit)} ${removes} ${resource}${after}.`)
    if (change.replacement === 'True') found.push(`${code(unit)} ${replaces} ${resource}${after}.`)
    if (change.replacement === 'Conditional') found.push(`${code(unit)} may replace ${resource}${after}.`)
  }
  if (action !== 'deferred') return found
  if (before !== undefined && base !== undefined)
    return [
      ...found,
      `${code(unit)}: the stack ${code(stack)} is in ${code(before.status)}. It is rolled back to what it was before its last update, and nothing else: if the release changes anything of it then, the run stops there, and a new plan shows what.`
    ]
  if (before !== undefined)
    return [
      ...found,
      `${code(unit)}: the stack ${code(stack)} is in ${code(before.status)}, and nothing is left in it. It is deleted and created anew; it may only add resources, and is refused otherwise.`
    ]
  if (base === undefined)
    found.push(
      `${code(unit)} is new and waits for values of stacks before it; it may only add resources, and is refused otherwise.`
    )
  else
    found.push(
      `${code(unit)} takes ${openNames(parameters)} from stacks before it, which this plan may move; it may change what is shown below, and is refused otherwise.`
    )
  return found
}

/** What becomes of a resource that goes, with what it holds (API ResourceChange, PolicyAction). */
function fateOf({ policyAction }: PlannedChange): string {
  switch (policyAction) {
    case 'Delete':
    case 'ReplaceAndDelete':
      return fateText('delete')
    case 'Retain':
    case 'ReplaceAndRetain':
      return fateText('retain')
    case 'Snapshot':
    case 'ReplaceAndSnapshot':
      return fateText('snapshot')
    default:
      return ''
  }
}

function openNames(parameters: PlannedStack['parameters']): string {
  return Object.entries(parameters)
    .flatMap(([name, parameter]) => ('value' in parameter ? [] : [code(name)]))
    .join(', ')
}
