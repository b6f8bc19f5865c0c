import type { Digest, LedgerRecord } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { signaturePath, tokenPath } from './paths.ts'
import { type Section, sectionOf } from './section.ts'
import { findClaimProblem, findTrustProblem, type TrustRules } from './signature.ts'
import type { Skips } from './skips.ts'
import type { Snapshot, SnapshotRecord } from './snapshot.ts'
import { readVouching } from './token-problem.ts'

/** Why a record is not valid. */
export interface Fault {
  readonly problem: string
  /**
   * What tells it. What lies beside a record, its signature and token, is not fixed by any hash: who may push could have taken that away
   * from a valid one. The record itself, and those before it, are.
   */
  readonly told: 'by the record' | 'beside it' | 'by others'
  /** Whether the issuer's key alone tells it: an issuer takes keys away that vouched for valid records. */
  readonly byKey?: boolean
}

/** Which key of the issuer's vouches for which record. */
interface Vouchings {
  readonly uses: ReadonlyMap<Digest, readonly number[]>
  readonly keys: ReadonlyMap<number, Digest>
  /** The first record that any vouches for. */
  readonly first: number
}

/** Which records of a ledger are not valid, each by itself: what damages others, or the files that are made of records, is not asked. */
export class RecordFaults {
  readonly #ledger: Snapshot
  readonly #rules: TrustRules
  readonly #found = new Map<number, Fault | undefined>()
  #archive: IssuerKeys | undefined
  #vouched: Vouchings | undefined

  constructor(ledger: Snapshot, rules: TrustRules) {
    this.#ledger = ledger
    this.#rules = rules
  }

  /** Why a record is not valid, whatever came before it. */
  of(it: SnapshotRecord): Fault | undefined {
    return this.itself(it) ?? this.beside(it)
  }

  /** Why nobody can have written a record so. */
  itself({ decoded, bytes }: SnapshotRecord): Fault | undefined {
    if (bytes === undefined) return undefined
    const problem = decoded.ok ? this.#claimProblem(decoded.record) : decoded.problem
    return problem === undefined ? undefined : { problem, told: 'by the record' }
  }

  /** The policy that a record names, and the ref that it says, are fixed as all that it says. */
  #claimProblem(record: LedgerRecord): string | undefined {
    return findClaimProblem(record, this.#rules) ?? this.#rules.tokens?.origins?.problemOf(record)
  }

  /** Why nothing proves who wrote a record. */
  beside(it: SnapshotRecord): Fault | undefined {
    if (!this.#found.has(it.sequence)) this.#found.set(it.sequence, this.#findBeside(it))
    return this.#found.get(it.sequence)
  }

  /** Why nobody can tell whether the policy that a record names was ever in force. What the clone lacks, it may have had when the record was right. */
  inDoubt({ record }: SnapshotRecord): Fault | undefined {
    const doubt = record && this.#rules.tokens?.origins?.doubtOf?.(record)
    return doubt && { problem: doubt.problem, told: doubt.isAbsent ? 'beside it' : 'by others' }
  }

  /**
   * Why it is nobody's word that vouches for records: the token was signed with a key that nobody saw published, and that turned up after
   * others had vouched, for nothing that counts in the section of the record.
   * @param among what does not count there.
   */
  byKeys(among: Skips): (it: SnapshotRecord) => Fault | undefined {
    const known = new Map<string, Fault | undefined>()
    return ({ sequence, record }) => {
      const key = this.#keyOf(sequence)
      if (record === undefined || key === undefined) return undefined
      const section = sectionOf(record)
      const use = `${section} ${key}`
      if (!known.has(use)) known.set(use, this.#isStrange(key, section, among) ? strange(key) : undefined)
      return known.get(use)
    }
  }

  #isStrange(key: Digest, section: Section, among: Skips): boolean {
    if (this.#isKnown(key)) return false
    const { uses, first } = this.#vouchings()
    const numbers = uses.get(key) ?? []
    const own = numbers.filter(number => isOf(section, this.#ledger.records[number - 1]))
    return first < (numbers[0] ?? 0) && own.every(among)
  }

  /** Whether who asked the issuer for its keys did not find the one that vouches for a record. */
  isUnpublished({ sequence }: SnapshotRecord): boolean {
    const key = this.#keyOf(sequence)
    return this.#rules.tokens?.published !== undefined && key !== undefined && !this.#isKnown(key)
  }

  #isKnown(key: Digest): boolean {
    const { published, known } = this.#rules.tokens ?? {}
    return published?.thumbprints.has(key) === true || known?.includes(key) === true
  }

  #keyOf(sequence: number): Digest | undefined {
    return this.#rules.tokens === undefined ? undefined : this.#vouchings().keys.get(sequence)
  }

  #findBeside(it: SnapshotRecord): Fault | undefined {
    const { record, bytes, sequence } = it
    if (record === undefined || bytes === undefined || this.itself(it) !== undefined) return undefined
    const { files, keys } = this.#ledger
    const signature = files.get(signaturePath(sequence))
    const problem = findTrustProblem({ record, bytes, signature, keys }, this.#rules) ?? this.#tokenProblem(it)
    return problem === undefined ? undefined : { problem, told: 'beside it' }
  }

  #tokenProblem({ record, hash, sequence }: SnapshotRecord): string | undefined {
    const { tokens: rules = { unvouched: true } } = this.#rules
    const token = this.#ledger.files.get(tokenPath(sequence))
    if (record === undefined || hash === undefined) return undefined
    if (token === undefined)
      return rules.unvouched === true ? undefined : 'GitHub does not vouch for it: there is no token beside it'
    const vouching = readVouching({ record, hash, keys: this.#keys() }, token, rules)
    return vouching.ok ? rules.origins?.problemOf(record, vouching.claims.job_workflow_sha) : vouching.problem
  }

  #keys(): IssuerKeys {
    this.#archive ??= issuerKeyArchive(issuerKeyFiles(this.#ledger)).keys
    return this.#archive
  }

  #vouchings(): Vouchings {
    if (this.#vouched !== undefined) return this.#vouched
    const uses = new Map<Digest, number[]>()
    const keys = new Map<number, Digest>()
    for (const { record, hash, sequence } of this.#ledger.records) {
      const token = this.#ledger.files.get(tokenPath(sequence))
      if (record === undefined || hash === undefined || token === undefined) continue
      const { key } = readVouching({ record, hash, keys: this.#keys() }, token, this.#rules.tokens ?? {})
      if (key === undefined) continue
      keys.set(sequence, key)
      const numbers = uses.get(key)
      if (numbers === undefined) uses.set(key, [sequence])
      else numbers.push(sequence)
    }
    const [first = 0] = keys.keys()
    this.#vouched = { uses, keys, first }
    return this.#vouched
  }
}

function strange(key: Digest): Fault {
  const problem = `its token was signed with key ${key}, which no one has seen the issuer publish`
  return { problem, told: 'beside it', byKey: true }
}

function issuerKeyFiles({ entries }: Snapshot): ReadonlyMap<Digest, Uint8Array> {
  return new Map(entries.flatMap(({ kind, bytes }) => (kind?.kind === 'issuer-key' ? [[kind.digest, bytes]] : [])))
}

function isOf(section: Section, it: SnapshotRecord | undefined): boolean {
  return it?.record !== undefined && sectionOf(it.record) === section
}
