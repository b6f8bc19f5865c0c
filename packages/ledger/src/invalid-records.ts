import { cut, type DetailOf, type LedgerRecord, type SkippedRecord } from '@sluice/core'
import type { Fault } from './record-fault.ts'
import { judgeRepairs, type RepairJudge } from './repair-judge.ts'
import { hasSection, type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import type { Skips } from './skips.ts'
import type { Snapshot, SnapshotRecord } from './snapshot.ts'

/** Records of a section that are not valid, and that no repair has left out. */
export interface InvalidRecords {
  readonly section: Section
  /** Oldest first. */
  readonly skipped: readonly SkippedRecord[]
  /** Those among them that only what lies beside them shows not to be valid: their signatures, or tokens. */
  readonly beside: readonly number[]
  /** Those among these for which a token speaks, though with a key that no one has seen the issuer publish. */
  readonly unpublished: readonly number[]
  /** Those among them that cannot have been written so, or of which nothing proves who wrote them: no key has to end for them, and Sluice anchored none. */
  readonly forged: readonly number[]
  /** Those that may not be left out: what lies beside them is not right, but was when Sluice went on from them. */
  readonly changed: readonly number[]
  /** The newest record that counts; absent: there is none. */
  readonly good?: NonNullable<DetailOf<'repaired'>['good']>
}

const LONGEST_WHY = 300

/**
 * Finds what a `repaired` record may leave out, section by section; sections without any are missing. Files that are no records at all
 * belong to none, so they are left out with those of the first section; those of environments that there are not, with `product`.
 * @param judge of the repairs of this ledger: to judge them takes as long as to read all of it.
 */
export function findInvalid(
  ledger: Snapshot,
  rules: TrustRules,
  judge: RepairJudge = judgeRepairs(ledger, rules)
): readonly InvalidRecords[] {
  const { environments } = rules
  const partOf = (record: LedgerRecord): Section => {
    const section = sectionOf(record)
    return environments === undefined || hasSection(environments, section) ? section : 'product'
  }
  const suspects = judge.suspects()
  const next = ledger.length + 1
  const suspected = ledger.records.filter(({ sequence, bytes }) => bytes !== undefined && suspects(sequence))
  const sections = new Set(suspected.flatMap(({ record }) => (record === undefined ? [] : [partOf(record)])))
  const first: Section = [...sections][0] ?? 'product'
  return [...sections.add(first)].flatMap(section => {
    const own = suspected.filter(({ record }) =>
      record === undefined ? section === first : partOf(record) === section
    )
    const faults = settle(own, (left, among) => judge.faultsAmong(left, { section, environments, by: next, among }))
    const changed = own.filter(it => !faults.has(it) && judge.isFaulty(it)).map(({ sequence }) => sequence)
    if (faults.size + changed.length === 0) return []
    const skipped = [...faults].flatMap(([{ sequence, hash }, { problem }]): readonly SkippedRecord[] => {
      // It may quote what somebody has planted.
      const why = cut(problem, LONGEST_WHY)
      const previous = ledger.records[sequence - 2]?.hash
      return hash === undefined ? [] : [{ sequence, hash, ...(previous && { previous }), why }]
    })
    const beside = [...faults].flatMap(([{ sequence }, { told }]) => (told === 'beside it' ? [sequence] : []))
    const forged = [...faults].flatMap(([it]) => (judge.isFaulty(it) ? [it.sequence] : []))
    const unpublished = [...faults].flatMap(([{ sequence }, { byKey }]) => (byKey === true ? [sequence] : []))
    const numbers = new Set(skipped.map(({ sequence }) => sequence))
    const good = judge.goodEnd(section, next, number => numbers.has(number))
    return [{ section, skipped, beside, unpublished, forged, changed, ...(good && { good }) }]
  })
}

/** Which records are faulty; whether one is can depend on the others that are. */
function settle(
  suspected: readonly SnapshotRecord[],
  faultsAmong: (left: readonly SnapshotRecord[], among: Skips) => ReadonlyMap<SnapshotRecord, Fault>
): ReadonlyMap<SnapshotRecord, Fault> {
  let left = suspected
  for (;;) {
    const numbers = new Set(left.map(({ sequence }) => sequence))
    const faults = faultsAmong(left, number => numbers.has(number))
    if (faults.size === left.length) return faults
    left = [...faults.keys()]
  }
}
