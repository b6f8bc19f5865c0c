import { type RecordDraft, UserError } from '@sluice/core'
import type { AppendedRecord } from './chain.ts'
import { identityOf } from './index-key.ts'
import { encodeRecord } from './record.ts'
import { sectionOf } from './section.ts'
import type { LedgerView } from './view.ts'

/**
 * For each draft the record that states it already, if there is one. Costs a call only when something was found.
 * @param view must have the identities of all drafts in scope.
 * @throws UserError when the record states the same event of another release or plan, or cannot be trusted.
 */
export async function findRecorded(
  view: LedgerView,
  drafts: readonly RecordDraft[]
): Promise<readonly (AppendedRecord | undefined)[]> {
  const sequences = drafts.map(draft => view.index(sectionOf(draft)).get(identityOf(draft)))
  await view.prefetch(sequences.filter(sequence => sequence !== undefined))
  return Promise.all(
    drafts.map(async (draft, n) => {
      const sequence = sequences[n]
      return sequence === undefined ? undefined : checkRecorded(view, draft, sequence)
    })
  )
}

async function checkRecorded(view: LedgerView, draft: RecordDraft, sequence: number): Promise<AppendedRecord> {
  const record = await view.record(sequence, sectionOf(draft))
  if (
    identityOf(record) === identityOf(draft) &&
    record.release?.digest === draft.release?.digest &&
    record.plan === draft.plan
  )
    return { record, hash: encodeRecord(record).hash }
  throw new UserError(
    `Ledger record ${sequence} is this job's "${draft.event}" record already, and it is about another release or plan. A job records each event only once: start a new run.`
  )
}
