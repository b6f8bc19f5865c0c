import type { LedgerRecord } from '@sluice/core'
import { findOriginProblem, type Origins } from '../src/index.ts'

/** From where records may come, whatever policy they name. */
export class StaticOrigins implements Origins {
  readonly refs: readonly string[]
  readonly commits: readonly string[]

  constructor(refs: readonly string[], commits: readonly string[]) {
    this.refs = refs
    this.commits = commits
  }

  async look(): Promise<void> {
    // Everything is known.
  }

  problemOf(record: LedgerRecord, commit?: string): string | undefined {
    return findOriginProblem(record, commit, {
      isDeliveryRef: ({ ref }) => this.refs.includes(ref),
      commits: this.commits
    })
  }
}
