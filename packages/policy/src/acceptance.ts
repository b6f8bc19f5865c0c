import type { Digest, LedgerRecord } from '@sluice/core'

/** The record that says a release was accepted, and since when what it brought has been live and accepted. */
export interface Acceptance {
  readonly record: LedgerRecord
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Events after which other things are live than before, or may be. */
const TOUCHES_LIVE: ReadonlySet<string> = new Set([
  'started',
  'deployed',
  'accepted',
  'bypassed',
  'rolled-back',
  'adopted'
])

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
    if (record.event === 'accepted') return [{ record, since: Date.parse(record.time) }]
    const since = record.event === 'unchanged' ? acceptedSince(record, here.slice(n + 1), oldest) : undefined
    return since === undefined ? [] : [{ record, since }]
  })
  return found.toSorted((a, b) => a.since - b.since)[0]
}

/**
 * Since when that which an `unchanged` record left alone had been accepted. The record names the acceptance (`detail.acceptedBy`, a
 * sequence, and `detail.acceptedAt`, its time) if its writer knew it; otherwise the records before it tell.
 * @param oldest the sequence down to which the ledger was read.
 */
function acceptedSince(unchanged: LedgerRecord, before: readonly LedgerRecord[], oldest: number): number | undefined {
  const named = unchanged.detail?.['acceptedBy']
  if (typeof named !== 'number') {
    const last = before.find(({ event }) => TOUCHES_LIVE.has(event))
    return last?.event === 'accepted' ? Date.parse(last.time) : undefined
  }
  const acceptance = before.find(({ sequence }) => sequence === named)
  if (acceptance !== undefined) return acceptance.event === 'accepted' ? Date.parse(acceptance.time) : undefined
  if (named >= oldest) return undefined
  // Further back than was read, the signed word of the writer counts: from the time it names, else from when it was given.
  const since = Date.parse(String(unchanged.detail?.['acceptedAt']))
  return Number.isNaN(since) ? Date.parse(unchanged.time) : since
}
