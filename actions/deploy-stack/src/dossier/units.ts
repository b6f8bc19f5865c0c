import { code, type Digest, escapeMarkdown, stackName, table } from '@sluice/core'
import type { DossierFacts } from './facts.ts'

type UnitFacts = Pick<DossierFacts, 'plan' | 'units' | 'previous' | 'standing' | 'committed'>

/** Every unit of the release beside what is deployed of it now, and what is deployed and no unit of it any more. */
export function unitSection(facts: UnitFacts): readonly string[] {
  const { units, standing } = facts
  const rows = Object.entries(units).map(([name, { kind, digest }]) => [
    escapeMarkdown(name),
    kind,
    deployed(facts, name, digest),
    code(digest)
  ])
  const gone = goneUnits(facts).map(([name, { kind, digest }]) => [
    escapeMarkdown(name),
    kind,
    code(digest),
    fateOf(facts, name)
  ])
  const now = standing.uncertain === undefined ? 'deployed' : 'last recorded'
  return ['### Units', table(['unit', 'kind', now, 'this release'], [...rows, ...gone, ...goneBefore(facts)])]
}

type Units = DossierFacts['units']
type Named = readonly [name: string, unit: Units[string]]

/** Units that are deployed and are none of the release any more. */
function goneUnits({ units, previous }: Pick<DossierFacts, 'units' | 'previous'>): readonly Named[] {
  const before = previous.kind === 'known' ? Object.entries(previous.units) : []
  return before.filter(([name]) => !Object.hasOwn(units, name))
}

/** Whether the release's delivery.yml says what becomes of the stack of a unit that is gone. */
function isRetired({ committed }: Pick<DossierFacts, 'committed'>, unit: string): boolean {
  return Object.hasOwn(committed.retired, unit)
}

/** What becomes of the stack of a unit that the release does not have. */
function fateOf({ plan, committed }: Pick<DossierFacts, 'plan' | 'committed'>, unit: string): string {
  const stack = stackOf({ plan }, unit)
  if (!isRetired({ committed }, unit)) return `gone: its stack ${stack} stays as it is`
  if (committed.retired[unit] === 'keep') return `retired: its stack ${stack} is kept, as delivery.yml says`
  return plan.retired?.some(it => it.unit === unit) === true
    ? `retired: its stack ${stack} is deleted, as delivery.yml says`
    : `retired: its stack ${stack} is gone, and nothing is left to delete`
}

/** Units whose stacks the release deletes, and that the deployed one, as far as it is known, does not have either. */
function goneBefore(facts: UnitFacts): readonly (readonly string[])[] {
  const told = new Set(goneUnits(facts).map(([name]) => name))
  const retired = Object.entries(facts.committed.retired)
  const before = facts.previous.kind === 'known' ? 'not of that release' : 'unknown'
  return retired.flatMap(([name, fate]) =>
    fate === 'delete' && !told.has(name) ? [[escapeMarkdown(name), '', before, fateOf(facts, name)]] : []
  )
}

function stackOf({ plan: { product, environment } }: Pick<DossierFacts, 'plan'>, unit: string): string {
  return code(stackName(product, environment, unit))
}

/**
 * What becomes of the stacks of units that are gone: nothing, which is what nobody expects who renames one. Of those that delivery.yml keeps
 * there is nothing to warn, and of those that it deletes more is said.
 */
export function goneWarnings(
  facts: Pick<DossierFacts, 'units' | 'previous' | 'plan' | 'committed'>
): readonly string[] {
  const unexpected = goneUnits(facts).filter(([name]) => !isRetired(facts, name))
  return unexpected.map(([name, unit]) => {
    const stays = `its stack ${stackOf(facts, name)} stays, and goes on running ${code(unit.digest)} until people delete it`
    const renamed = renamedTo(facts, unit)
    return renamed === undefined
      ? `${code(name)} is delivered no more: ${stays}. If that is meant, write ${code(`retired: { ${name}: keep }`)} into delivery.yml.`
      : `${code(name)} is ${code(renamed)} now, by what it is made of. That is another unit with a stack of its own, ${stackOf(facts, renamed)}: ${stays}.`
  })
}

/** The new unit that is made of the same as one that is gone. */
function renamedTo(
  { units, previous }: Pick<DossierFacts, 'units' | 'previous'>,
  gone: Units[string]
): string | undefined {
  const before = previous.kind === 'known' ? previous.units : {}
  return Object.entries(units).find(
    ([name, { kind, digest, fingerprint }]) =>
      !Object.hasOwn(before, name) && kind === gone.kind && (digest === gone.digest || fingerprint === gone.fingerprint)
  )?.[0]
}

/** Units whose stacks are there already, whoever made them. */
export function existingUnits({ stacks }: DossierFacts['plan']): ReadonlySet<string> {
  return new Set(stacks.flatMap(({ unit, base }) => (base === undefined ? [] : [unit])))
}

/** That stacks are there of which the ledger knows nothing: somebody made them, or the ledger was begun anew. */
export function unrecordedWarnings({
  plan,
  previous,
  standing
}: Pick<DossierFacts, 'plan' | 'previous' | 'standing'>): readonly string[] {
  // A deployment that began may have made them: that is told.
  if (begunBy(standing) !== undefined) return []
  const names = plan.stacks.flatMap(({ stack, base }) => (base === undefined ? [] : [code(stack)]))
  if (previous.kind !== 'none' || names.length === 0) return []
  return [
    `**The ledger holds no deployment here, and ${names.length === 1 ? 'a stack exists' : 'stacks exist'}** (${names.join(', ')}): what runs there was deployed past Sluice, or under a ledger that is gone, and cannot be compared unit by unit.`
  ]
}

/** Only a unit that the deployed release is known not to have, and that has no stack, is new. */
function deployed({ previous, standing, plan }: UnitFacts, unit: string, digest: Digest): string {
  const stays = existingUnits(plan).has(unit)
  switch (previous.kind) {
    case 'none':
      if (stays) return begunBy(standing) ?? 'unknown: its stack is there already'
      return standing.uncertain === undefined ? 'new' : 'nothing'
    case 'unknown':
      return `unknown: ${escapeMarkdown(previous.why)}`
    case 'known': {
      const before = Object.hasOwn(previous.units, unit) ? previous.units[unit]?.digest : undefined
      if (before === undefined) return stays ? (begunBy(standing) ?? 'gone before, and its stack stayed') : 'new'
      return before === digest ? 'same' : code(before)
    }
  }
}

/** Who may have made a stack that no deployment on the ledger has; `undefined` where no one has begun one since, or who did touched nothing. */
function begunBy({ uncertain }: DossierFacts['standing']): string | undefined {
  return uncertain?.event === 'started' && uncertain.untouched === undefined
    ? `not recorded: run ${escapeMarkdown(uncertain.run)} may have made it`
    : undefined
}
