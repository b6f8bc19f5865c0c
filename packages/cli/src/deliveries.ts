import { type LedgerRecord, releaseId } from '@sluice/core'

/** What was deployed to an environment. */
export interface Deployments {
  readonly environment: string
  /** Short names, in the order of their last deployment. */
  readonly releases: readonly string[]
  readonly last: LedgerRecord
}

/** A ledger in a few lines: its ends, and what was deployed where. */
export class Deliveries {
  readonly #found = new Map<string, { readonly releases: Set<string>; last: LedgerRecord }>()
  #first: LedgerRecord | undefined
  #last: LedgerRecord | undefined

  get first(): LedgerRecord | undefined {
    return this.#first
  }

  get last(): LedgerRecord | undefined {
    return this.#last
  }

  /** Takes in the next record. */
  add(record: LedgerRecord): void {
    this.#first ??= record
    this.#last = record
    const { event, environment, release } = record
    if (event !== 'deployed' || environment === undefined || release === undefined) return
    const entry = this.#found.get(environment) ?? { releases: new Set(), last: record }
    const id = releaseId(release.digest)
    entry.releases.delete(id)
    entry.releases.add(id)
    entry.last = record
    this.#found.set(environment, entry)
  }

  /** By environment, in the order of their first deployment. */
  deployments(): readonly Deployments[] {
    return [...this.#found].map(([environment, { releases, last }]) => ({
      environment,
      releases: [...releases],
      last
    }))
  }
}
