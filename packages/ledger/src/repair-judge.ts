import type { DetailOf, LedgerRecord, RecordOf, SkippedRecord } from '@sluice/core'
import { isBlank } from './blank.ts'
import { BrokenRules } from './broken-rules.ts'
import { findConsentProblem } from './consent-problem.ts'
import { type LeftOut, lowestOf, Omissions } from './omissions.ts'
import { recordPath } from './paths.ts'
import { type Fault, RecordFaults } from './record-fault.ts'
import { Repairs } from './repairs.ts'
import { hasSection, type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import type { Skips } from './skips.ts'
import type { LedgerProblem, Snapshot, SnapshotRecord } from './snapshot.ts'
import { OTHER_STATE, StateFaults } from './state-faults.ts'

/** A repair, as far as it says what may be left out. */
interface Repairing {
  readonly section: Section
  readonly environments: readonly string[] | undefined
  /** Its number. */
  readonly by: number
  readonly among: Skips
}

/** Judges all repairs of a ledger. */
export function judgeRepairs(ledger: Snapshot, rules: TrustRules): RepairJudge {
  const judge = new RepairJudge(ledger, rules)
  for (const it of ledger.records) if (it.record?.event === 'repaired') judge.take(it, it.record)
  return judge
}

/** Judges the repairs of a ledger one after the other. */
export class RepairJudge {
  readonly #ledger: Snapshot
  readonly #faults: RecordFaults
  readonly #states: StateFaults
  readonly #broken: BrokenRules
  readonly #rules: TrustRules
  readonly #omissions = new Omissions()
  readonly #wrong = new Map<number, string>()

  constructor(ledger: Snapshot, rules: TrustRules) {
    this.#ledger = ledger
    this.#faults = new RecordFaults(ledger, rules)
    const from = firstNamed(ledger)
    this.#states = new StateFaults(ledger, this.#omissions, from)
    this.#rules = rules
    this.#broken = new BrokenRules(ledger, this.#omissions, from)
  }

  /** Takes in the next `repaired` record. */
  take(it: SnapshotRecord, record: RecordOf<'repaired'>): void {
    // One that is forged is told of as such, and changes nothing.
    if (this.#faults.of(it) !== undefined) return
    const found = this.#judge(record)
    if (typeof found === 'string') this.#wrong.set(it.sequence, found)
    else this.#omissions.add(it.sequence, found)
  }

  repairs(): Repairs {
    // One that a later one leaves out is told of as such.
    const wrong = [...this.#wrong].filter(([sequence]) => !this.#omissions.has(sequence))
    const problems = wrong.map(([sequence, problem]) => ({ path: recordPath(sequence), sequence, problem }))
    return new Repairs(this.#ledger, this.#omissions, [...problems, ...this.#unfinished()])
  }

  #unfinished(): readonly LedgerProblem[] {
    const last = this.#ledger.records.at(-1)
    if (last === undefined || !this.#omissions.isUnfinished(last)) return []
    const { sequence } = last
    const problem = 'it says that more has to be repaired'
    return [{ kind: 'unfinished', path: recordPath(sequence), sequence, problem }]
  }

  /**
   * Why records may be left out by the `repaired` record of some number; those that are missing may not.
   * @param environments those of the policy that the repair is made under, as far as anybody knows.
   * @param among what is left out with them.
   */
  faultsAmong(
    records: readonly SnapshotRecord[],
    { section, environments, by, among }: Repairing
  ): ReadonlyMap<SnapshotRecord, Fault> {
    const own = records.filter(({ record }) => record === undefined || isFor(sectionOf(record), section, environments))
    const without: Skips = sequence => this.#omissions.has(sequence) || among(sequence)
    const itself = new Map(own.flatMap(it => pairOf(it, this.#faults.itself(it) ?? this.#wrongly(it))))
    const asked = own.filter(it => !itself.has(it)).map(({ sequence }) => sequence)
    const byRules = this.#brokenRules(asked, { by, without, first: lowestOf(records) ?? by })
    const byKey = this.#faults.byKeys(without)
    const beside = new Map(
      own.flatMap(it => pairOf(it, this.#faults.beside(it) ?? byKey(it) ?? this.#faults.inDoubt(it)))
    )
    const goneOn = beside.size === 0 ? 0 : this.#goneOn(by, without)
    const faults = own.flatMap(it => {
      const { sequence } = it
      const certain = itself.get(it) ?? byOthers(byRules.get(sequence))
      const unproved = sequence < goneOn ? undefined : beside.get(it)
      // Whose word it is says more than where it leads.
      return pairOf(it, certain ?? unproved ?? this.#stateFault(sequence, by))
    })
    return new Map(faults)
  }

  #stateFault(sequence: number, by: number): Fault | undefined {
    return byOthers(this.#states.before(by).has(sequence) ? OTHER_STATE : undefined)
  }

  /** Why a `repaired` record does not count. */
  #wrongly({ sequence }: SnapshotRecord): Fault | undefined {
    return byOthers(this.#wrong.get(sequence))
  }

  /**
   * How records break a rule, both by what was believed when they were written and by what is believed without some others: neither a record
   * that was not valid, nor that it is left out, makes another one wrong.
   */
  #brokenRules(
    asked: readonly number[],
    { by, without, first }: { readonly by: number; readonly without: Skips; readonly first: number }
  ): ReadonlyMap<number, string> {
    if (asked.length === 0) return NOTHING
    const told = this.#broken.before(by)
    const then = new Map(asked.flatMap(sequence => pairOf(sequence, told.get(sequence))))
    if (then.size === 0) return then
    const still = this.#broken.without(new Set(then.keys()), without, first)
    return new Map([...then].filter(([sequence]) => still.has(sequence)))
  }

  /**
   * Up to which record Sluice has gone on: what lies beside an earlier one was right then, and was taken away since. It goes on only from a ledger that is vouched for, and repairs
   * all of it first: only a repair that says that more is to come shows nothing.
   */
  #goneOn(by: number, without: Skips): number {
    const last = this.#ledger.records
      .slice(0, by - 1)
      .findLast(
        it =>
          !without(it.sequence) && !this.#omissions.isUnfinished(it) && it.record && this.#faults.of(it) === undefined
      )
    return last?.sequence ?? 0
  }

  #judge(record: RecordOf<'repaired'>): string | readonly LeftOut[] {
    const { reason = '', skipped = [] } = record.detail ?? {}
    if (isBlank(reason)) return 'repaired without a reason'
    const unagreed = findConsentProblem(record, `repaired ${sectionOf(record)}`)
    if (unagreed !== undefined) return unagreed
    const [section, numbers] = [sectionOf(record), new Set(skipped.map(({ sequence }) => sequence))]
    if (numbers.size !== skipped.length) return 'it leaves out a record twice'
    const among: Skips = sequence => numbers.has(sequence)
    const named: SnapshotRecord[] = []
    for (const one of skipped) {
      const { sequence } = one
      const it = this.#ledger.records[sequence - 1]
      const misfit = sequence >= record.sequence ? 'it is no earlier one' : this.#findMisfit(one, it)
      if (misfit !== undefined || it === undefined) return `it leaves out record ${sequence}, but ${misfit}`
      named.push(it)
    }
    const by = record.sequence
    const faults = this.faultsAmong(named, { section, environments: this.#environmentsOf(record), by, among })
    const sound = named.find(it => !faults.has(it))
    if (sound !== undefined) return `it leaves out record ${sound.sequence}, which nothing shows not to be valid`
    return (
      this.#findOtherEnd(record, among) ??
      [...faults].map(([{ sequence }, { problem, told }]) => ({ sequence, by, problem, told }))
    )
  }

  /** By the policy that a repair names: an environment that came later does not make it wrong. */
  #environmentsOf(record: LedgerRecord): Repairing['environments'] {
    const { tokens, environments } = this.#rules
    return tokens?.origins?.orderOf === undefined ? environments : tokens.origins.orderOf(record)
  }

  #findMisfit({ sequence, hash, previous }: SkippedRecord, it: SnapshotRecord | undefined): string | undefined {
    if (this.#omissions.has(sequence)) return 'an earlier one does so already'
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
      isEnd &&= isFaulty || this.#faults.isUnpublished(it) || this.#faults.inDoubt(it) !== undefined
      if (isEnd || isFaulty) suspects.add(it.sequence)
    }
    const end = this.#ledger.length + 1
    for (const sequence of this.#broken.before(end).keys()) suspects.add(sequence)
    for (const sequence of this.#states.before(end)) suspects.add(sequence)
    return sequence => suspects.has(sequence) && !this.#omissions.has(sequence)
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
          record !== undefined && sectionOf(record) === section && !among(sequence) && !this.#omissions.has(sequence)
      )
    return last?.hash === undefined ? undefined : { sequence: last.sequence, hash: last.hash }
  }
}

/** Whether a repair of a part of the ledger may leave out records of a section: its own, or of an environment that nobody speaks for. */
function isFor(section: Section, part: Section, environments: Repairing['environments']): boolean {
  if (section === part) return true
  return part === 'product' && (environments === undefined || !hasSection(environments, section))
}

const NOTHING: ReadonlyMap<number, string> = new Map()

function byOthers(problem: string | undefined): Fault | undefined {
  return problem === undefined ? undefined : { problem, told: 'by others' }
}

function pairOf<K, V>(key: K, found: V | undefined): readonly (readonly [K, V])[] {
  return found === undefined ? [] : [[key, found]]
}

/** The first record that any repair speaks of, whether it counts or not. */
function firstNamed({ records }: Snapshot): number | undefined {
  return lowestOf(records.flatMap(({ record }) => (record?.event === 'repaired' ? (record.detail?.skipped ?? []) : [])))
}
