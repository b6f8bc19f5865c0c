import { type Digest, EVENT_RULES, type LedgerRecord, type RecordOf } from '@sluice/core'

/** The record that says a release was accepted, and since when what it brought has been live and accepted. */
export interface Acceptance {
  readonly record: LedgerRecord
  /** Milliseconds since the epoch. */
  readonly acceptedSince: number
}

/**
 * The earliest acceptance of a release in an environment: an `accepted` record, or an `unchanged` one when what was live then was
 * accepted already (promise 10).
 * @param records verified, newest first.
 */
export function findAcceptance(
  records: readonly LedgerRecord[],
  environment: string,
  release: Digest
): Acceptance | undefined {
  const oldest = Math.min(...records.map(({ sequence }) => sequence))
  const here = records.filter(record => record.environment === environment)
  const found = here.flatMap((record, n): readonly Acceptance[] => {
    if (record.release?.digest !== release) return []
    if (record.event === 'accepted') return [{ record, acceptedSince: Date.parse(record.time) }]
    const inherited = record.event === 'unchanged' ? inheritedSince(record, here.slice(n + 1), oldest) : undefined
    return inherited === undefined ? [] : [{ record, acceptedSince: inherited }]
  })
  return found.toSorted((a, b) => a.acceptedSince - b.acceptedSince)[0]
}

/**
 * Since when that which an `unchanged` record left alone had been accepted. The record names the acceptance (`detail.acceptedBy`, a
 * sequence, and `detail.acceptedAt`, its time) if its writer knew it; otherwise the records before it tell.
 * @param oldest the sequence down to which the ledger was read.
 */
function inheritedSince(
  unchanged: RecordOf<'unchanged'>,
  before: readonly LedgerRecord[],
  oldest: number
): number | undefined {
  const { acceptedBy: named, acceptedAt } = unchanged.detail ?? {}
  if (named === undefined) {
    const last = before.find(({ event }) => EVENT_RULES[event].touchesLive)
    return last?.event === 'accepted' ? Date.parse(last.time) : undefined
  }
  const acceptance = before.find(({ sequence }) => sequence === named)
  if (acceptance !== undefined) return acceptance.event === 'accepted' ? Date.parse(acceptance.time) : undefined
  if (named >= oldest) return undefined
  // Further back than was read, the signed word of the writer counts: from the time it names, else from when it was given.
  return Date.parse(acceptedAt ?? unchanged.time)
}
