import type { LedgerRecord } from '@sluice/core'
import type { Delivery, NamedProblem } from '@sluice/delivery'
import { objectionTo, RecordGroups } from './record-groups.ts'
import { type FoundLedger, ledgersIn, recordsAt } from './records-at.ts'

/** Ledgers that a delivery.yml leaves behind. */
export interface ForgottenLedgers {
  /** Of those that it could go on with. */
  readonly problems: readonly NamedProblem[]
  /** Of those whose records it does not take anyway: a new one is the only way on. */
  readonly warnings: readonly NamedProblem[]
}

/**
 * Finds the ledgers that this very file ruled until now, on another branch: a new one would be opened beside them, and know nothing of the past.
 * @param path of the file in the repository.
 */
export async function findForgotten(
  delivery: Delivery,
  directory: string,
  path: string | undefined
): Promise<ForgottenLedgers> {
  const problems: NamedProblem[] = []
  const warnings: NamedProblem[] = []
  for (const found of await ledgersIn(directory)) {
    if (path === undefined || found.first.policy?.path !== path) continue
    const unread = await countUnread(keepingNameOf(found, delivery), recordsAt(directory, found.commit))
    if (unread === 0) problems.push(wouldForget(delivery, found))
    else warnings.push(beginsAnew(delivery, found, unread))
  }
  return { problems, warnings }
}

/** The same delivery.yml, once it says that the product was called so. */
function keepingNameOf({ first }: FoundLedger, delivery: Delivery): Delivery {
  const { ledger } = delivery
  return { ...delivery, ledger: { ...ledger, formerly: [...ledger.formerly, first.product] } }
}

/** How many records could not be read by a delivery.yml. */
async function countUnread(delivery: Delivery, records: AsyncIterable<LedgerRecord>): Promise<number> {
  const groups = new RecordGroups()
  for await (const record of records) {
    const objection = objectionTo(record, delivery)
    if (objection !== undefined) groups.add(record, objection)
    else if (record.event === 'repaired') groups.leaveOut(record.detail?.skipped?.map(it => it.sequence) ?? [])
  }
  return groups.unreadable.reduce((sum, { count }) => sum + count, 0)
}

function wouldForget({ product, ledger }: Delivery, { branch, first }: FoundLedger): NamedProblem {
  if ([product, ...ledger.formerly].includes(first.product))
    return {
      at: ['ledger', 'branch'],
      message: `found ${ledger.branch}, but the ledger that this file rules is ${branch}; write ledger.branch: ${branch}. Another branch would begin without a past`
    }
  return {
    at: ['product'],
    message: `found ${product}, but the ledger that this file rules is ${branch}, of product ${first.product}; if the product was renamed, write ledger: { formerly: [${first.product}] }, which keeps its past`
  }
}

function beginsAnew({ ledger }: Delivery, { branch }: FoundLedger, unread: number): NamedProblem {
  const anchors =
    ledger.anchors === undefined
      ? ''
      : `. Where ${branch} is anchored, ledger.anchors names another bucket, too: where anchors are, no ledger is opened`
  return {
    at: ['ledger', 'branch'],
    message: `found ${ledger.branch}, where a new ledger begins without a past. ${branch}, which this file ruled until now, stays as it is: its records cannot be read by it any more (${unread} of them)${anchors}. If that is not meant, write ledger.branch: ${branch}, and sluice validate says what is missing`
  }
}
