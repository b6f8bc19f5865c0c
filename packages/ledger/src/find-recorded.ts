import { canonicalJson, type RecordDraft, UserError } from '@sluice/core'
import type { AppendedRecord } from './appended-record.ts'
import { identityOf } from './index-key.ts'
import { encodeRecord } from './record.ts'
import type { Reference } from './reference.ts'
import { sectionOf } from './section.ts'
import type { LedgerView } from './view.ts'

/**
 * For each draft the record that states it already, if there is one. Costs a call only when something was found.
 * @param view must have the identities of all drafts in scope.
 * @throws UserError when the record states the same event of something else, or cannot be trusted.
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
  const other = COMPARED.find(member => canonicalJson([record[member]]) !== canonicalJson([draft[member]]))
  if (identityOf(record) === identityOf(draft) && other === undefined)
    return { record, hash: encodeRecord(record).hash }
  throw new UserError(
    `Ledger record ${reference.sequence} is this job's "${draft.event}" record already, and it is about another ${other ?? 'event'}. A job records each event only once: start a new run.`
  )
}

/**
 * What a record is about. Who says it again must say the same of these, or the new one would pass for recorded, and its documents would be
 * named by no record. What was seen around it (approvals, policy, details) may have moved between two tries.
 */
const COMPARED = ['release', 'unit', 'plan', 'dossier', 'evidence'] as const
