import type { LedgerRecord } from '@sluice/core'
import type { Delivery, NamedProblem } from '@sluice/delivery'
import { skipFinder } from '@sluice/ledger'
import type { RecordedPolicies } from './recorded-policy.ts'

/** Records that do not follow the order of environments in a delivery.yml, where no one can tell the order of then: `sluice verify` would refuse them. */
export class SkippingRecords {
  readonly #policies: RecordedPolicies
  readonly #find: (record: LedgerRecord) => string | undefined
  readonly #found = new Map<number, string>()

  constructor({ environments }: Delivery, policies: RecordedPolicies) {
    this.#policies = policies
    this.#find = skipFinder({ environments: environments.map(({ name }) => name), orderOf: policies.orderOf })
  }

  /** Looks at the next record that the delivery.yml takes; in the order of the ledger. */
  async read(record: LedgerRecord): Promise<void> {
    if (record.event === 'started') await this.#policies.look([record])
    const problem = this.#find(record)
    if (problem !== undefined) this.#found.set(record.sequence, problem)
    if (record.event !== 'repaired') return
    for (const { sequence } of record.detail?.skipped ?? []) this.#found.delete(sequence)
  }

  /** One for each record. */
  get problems(): readonly NamedProblem[] {
    return [...this.#found].map(([sequence, problem]) => ({
      at: ['environments'],
      message: `record ${sequence}: ${problem}, by the order of now, since the policy that it names cannot be looked at here; put the environments back into their order, or fetch the default branch whole: git fetch --unshallow`
    }))
  }
}
