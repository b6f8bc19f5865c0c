import { type LedgerRecord, type RecordDraft, UserError } from '@sluice/core'
import { adoptsOther } from './adoption-problem.ts'
import { indexKey, type Question } from './index-key.ts'
import type { LedgerView } from './view.ts'

/** Asks for the newest record with which a run adopted something. */
export function adoptionBy({ id }: Pick<RecordDraft['run'], 'id'>): Question {
  return ['adopted-by', id]
}

/**
 * Refuses a run that has adopted something else: whoever answered at the gate was asked about that, and GitHub tells neither which job nor which
 * attempt of the run an answer was for.
 * @throws UserError
 */
export function refuseOtherAdoption(draft: Pick<RecordDraft, 'unit'>, before: LedgerRecord | undefined): void {
  if (before?.unit === undefined || !adoptsOther(draft, before)) return
  const { name, digest } = before.unit
  throw new UserError(
    `This run has adopted ${name} ${digest} already (record ${before.sequence}), and its approval was for that. Adopt each digest in a run of its own.`
  )
}

/** The same for what is about to be added: another job of the run may have been faster. @param view must have {@link adoptionBy} in scope. */
export async function refuseOtherAdoptions(view: LedgerView, drafts: readonly RecordDraft[]): Promise<void> {
  for (const draft of drafts) {
    if (draft.event !== 'adopted') continue
    const reference = view.index('product').get(indexKey(adoptionBy(draft.run)))
    if (reference !== undefined) refuseOtherAdoption(draft, await view.record(reference, 'product'))
  }
}
