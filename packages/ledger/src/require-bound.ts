import type { LedgerRecord } from '@sluice/core'
import { findOtherConfig } from './signature.ts'
import type { SectionState } from './state.ts'
import { tampered } from './untrusted.ts'

/**
 * Refuses a record that says it was ruled by another file than the section: which one that is, its first record has told, and nobody changes it.
 * @throws UserError
 */
export function requireBound(record: LedgerRecord, { config }: SectionState): void {
  const problem = findOtherConfig(record, config)
  if (problem !== undefined) throw tampered(record.sequence, problem)
}
