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
  readonly #warnings: NamedProblem[] = []

  /** Looks at a record that the delivery.yml takes; in the order of the ledger. */
  read(record: LedgerRecord): void {
    const { sequence: by, key } = record
    if (key !== undefined) this.#keys.set(by, key.fingerprint)
    if (record.event !== 'repaired') return
    for (const { sequence, why } of record.detail?.skipped ?? []) {
      const valid = this.#keys.get(sequence)
      if (valid === undefined || !why.startsWith(BY_KEY)) continue
      this.#warnings.push({
        at: ['ledger', 'trust'],
        message: `record ${sequence}: left out by record ${by} because key ${valid} may not have signed it, which it may by this file: it would count, and sluice verify reject the repair; if the key leaked, write until: ${sequence - 1}`
      })
    }
  }

  /** One for each record, oldest repair first. */
  get warnings(): readonly NamedProblem[] {
    return this.#warnings
  }
}
