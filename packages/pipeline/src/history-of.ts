import type { Clock, Log, RunContext } from '@sluice/core'
import { type Delivery, trustRulesOf } from '@sluice/delivery'
import { type AnchorReader, indexKey, type LedgerStore, openView, type Since } from '@sluice/ledger'
import { History } from './history.ts'
import { sinceOfJob } from './job-budget.ts'
import { sectionsOf } from './sections-of.ts'
import type { Vouching } from './vouching.ts'

/** Whose ledger is read, and by which run. */
interface HistoryOptions {
  readonly ledger: LedgerStore
  readonly vouching: Pick<Vouching, 'tokens'>
  /** What the ledger must hold. Absent: nobody knows. */
  readonly anchors: AnchorReader | undefined
  readonly policy: Delivery
  readonly run: Pick<RunContext, 'repositoryId' | 'runId' | 'temp'>
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/**
 * Opens the ledger of a delivery for reading, trusting the keys that delivery.yml pins on the protected default branch, and what GitHub says
 * of the newest record.
 * @param since how old the look may be; by default, what this process looked at or wrote before will do, or what its job has just fetched.
 */
export function historyOf(options: HistoryOptions, since?: Since): History {
  const { ledger, anchors, policy, run, vouching, clock, log } = options
  const sections = sectionsOf(policy)
  const anchorage = anchors === undefined ? undefined : { anchors, clock, log }
  return new History(async questions => {
    const rules = { ...trustRulesOf(policy), repository: run.repositoryId, tokens: await vouching.tokens() }
    const keys = questions.map(([section, question]) => ({ section, key: indexKey(question) }))
    const look = { since: since ?? (await sinceOfJob(run, clock)), anchorage }
    return openView(ledger, rules, { sections, keys }, look)
  }, run.runId)
}
