import { type RecordDraft, UserError } from '@sluice/core'
import type { AppendedRecord } from './chain.ts'
import { identityOf } from './index-key.ts'
import { encodeRecord } from './record.ts'
import type { Reference } from './reference.ts'
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
  const references = drafts.map(draft => view.index(sectionOf(draft)).get(identityOf(draft)))
  await view.prefetch(references.filter(reference => reference !== undefined))
  return Promise.all(
    drafts.map(async (draft, n) => {
      const reference = references[n]
      return reference === undefined ? undefined : checkRecorded(view, draft, reference)
    })
  )
}

async function checkRecorded(view: LedgerView, draft: RecordDraft, reference: Reference): Promise<AppendedRecord> {
  const record = await view.record(reference, sectionOf(draft))
  if (
    identityOf(record) === identityOf(draft) &&
    record.release?.digest === draft.release?.digest &&
    record.plan === draft.plan
  )
    return { record, hash: encodeRecord(record).hash }
  throw new UserError(
    `Ledger record ${reference.sequence} is this job's "${draft.event}" record already, and it is about another release or plan. A job records each event only once: start a new run.`
  )
}
