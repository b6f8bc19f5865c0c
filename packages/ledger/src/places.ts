import { announcedAs, type LedgerRecord } from '@sluice/core'
import type { Placed, SectionState } from './state.ts'

/** The records that say what is live, newest first. */
export function placesOf({ found, confirmed, deployed }: Partial<SectionState>): readonly Placed[] {
  const places = [found, confirmed, deployed].filter(it => it !== undefined)
  const bySequence = new Map(places.map(it => [it.sequence, it]))
  return [...bySequence.values()].toSorted((a, b) => b.sequence - a.sequence)
}

/** Whether a release was announced to change nothing in an environment, and what it was compared with is live there. */
export function isSameAs(
  announced: LedgerRecord | undefined,
  environment: string,
  live: LedgerRecord | undefined
): announced is LedgerRecord {
  if (announced === undefined || live === undefined || announced.sequence < live.sequence) return false
  const compared = announcedAs(announced, environment)
  return compared !== undefined && compared === live.release?.digest
}
