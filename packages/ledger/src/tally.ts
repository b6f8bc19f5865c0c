import { signerOf } from '@sluice/core'
import type { TrustRules } from './signature.ts'
import type { LedgerProblem } from './snapshot.ts'
import { hasKeyFor } from './trust.ts'
import type { LedgerCheck, Visited } from './walk.ts'

/** Counts the records that somebody answers for. */
export class Tally implements LedgerCheck {
  readonly #rules: Pick<TrustRules, 'trust'>
  readonly #signed = new Set<number>()
  readonly #vouched = new Set<number>()

  constructor(rules: Pick<TrustRules, 'trust'>) {
    this.#rules = rules
  }

  visit({ record, vouching, sequence }: Visited): undefined {
    if (record?.key !== undefined && hasKeyFor(signerOf(record), this.#rules.trust)) this.#signed.add(sequence)
    if (vouching?.ok === true) this.#vouched.add(sequence)
    return undefined
  }

  /** How many records a listed key signed, and how many GitHub vouches for, without those of which something is wrong. */
  without(problems: readonly Pick<LedgerProblem, 'sequence'>[]): { readonly signed: number; readonly vouched: number } {
    const suspects = new Set(problems.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence])))
    const count = (of: ReadonlySet<number>): number => [...of].filter(sequence => !suspects.has(sequence)).length
    return { signed: count(this.#signed), vouched: count(this.#vouched) }
  }
}
