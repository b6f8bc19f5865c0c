import { code, type Digest, escapeMarkdown, table } from '@sluice/core'
import type { DossierFacts, Previous } from './facts.ts'

/** Every unit of the release beside what is deployed of it now. */
export function unitSection({ units, previous }: Pick<DossierFacts, 'units' | 'previous'>): readonly string[] {
  const rows = Object.entries(units).map(([name, { kind, digest }]) => [
    escapeMarkdown(name),
    kind,
    deployed(previous, name, digest),
    code(digest)
  ])
  return ['### Units', table(['unit', 'kind', 'deployed', 'this release'], rows)]
}

/** Only a unit that the deployed release is known not to have is new. */
function deployed(previous: Previous, unit: string, digest: Digest): string {
  switch (previous.kind) {
    case 'none':
      return 'new'
    case 'unknown':
      return `unknown: ${escapeMarkdown(previous.why)}`
    case 'known': {
      const before = Object.hasOwn(previous.units, unit) ? previous.units[unit]?.digest : undefined
      return before === undefined ? 'new' : before === digest ? 'same' : code(before)
    }
  }
}
