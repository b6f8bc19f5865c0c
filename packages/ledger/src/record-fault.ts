import type { Digest } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { signaturePath, tokenPath } from './paths.ts'
import { findBrokenRule } from './record-rules.ts'
import { pastBefore } from './replay.ts'
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

/** Which records of a ledger are not valid, each by itself: what damages others, or the files that are made of records, is not asked. */
export class RecordFaults {
  readonly #ledger: Snapshot
  readonly #rules: TrustRules
  readonly #found = new Map<number, Fault | undefined>()
  #archive: IssuerKeys | undefined
  /** The records that each key of the issuer's vouches for. */
  #vouched: ReadonlyMap<Digest, readonly number[]> | undefined

  constructor(ledger: Snapshot, rules: TrustRules) {
    this.#ledger = ledger
    this.#rules = rules
  }

  /** Why nobody can have written a record so, whatever came before it. */
  of(it: SnapshotRecord): Fault | undefined {
    if (!this.#found.has(it.sequence)) this.#found.set(it.sequence, this.#find(it))
    return this.#found.get(it.sequence)
  }

  /**
   * Why a record breaks a rule, both by what was believed when it was written and by what is believed without some others: neither a record
   * that was not valid, nor that it is left out, makes another one wrong.
   */
  byRules({ record, sequence }: SnapshotRecord, believed: Skips, without: Skips): Fault | undefined {
    if (record === undefined) return undefined
    const problem = findBrokenRule(record, pastBefore(this.#ledger, sequence, believed))
    const still =
      problem === undefined ? undefined : findBrokenRule(record, pastBefore(this.#ledger, sequence, without))
    return still === undefined || problem === undefined ? undefined : { problem, told: 'by others' }
  }

  /**
   * Why it is nobody's word that vouches for a record: its token was signed with a key that nobody saw published, and that turned up after
   * others had vouched, for nothing that counts in the section.
   * @param among what does not count there.
   */
  byKey({ sequence, record }: SnapshotRecord, among: Skips): Fault | undefined {
    const key = this.#keyOf(sequence)
    if (record === undefined || key === undefined || this.#isKnown(key)) return undefined
    const uses = this.#uses().get(key) ?? []
    const isNew = [...this.#uses().values()].some(([first = sequence]) => first < (uses[0] ?? 0))
    const own = uses.filter(number => isOf(sectionOf(record), this.#ledger.records[number - 1]))
    return isNew && own.every(among)
      ? {
          problem: `its token was signed with key ${key}, which no one has seen the issuer publish`,
          told: 'beside it',
          byKey: true
        }
      : undefined
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
    if (this.#rules.tokens === undefined) return undefined
    return [...this.#uses()].find(([, numbers]) => numbers.includes(sequence))?.[0]
  }

  #find(it: SnapshotRecord): Fault | undefined {
    const { decoded, bytes, hash, sequence } = it
    if (bytes === undefined || hash === undefined) return undefined
    if (!decoded.ok) return { problem: decoded.problem, told: 'by the record' }
    const { record } = decoded
    const claim = findClaimProblem(record, this.#rules)
    if (claim !== undefined) return { problem: claim, told: 'by the record' }
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
    return vouching.ok ? undefined : vouching.problem
  }

  #keys(): IssuerKeys {
    this.#archive ??= issuerKeyArchive(issuerKeyFiles(this.#ledger)).keys
    return this.#archive
  }

  #uses(): ReadonlyMap<Digest, readonly number[]> {
    if (this.#vouched !== undefined) return this.#vouched
    const uses = new Map<Digest, number[]>()
    for (const { record, hash, sequence } of this.#ledger.records) {
      const token = this.#ledger.files.get(tokenPath(sequence))
      if (record === undefined || hash === undefined || token === undefined) continue
      const { key } = readVouching({ record, hash, keys: this.#keys() }, token, this.#rules.tokens ?? {})
      if (key !== undefined) uses.set(key, [...(uses.get(key) ?? []), sequence])
    }
    this.#vouched = uses
    return uses
  }
}

function issuerKeyFiles({ entries }: Snapshot): ReadonlyMap<Digest, Uint8Array> {
  return new Map(entries.flatMap(({ kind, bytes }) => (kind?.kind === 'issuer-key' ? [[kind.digest, bytes]] : [])))
}

function isOf(section: Section, it: SnapshotRecord | undefined): boolean {
  return it?.record !== undefined && sectionOf(it.record) === section
}
