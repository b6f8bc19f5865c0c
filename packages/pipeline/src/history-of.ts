import type { RunContext } from '@sluice/core'
import { type Delivery, trustRulesOf } from '@sluice/delivery'
import { environmentSection, indexKey, type LedgerStore, openView, type Section } from '@sluice/ledger'
import { History } from './history.ts'

/** Whose ledger is read, and by which run. */
interface HistoryOptions {
  readonly ledger: LedgerStore
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'repositoryId' | 'runId'>
}

/** Opens the ledger of a delivery for reading, trusting the keys that delivery.yml pins on the protected default branch. */
export function historyOf({ ledger, policy, run }: HistoryOptions): History {
  const sections: readonly Section[] = ['product', ...policy.environments.map(({ name }) => environmentSection(name))]
  return new History(
    async questions =>
      openView(
        ledger,
        { ...trustRulesOf(policy), repository: run.repositoryId },
        { sections, keys: questions.map(([section, question]) => ({ section, key: indexKey(question) })) }
      ),
    run.runId
  )
}
