import { type Digest, type LedgerRecord, type SignerName, signerOf } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'

/** Why readers who go by a delivery.yml do not take a record, or take it for less than it is. */
export type Objection =
  /** It is about a product that is not this one under any of its names. */
  | { readonly kind: 'foreign'; readonly product: string }
  /** It was written by the workflows of another Sluice. */
  | { readonly kind: 'suite'; readonly repository: string }
  /** It has no signature, and must have one. */
  | { readonly kind: 'unsigned' }
  /** It has one, and no key is listed any more. */
  | { readonly kind: 'keyless' }
  | { readonly kind: 'unlisted'; readonly signer: SignerName; readonly key: Digest }
  /** Its key is listed for other records only; `entry` is the place in the list that comes nearest. */
  | {
      readonly kind: 'early' | 'late'
      readonly signer: SignerName
      readonly key: Digest
      readonly entry: number
    }

/** The records to which the same is objected. */
export interface RecordGroup {
  readonly objection: Objection
  readonly first: number
  readonly last: number
  readonly count: number
}

/** Whether what is objected to records leaves the ledger readable: of a key that leaked, the records after `until` are not to be read. */
export function isReadable({ objection }: RecordGroup): boolean {
  return objection.kind === 'late'
}

/** What is objected to each record; `undefined` for one that stays as good as it was. */
export function objectionTo(record: LedgerRecord, delivery: Delivery): Objection | undefined {
  return keyObjectionTo(record, delivery) ?? suiteObjectionTo(record, delivery)
}

/** GitHub's word for each record names the Sluice whose workflow ran, which must be the one of delivery.yml. */
function suiteObjectionTo({ run }: LedgerRecord, { sluice }: Delivery): Objection | undefined {
  const then = run.sluice?.repository
  if (then === undefined || sluice === undefined || then.toLowerCase() === sluice.repository.toLowerCase())
    return undefined
  return { kind: 'suite', repository: then }
}

function keyObjectionTo(record: LedgerRecord, { product, ledger }: Delivery): Objection | undefined {
  if (![product, ...ledger.formerly].includes(record.product)) return { kind: 'foreign', product: record.product }
  if (record.key === undefined) return ledger.key === undefined ? undefined : { kind: 'unsigned' }
  if (ledger.key === undefined) return { kind: 'keyless' }
  const signer = signerOf(record)
  const key = record.key.fingerprint
  const entries = [...ledger.trust.entries()].filter(([, it]) => it.key === key && it.signs.includes(signer))
  const [last] = entries.toSorted(([, a], [, b]) => (b.until ?? Infinity) - (a.until ?? Infinity))
  if (last === undefined) return { kind: 'unlisted', signer, key }
  const { sequence } = record
  if (entries.some(([, { from = 1, until = Infinity }]) => from <= sequence && sequence <= until)) return undefined
  const [entry, { until = Infinity }] = last
  return { kind: sequence > until ? 'late' : 'early', signer, key, entry }
}

/** Puts records together that have the same objection, in the order of their first ones. */
export class RecordGroups {
  readonly #groups = new Map<string, { readonly objection: Objection; readonly sequences: number[] }>()
  readonly #leftOut = new Set<number>()

  add({ sequence }: LedgerRecord, objection: Objection): void {
    const name = JSON.stringify(objection)
    const group = this.#groups.get(name) ?? { objection, sequences: [] }
    group.sequences.push(sequence)
    this.#groups.set(name, group)
  }

  /** Nobody reads records that a repair leaves out, so nothing is objected to them any more. */
  leaveOut(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#leftOut.add(sequence)
  }

  /** Records that end all deliveries. */
  get unreadable(): readonly RecordGroup[] {
    return this.all.filter(group => !isReadable(group))
  }

  get all(): readonly RecordGroup[] {
    const groups = [...this.#groups.values()].flatMap(({ objection, sequences }) => {
      const kept = sequences.filter(sequence => !this.#leftOut.has(sequence))
      const [first, last] = [kept[0], kept.at(-1)]
      return first === undefined || last === undefined ? [] : [{ objection, first, last, count: kept.length }]
    })
    return groups.toSorted((a, b) => a.first - b.first)
  }
}
