import type { LedgerRecord } from '@sluice/core'
import { advance, type Knowledge } from './advance.ts'
import type { IndexKey } from './index-key.ts'
import { endedBy, endingOf } from './open-runs.ts'
import { placesOf } from './places.ts'
import type { Reference } from './reference.ts'
import { EMPTY_SECTION } from './state.ts'

/** What decisions know of an environment after one of its records, in records. */
export interface Known {
  /** The last deployment. */
  readonly deployed: LedgerRecord | undefined
  /** The records that say what is live, newest first: of what was found to change nothing since, and the last deployment. */
  readonly live: readonly LedgerRecord[]
  /** The last record after which something else may have been live, or what was live was judged anew. */
  readonly judged: LedgerRecord | undefined
  /** Attempts whose end is not told, oldest first. */
  readonly open: readonly OpenAttempt[]
}

/** An attempt of a run that announced itself, and whose outcome is not on the ledger. */
export interface OpenAttempt {
  /** The newest record that it wrote. */
  readonly last: LedgerRecord
  /** Its first `started` record; absent while it has only planned. */
  readonly begun: LedgerRecord | undefined
}

/**
 * What was known after each record of an environment, by the same rules as a decision goes by: who only looks must not have rules of his own.
 * @param records all of one environment, oldest first, of a ledger that verifies.
 */
export function* retrace(records: Iterable<LedgerRecord>): Generator<Known> {
  const { index: _, ...nothing } = EMPTY_SECTION
  // All that is asked of the index on the way.
  const ended = new Map<IndexKey, Reference>()
  const bySequence = new Map<number, LedgerRecord>()
  const lookup = (key: IndexKey): Reference | undefined => ended.get(key)
  let knowledge: Knowledge = nothing
  for (const record of records) {
    const { sequence } = record
    // Nobody is handed the reference, and all records are there: to compute the digest of each body would only take time.
    const added = { record, reference: { sequence, body: record.state.section } }
    bySequence.set(sequence, record)
    knowledge = advance(knowledge, added, lookup)
    for (const { run, attempt } of endedBy(record)) ended.set(endingOf({ id: run, attempt }), added.reference)
    yield inRecords(knowledge, it => (it === undefined ? undefined : bySequence.get(it.sequence)))
  }
}

/** Looked up when it is asked for: of most moments little is. */
function inRecords(
  { judged, open, ...places }: Knowledge,
  recordOf: (it: Pick<Reference, 'sequence'> | undefined) => LedgerRecord | undefined
): Known {
  return {
    get deployed() {
      return recordOf(places.deployed)
    },
    get live() {
      return placesOf(places).flatMap(it => recordOf(it) ?? [])
    },
    get judged() {
      return recordOf(judged)
    },
    get open() {
      return open.flatMap(it => {
        const last = recordOf(it.last)
        return last === undefined ? [] : [{ last, begun: recordOf(it.begun) }]
      })
    }
  }
}
