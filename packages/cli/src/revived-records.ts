import type { Digest, LedgerRecord } from '@sluice/core'
import type { NamedProblem } from '@sluice/delivery'

/** How the reason begins for which a record is left out whose key may not sign it. */
const BY_KEY = 'it is signed with key '

/**
 * Records that a repair left out since their key had ended, and that a delivery.yml takes again: whoever raises `until` brings back what was forged,
 * and the repair leaves out what is valid.
 */
export class RevivedRecords {
  /** The key of each signed record that nothing is objected to. */
  readonly #keys = new Map<number, Digest>()
  /** By the number of the repair. */
  readonly #problems = new Map<number, readonly NamedProblem[]>()

  /** Looks at a record that the delivery.yml takes; in the order of the ledger. */
  read(record: LedgerRecord): void {
    const { sequence: by, key } = record
    if (key !== undefined) this.#keys.set(by, key.fingerprint)
    if (record.event !== 'repaired') return
    const skipped = (record.detail?.skipped ?? []).filter(({ why }) => why.startsWith(BY_KEY))
    const revived = skipped.flatMap(({ sequence }) => {
      const valid = this.#keys.get(sequence)
      return valid === undefined ? [] : [{ sequence, valid }]
    })
    // One that a later repair leaves out leaves out nothing.
    for (const { sequence } of record.detail?.skipped ?? []) this.#problems.delete(sequence)
    const problems = revived.map(({ sequence, valid }) => {
      const first = revived.find(it => it.valid === valid)?.sequence ?? sequence
      return {
        at: ['ledger', 'trust'],
        message: `record ${sequence}: left out by record ${by} because key ${valid} may not have signed it, which it may by this file: sluice verify would take neither the repair nor, until that is left out, the record; if the key leaked, write until: ${first - 1}; if not, Sluice's docs/delivery-yml.md ("A key that was ended too early") says how the record counts again`
      }
    })
    this.#problems.set(by, problems)
  }

  /** One for each record, oldest repair first. */
  get problems(): readonly NamedProblem[] {
    return [...this.#problems.values()].flat()
  }
}
