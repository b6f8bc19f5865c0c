import type { LedgerRecord } from '@sluice/core'
import type { NamedProblem } from '@sluice/delivery'
import { NO_DELIVERY_REF } from '@sluice/ledger'
import type { RecordedPolicies } from './recorded-policy.ts'

const BRANCH = 'refs/heads/'

/**
 * Branches whose records came from the default one, and do not any more, since it has another name: a decision that goes by them stops. GitHub knows when
 * a branch was renamed, a delivery.yml does not.
 */
export class DisownedRefs {
  readonly #policies: Pick<RecordedPolicies, 'look' | 'problemOf'>
  /** The newest record of each ref. */
  readonly #newest = new Map<string, LedgerRecord>()
  readonly #leftOut = new Set<number>()

  constructor(policies: Pick<RecordedPolicies, 'look' | 'problemOf'>) {
    this.#policies = policies
  }

  /** Looks at the next record that the delivery.yml takes. */
  read(record: LedgerRecord): void {
    this.#newest.set(record.run.ref, record)
    if (record.event !== 'repaired') return
    for (const { sequence } of record.detail?.skipped ?? []) this.#leftOut.add(sequence)
  }

  /** One for each such branch; of a ref whose newest record is left out nothing is said. */
  async find(): Promise<readonly NamedProblem[]> {
    const newest = [...this.#newest.values()].filter(({ sequence }) => !this.#leftOut.has(sequence))
    await this.#policies.look(newest)
    return newest.flatMap(record => {
      const { ref } = record.run
      if (!ref.startsWith(BRANCH) || this.#policies.problemOf(record)?.includes(NO_DELIVERY_REF) !== true) return []
      const name = ref.slice(BRANCH.length)
      return [
        {
          at: ['ledger'],
          message: `record ${record.sequence}, the newest of a run of ${name}: by the policy that the record names nothing is delivered from ${name}; if that was the default branch until it was renamed, add formerBranches: [{ name: ${JSON.stringify(name)}, until: ${record.sequence} }], or deliveries that go by such records stop`
        }
      ]
    })
  }
}
