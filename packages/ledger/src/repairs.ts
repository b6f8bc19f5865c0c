import type { DetailOf, RecordOf, SkippedRecord } from '@sluice/core'
import { filesOf } from './ledger-tree.ts'
import type { Outline } from './outline.ts'
import { recordPath } from './paths.ts'
import { type Fault, RecordFaults } from './record-fault.ts'
import { findBrokenRule } from './record-rules.ts'
import { machineBefore, pastBefore } from './replay.ts'
import { sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import type { Skips } from './skips.ts'
import { type LedgerProblem, openSnapshot, type Snapshot, type SnapshotRecord } from './snapshot.ts'
import type { StateMachine } from './state-machine.ts'
import { Past } from './verify-past.ts'

/** A record that a valid `repaired` record leaves out. */
export interface LeftOut {
  readonly sequence: number
  /** The number of the record that leaves it out. */
  readonly by: number
  /** Why it is not valid, as whoever verifies found. */
  readonly problem: string
}

/** What the `repaired` records of a ledger leave out. */
export class Repairs {
  /** `repaired` records that leave out what they must not. */
  readonly problems: readonly LedgerProblem[]
  readonly #ledger: Snapshot
  readonly #leftOut: ReadonlyMap<number, LeftOut>
  readonly #valid: ReadonlySet<number>

  constructor(
    ledger: Snapshot,
    leftOut: readonly LeftOut[],
    valid: Iterable<number>,
    problems: readonly LedgerProblem[]
  ) {
    this.#ledger = ledger
    this.#leftOut = new Map(leftOut.map(it => [it.sequence, it]))
    this.#valid = new Set(valid)
    this.problems = problems
  }

  /** Oldest first. */
  get leftOut(): readonly LeftOut[] {
    return [...this.#leftOut.values()].toSorted((a, b) => a.sequence - b.sequence)
  }

  /** Whether a record counts for nothing any more. */
  isSkipped(sequence: number): boolean {
    return this.#leftOut.has(sequence)
  }

  /** The state before a repair, without what it and earlier ones leave out. */
  machineBefore(repair: number): StateMachine {
    return machineBefore(this.#ledger, repair, sequence => this.#isSkippedBy(sequence, repair))
  }

  /** What had happened before a repair, without what it and earlier ones leave out. @param demanded environments of which records are demanded from the beginning. */
  pastBefore(repair: number, demanded: Iterable<string>): Past {
    return pastBefore(this.#ledger, repair, sequence => this.#isSkippedBy(sequence, repair), demanded)
  }

  /** Whether a record is a repair that counts. */
  isRepair(sequence: number): boolean {
    return this.#valid.has(sequence)
  }

  #isSkippedBy(sequence: number, repair: number): boolean {
    return (this.#leftOut.get(sequence)?.by ?? Number.POSITIVE_INFINITY) <= repair
  }
}

/**
 * Reads what a ledger leaves out. A `repaired` record needs little authority because it may leave out nothing but what is not valid; so each
 * reader looks again whether that is so, by the checks that stop a ledger. One that leaves out a valid record is itself not valid,
 * and leaves out nothing.
 */
export function readRepairs(ledger: Snapshot, rules: TrustRules): Repairs {
  return judgeRepairs(ledger, rules).repairs()
}

/** Records that are looked through at once. */
const PAGE = 4000

/** What a record of a repair looks like in its file. */
const MARK = Buffer.from('"event":"repaired"')

/**
 * The same for a ledger that need not fit into memory, unless it was ever repaired: what a repair leaves out can only be told of all that it rests on.
 * Few ledgers ever are.
 */
export async function repairsIn({ tree, length }: Outline, rules: TrustRules): Promise<Repairs> {
  for (let first = 1; first <= length; first += PAGE) {
    const numbers = Array.from({ length: Math.min(PAGE, length - first + 1) }, (_, n) => first + n)
    const files = await tree.read(numbers.map(recordPath))
    if (files.some(file => file !== undefined && bufferOf(file).includes(MARK)))
      return readRepairs(openSnapshot(await filesOf(tree)), rules)
  }
  return new Repairs(openSnapshot(new Map()), [], [], [])
}

/** The same memory, and no copy of it. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Judges all repairs of a ledger. */
export function judgeRepairs(ledger: Snapshot, rules: TrustRules): RepairJudge {
  const judge = new RepairJudge(ledger, rules)
  for (const it of ledger.records) if (it.record?.event === 'repaired') judge.take(it, it.record)
  return judge
}

/** Judges the repairs of a ledger one after the other. */
class RepairJudge {
  readonly #ledger: Snapshot
  readonly #faults: RecordFaults
  readonly #leftOut = new Map<number, LeftOut>()
  readonly #valid = new Set<number>()
  readonly #wrong = new Map<number, string>()

  constructor(ledger: Snapshot, rules: TrustRules) {
    this.#ledger = ledger
    this.#faults = new RecordFaults(ledger, rules)
  }

  /** Takes in the next `repaired` record. */
  take(it: SnapshotRecord, record: RecordOf<'repaired'>): void {
    // One that is forged is told of as such, and changes nothing.
    if (this.#faults.of(it) !== undefined) return
    const found = this.#judge(record)
    if (typeof found === 'string') {
      this.#wrong.set(it.sequence, found)
      return
    }
    this.#valid.add(it.sequence)
    for (const one of found) this.#leftOut.set(one.sequence, one)
  }

  repairs(): Repairs {
    // One that a later one leaves out is told of as such.
    const wrong = [...this.#wrong].filter(([sequence]) => !this.#leftOut.has(sequence))
    const problems = wrong.map(([sequence, problem]) => ({ path: recordPath(sequence), sequence, problem }))
    return new Repairs(this.#ledger, [...this.#leftOut.values()], this.#valid, problems)
  }

  /**
   * Why a record of a section may be left out by the record of some number; `undefined`: it may not.
   * @param among what is left out with it.
   */
  faultFor(it: SnapshotRecord, section: string, by: number, among: Skips): Fault | undefined {
    const { record, sequence } = it
    if (record !== undefined && sectionOf(record) !== section) return undefined
    const before: Skips = sequence => this.#leftOut.has(sequence)
    const both: Skips = sequence => before(sequence) || among(sequence)
    const wrong = this.#wrong.get(sequence)
    const fault: Fault | undefined =
      this.#faults.of(it) ??
      (wrong === undefined ? undefined : { problem: wrong, told: 'by others' }) ??
      this.#faults.byKey(it, both) ??
      this.#faults.byRules(it, before, both)
    return fault?.told === 'beside it' && this.#wasBuiltOn(sequence, by, both) ? undefined : fault
  }

  /**
   * Whether Sluice went on from a record: it does so only from one that is vouched for, so that what lay beside this one then was right,
   * and was taken away since.
   */
  #wasBuiltOn(sequence: number, by: number, leftOut: Skips): boolean {
    const next = this.#ledger.records
      .slice(sequence, by - 1)
      .find(it => !leftOut(it.sequence) && this.#faults.of(it) === undefined)
    return next !== undefined && !this.#valid.has(next.sequence)
  }

  #judge(record: RecordOf<'repaired'>): string | readonly LeftOut[] {
    const { reason = '', skipped = [] } = record.detail ?? {}
    if (reason.trim() === '') return 'repaired without a reason'
    const [section, numbers] = [sectionOf(record), new Set(skipped.map(({ sequence }) => sequence))]
    if (numbers.size !== skipped.length) return 'it leaves out a record twice'
    const among: Skips = sequence => numbers.has(sequence)
    const found: LeftOut[] = []
    for (const one of skipped) {
      const { sequence } = one
      const it = this.#ledger.records[sequence - 1]
      const misfit = sequence >= record.sequence ? 'it is no earlier one' : this.#findMisfit(one, it)
      if (misfit !== undefined || it === undefined) return `it leaves out record ${sequence}, but ${misfit}`
      const { problem } = this.faultFor(it, section, record.sequence, among) ?? {}
      if (problem === undefined) return `it leaves out record ${sequence}, which nothing shows not to be valid`
      found.push({ sequence, by: record.sequence, problem })
    }
    return this.#findOtherEnd(record, among) ?? found
  }

  #findMisfit({ sequence, hash, previous }: SkippedRecord, it: SnapshotRecord | undefined): string | undefined {
    if (this.#leftOut.has(sequence)) return 'an earlier one does so already'
    if (it?.hash !== hash) return `that has the hash ${it?.hash}`
    // What a record that is not valid says of the one before it counts for nothing: this one says it in its place.
    const before = this.#ledger.records[sequence - 2]?.hash
    return before === previous ? undefined : `record ${sequence - 1} has the hash ${before}`
  }

  #findOtherEnd({ sequence, detail, environment }: RecordOf<'repaired'>, among: Skips): string | undefined {
    const end = this.goodEnd(sectionOf({ ...(environment && { environment }) }), sequence, among)
    const { good } = detail ?? {}
    if (end?.sequence === good?.sequence && end?.hash === good?.hash) return undefined
    return `it says that the last record which counts is ${good?.sequence ?? 'none'}, but it is ${end?.sequence ?? 'none'}`
  }

  /** Records that may turn out not to be valid. Only those that stop whoever reads the ledger now are doubted for their keys: GitHub takes old ones away. */
  suspects(): Skips {
    const suspects = new Set<number>([...this.#wrong.keys()])
    let isEnd = true
    for (const it of this.#ledger.records.toReversed()) {
      const isFaulty = this.#faults.of(it) !== undefined
      isEnd &&= isFaulty || this.#faults.isUnpublished(it)
      if (isEnd || isFaulty) suspects.add(it.sequence)
    }
    const past = new Past([])
    for (const { record, sequence } of this.#ledger.records) {
      if (record === undefined || this.#leftOut.has(sequence)) continue
      if (findBrokenRule(record, past) !== undefined) suspects.add(sequence)
      past.add(record)
    }
    return sequence => suspects.has(sequence) && !this.#leftOut.has(sequence)
  }

  /** Whether a record cannot have been written so. */
  isFaulty(it: SnapshotRecord): boolean {
    return this.#faults.of(it) !== undefined
  }

  /** The newest record of a section that counts, before another one. */
  goodEnd(section: string, before: number, among: Skips): DetailOf<'repaired'>['good'] {
    const last = this.#ledger.records
      .slice(0, before - 1)
      .findLast(
        ({ record, sequence }) =>
          record !== undefined && sectionOf(record) === section && !among(sequence) && !this.#leftOut.has(sequence)
      )
    return last?.hash === undefined ? undefined : { sequence: last.sequence, hash: last.hash }
  }
}
