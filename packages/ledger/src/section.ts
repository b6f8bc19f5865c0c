import { NAME_PATTERN, type RecordDraft } from '@sluice/core'

/**
 * A part of the ledger's state that is one party's to tell: what belongs to no environment (builds, releases), or one environment. Only
 * records of a section change its state, so whoever signs for another section cannot speak for this one.
 */
export type Section = 'product' | `environments/${string}`

/** The section of an environment. */
export function environmentSection(environment: string): Section {
  return `environments/${environment}`
}

const SECTION = new RegExp(`^(?:product|environments/${NAME_PATTERN})$`)

/** Whether a text names a section. */
export function isSection(text: string): text is Section {
  return SECTION.test(text)
}

/** The section that a record changes. */
export function sectionOf({ environment }: Pick<RecordDraft, 'environment'>): Section {
  return environment === undefined ? 'product' : environmentSection(environment)
}

/** Whether there is a section: that of the product, or of one of some environments. */
export function hasSection(environments: readonly string[], section: Section): boolean {
  return section === 'product' || environments.some(name => environmentSection(name) === section)
}

/** The environments that have some sections. */
export function environmentsOf(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(section => (section === 'product' ? [] : [section.slice('environments/'.length)]))
}
