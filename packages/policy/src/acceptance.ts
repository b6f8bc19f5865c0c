import { announcedAs, type Digest, type LedgerRecord, type RecordOf, sameAs, undoneBy, withdrawnBy } from '@sluice/core'

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
 * accepted anew. So does what undid a release that it rests on: the content is the same, and an acceptance by another name saves none.
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
  const found = groundsOf(release, here, oldestOf(records)).filter(
    ({ sequence, names }) =>
      !here.some(it => it.sequence > sequence && names.some(name => undoes(it, name))) &&
      !names.some(name => name !== release && standsWithdrawn(here, name))
  )
  const [first] = found.toSorted((a, b) => a.since - b.since)
  return first === undefined ? undefined : { record: first.record, acceptedSince: first.since }
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
  const here = records.filter(record => record.environment === environment)
  const names = [release, ...groundsOf(release, here, oldestOf(records)).flatMap(ground => ground.names)]
  const undone = here.find(record => names.some(name => undoes(record, name)))
  return undone === undefined || findAcceptance(records, environment, release, undoes) !== undefined
    ? undefined
    : undone
}

/**
 * The record that withdrew a release in an environment, by its name, or as what is the same. One that was never accepted there, since its
 * announcement found that it changes nothing, was withdrawn with what that found.
 * @param records verified, newest first.
 */
export function findWithdrawal(
  records: readonly LedgerRecord[],
  environment: string,
  release: Digest
): LedgerRecord | undefined {
  const own = findUndoing(records, environment, release, isWithdrawal)
  if (own !== undefined || findAcceptance(records, environment, release, isWithdrawal) !== undefined) return own
  const announced = records.findLast(it => it.event === 'released' && it.release?.digest === release)
  const same = announced === undefined ? undefined : announcedAs(announced, environment)
  return same === undefined ? undefined : findUndoing(records, environment, same, isWithdrawal)
}

/** What an acceptance rests on. */
interface Ground {
  /** The record that says of the release that it is accepted. */
  readonly record: LedgerRecord
  /** Of the acceptance: what comes later may undo it. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly since: number
  /** The release, and those that were found to be the same: each of them stands for all. */
  readonly names: readonly Digest[]
}

/** @param oldest the sequence down to which the ledger was read. */
function groundsOf(release: Digest, here: readonly LedgerRecord[], oldest: number): readonly Ground[] {
  return here.flatMap((record): readonly Ground[] => {
    if (record.release?.digest !== release) return []
    if (record.event === 'accepted')
      return [{ record, sequence: record.sequence, since: Date.parse(record.time), names: namesIn(record) }]
    if (record.event !== 'unchanged') return []
    const inherited = inheritedBy(record, here, oldest)
    return inherited === undefined ? [] : [inherited]
  })
}

function namesIn(record: LedgerRecord): readonly Digest[] {
  return [record.release?.digest, sameAs(record)].filter(it => it !== undefined)
}

/**
 * The acceptance of that which an `unchanged` record left alone: the record names it (`detail.acceptedBy`, a sequence, and
 * `detail.acceptedAt`, its time).
 */
function inheritedBy(
  unchanged: RecordOf<'unchanged'>,
  here: readonly LedgerRecord[],
  oldest: number
): Ground | undefined {
  const { acceptedBy: named, acceptedAt } = unchanged.detail ?? {}
  if (named === undefined || named >= unchanged.sequence) return undefined
  const accepted = here.find(({ sequence }) => sequence === named)
  const of = { record: unchanged, sequence: named }
  if (accepted?.event === 'accepted')
    return { ...of, since: Date.parse(accepted.time), names: [...namesIn(unchanged), ...namesIn(accepted)] }
  if (accepted !== undefined || named >= oldest) return undefined
  // Further back than was read, the signed word of the writer counts: from the time it names, else from when it was given.
  return { ...of, since: Date.parse(acceptedAt ?? unchanged.time), names: namesIn(unchanged) }
}

/** Whether the last word on a release is that it was withdrawn. */
function standsWithdrawn(here: readonly LedgerRecord[], release: Digest): boolean {
  const last = here.find(it => isWithdrawal(it, release) || (it.event === 'accepted' && it.release?.digest === release))
  return last?.event === 'withdrawn'
}

function oldestOf(records: readonly LedgerRecord[]): number {
  return Math.min(...records.map(({ sequence }) => sequence))
}
