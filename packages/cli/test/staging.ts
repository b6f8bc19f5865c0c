import { type LedgerEvent, type LedgerRecord, parseDraft, type Statement, sha256 } from '@sluice/core'
import { draft, release } from './delivered.ts'

export const NOW = Date.parse('2026-01-01T12:00:00Z')

/** What happened: run, event, and what is special about it. */
export type Happened = readonly [run: string, event: LedgerEvent, members?: Partial<Statement>]

/** Records of staging, a minute apart, the last one a minute ago; of release a, unless told otherwise. */
export function staging(...events: readonly Happened[]): LedgerRecord[] {
  return events.map(([run, event, members], n) => ({
    ...parseDraft({
      ...draft(event, run),
      ...(event === 'released' ? {} : { environment: 'staging' }),
      release: release('a'),
      ...members
    }),
    version: 2,
    sequence: n + 1,
    state: { section: sha256('section'), ledger: sha256('ledger') },
    time: new Date(NOW - (events.length - n) * 60_000).toISOString()
  }))
}
