import { code, type Digest, escapeMarkdown, table } from '@sluice/core'
import type { DossierFacts } from './facts.ts'

type UnitFacts = Pick<DossierFacts, 'units' | 'previous' | 'standing'>

/** Every unit of the release beside what is deployed of it now, and what is deployed and no unit of it any more. */
export function unitSection(facts: UnitFacts): readonly string[] {
  const { units, previous, standing } = facts
  const rows = Object.entries(units).map(([name, { kind, digest }]) => [
    escapeMarkdown(name),
    kind,
    deployed(facts, name, digest),
    code(digest)
  ])
  const before = previous.kind === 'known' ? Object.entries(previous.units) : []
  const gone = before
    .filter(([name]) => !Object.hasOwn(units, name))
    .map(([name, { kind, digest }]) => [escapeMarkdown(name), kind, code(digest), 'gone: its stack stays as it is'])
  const now = standing.uncertain === undefined ? 'deployed' : 'last recorded'
  return ['### Units', table(['unit', 'kind', now, 'this release'], [...rows, ...gone])]
}

/** Only a unit that the deployed release is known not to have is new. */
function deployed({ previous, standing }: UnitFacts, unit: string, digest: Digest): string {
  switch (previous.kind) {
    case 'none':
      return standing.uncertain === undefined ? 'new' : 'nothing'
    case 'unknown':
      return `unknown: ${escapeMarkdown(previous.why)}`
    case 'known': {
      const before = Object.hasOwn(previous.units, unit) ? previous.units[unit]?.digest : undefined
      return before === undefined ? 'new' : before === digest ? 'same' : code(before)
    }
  }
}
