import type { RunContext } from '@sluice/core'
import { type Delivery, trustRulesOf } from '@sluice/delivery'
import { environmentSection, indexKey, type LedgerStore, openView, type Section, type Since } from '@sluice/ledger'
import { History } from './history.ts'
import type { Vouching } from './vouching.ts'

/** Whose ledger is read, and by which run. */
interface HistoryOptions {
  readonly ledger: LedgerStore
  readonly vouching: Pick<Vouching, 'tokens'>
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'repositoryId' | 'runId'>
}

/**
 * Opens the ledger of a delivery for reading, trusting the keys that delivery.yml pins on the protected default branch, and what GitHub says
 * of the newest record.
 * @param since how old the look may be; by default, what this process looked at or wrote before will do.
 */
export function historyOf({ ledger, policy, run, vouching }: HistoryOptions, since: Since = 'process'): History {
  const sections: readonly Section[] = ['product', ...policy.environments.map(({ name }) => environmentSection(name))]
  return new History(async questions => {
    const rules = { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() }
    const keys = questions.map(([section, question]) => ({ section, key: indexKey(question) }))
    return openView(ledger, rules, { sections, keys }, { since })
  }, run.runId)
}
