import { type Digest, EVENT_RULES, type LedgerRecord, type RecordOf, undoneBy, withdrawnBy } from '@sluice/core'

/** The record that says a release was accepted, and since when what it brought has been live and accepted. */
export interface Acceptance {
  readonly record: LedgerRecord
  /** Milliseconds since the epoch. */
  readonly acceptedSince: number
}

/** Whether a record takes back what was said in favour of a release, in the environment of the record. */
export type Undoes = (record: LedgerRecord, release: Digest) => boolean

/** Whether a record says that a release is not good enough after all ({@link undoneBy}). */
export const undoesAcceptance: Undoes = (record, release) => undoneBy(record).includes(release)

/** Whether a record withdraws a release, by its name or as one of those that are the same in the environment. */
export const isWithdrawal: Undoes = (record, release) => withdrawnBy(record).includes(release)

/**
 * Since when a release is accepted in an environment without interruption: by an `accepted` record, or an `unchanged` one when what was
 * live then was accepted already (promise 10). The newest word counts (promise 3): what undid the acceptance ends it, until the release is
 * accepted anew.
 * @param records verified, newest first.
 * @returns the earliest acceptance since it was last undone.
 */
export function findAcceptance(
  records: readonly LedgerRecord[],
  environment: string,
  release: Digest,
  undoes: Undoes = undoesAcceptance
): Acceptance | undefined {
  const here = records.filter(record => record.environment === environment)
  const undone = here.find(record => undoes(record, release))?.sequence ?? 0
  const found = here.flatMap((record, n): readonly Acceptance[] => {
    if (record.release?.digest !== release || record.sequence < undone) return []
    if (record.event === 'accepted') return [{ record, acceptedSince: Date.parse(record.time) }]
    if (record.event !== 'unchanged') return []
    const inherited = inheritedFrom(record, here.slice(n + 1), oldestOf(records))
    const holds = inherited !== undefined && inherited.sequence > undone && !isUndone(here, inherited.record, undoes)
    return holds ? [{ record, acceptedSince: inherited.since }] : []
  })
  return found.toSorted((a, b) => a.acceptedSince - b.acceptedSince)[0]
}

/**
 * The record that took back a release's acceptance in an environment, if that is the newest word on it.
 * @param records verified, newest first.
 */
export function findUndoing(
  records: readonly LedgerRecord[],
  environment: string,
  release: Digest,
  undoes: Undoes = undoesAcceptance
): LedgerRecord | undefined {
  const undone = records.find(record => record.environment === environment && undoes(record, release))
  return undone === undefined || findAcceptance(records, environment, release, undoes) !== undefined
    ? undefined
    : undone
}

/** What an `unchanged` record left alone. */
interface Inherited {
  /** Of the acceptance. */
  readonly sequence: number
  readonly since: number
  /** Absent: it lies further back than was read. */
  readonly record?: LedgerRecord
}

/**
 * The acceptance of that which an `unchanged` record left alone. The record names it (`detail.acceptedBy`, a sequence, and
 * `detail.acceptedAt`, its time) if its writer knew it; otherwise the records before it tell.
 * @param oldest the sequence down to which the ledger was read.
 */
function inheritedFrom(
  unchanged: RecordOf<'unchanged'>,
  before: readonly LedgerRecord[],
  oldest: number
): Inherited | undefined {
  const { acceptedBy: named, acceptedAt } = unchanged.detail ?? {}
  const record =
    named === undefined
      ? before.find(({ event }) => EVENT_RULES[event].touchesLive)
      : before.find(({ sequence }) => sequence === named)
  if (record?.event === 'accepted') return { sequence: record.sequence, since: Date.parse(record.time), record }
  if (record !== undefined || named === undefined || named >= oldest) return undefined
  // Further back than was read, the signed word of the writer counts: from the time it names, else from when it was given.
  return { sequence: named, since: Date.parse(acceptedAt ?? unchanged.time) }
}

/** Whether what was accepted has been found wanting since, under the name that it was accepted by. */
function isUndone(here: readonly LedgerRecord[], accepted: LedgerRecord | undefined, undoes: Undoes): boolean {
  const digest = accepted?.release?.digest
  if (accepted === undefined || digest === undefined) return false
  return here.some(record => record.sequence > accepted.sequence && undoes(record, digest))
}

function oldestOf(records: readonly LedgerRecord[]): number {
  return Math.min(...records.map(({ sequence }) => sequence))
}
