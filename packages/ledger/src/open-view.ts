import type { Clock, Log } from '@sluice/core'
import type { AnchorReader } from './anchor.ts'
import { awaitAnchored, filesOfAnchored, readAnchored, requireAnchored } from './anchored.ts'
import { refuseTakenAway } from './anchored-repairs.ts'
import type { TrustRules } from './signature.ts'
import type { LedgerHead, LedgerStore, Since } from './store.ts'
import { filesOfScope, LedgerView, type Scope } from './view.ts'

/** What the ledger is compared with, and how it is waited for. */
export interface Anchorage {
  readonly anchors: AnchorReader
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/**
 * Looks at a ledger in one call. `undefined`: there is none yet.
 * @param how.anchorage absent: whether somebody put the ledger back is not asked.
 * @param how.since how old the look may be.
 * @throws UserError for a ledger that was tampered with, belongs to another product or repository, or lacks what is anchored.
 */
export async function openView(
  store: LedgerStore,
  rules: TrustRules,
  scope: Scope,
  { anchorage, since = 'now' }: { readonly anchorage?: Anchorage | undefined; readonly since?: Since } = {}
): Promise<LedgerView | undefined> {
  const anchored = await readAnchored(anchorage?.anchors, scope.sections)
  const files = [...filesOfScope(scope, rules), ...filesOfAnchored(anchored)]
  const look = async (at: Since): Promise<LedgerHead | undefined> => store.head(files, at)
  const head = anchorage === undefined ? await look(since) : await awaitAnchored(look, since, anchored, anchorage)
  if (head === undefined) return undefined
  const view = await LedgerView.open(store, head, rules, scope)
  requireAnchored(view, anchored)
  await refuseTakenAway(store, view, rules, anchored)
  return view
}
